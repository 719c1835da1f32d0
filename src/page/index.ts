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
export { type Html, html, nothing, raw } from './html.ts';
export type { PageContent, PageKind, RenderPage } from './page-content.ts';
