export {
  BROWSER_SCRIPTS,
  type BrowserScript,
  type BrowserScriptName,
  browserScriptResponse,
  buildBrowserScript,
} from './browser-script.ts';
export {
  COMMON_HEADERS,
  type CompleteHeaders,
  completeHeaders,
  completeResponse,
  withCommonHeaders,
} from './common-headers.ts';
export {
  errorId,
  errorSummary,
  type FieldProblem,
  FORM_BYTES_LIMIT,
  type FormFields,
  type FormReading,
  fieldError,
  readForm,
  readLimited,
  readLimitedBytes,
  readQuery,
} from './form.ts';
export { isFromElsewhere } from './from-elsewhere.ts';
export { type Html, html, nothing, raw } from './html.ts';
export type { PageContent, PageKind, RenderPage, WiderPolicy } from './page-content.ts';
export { seeOther } from './see-other.ts';
