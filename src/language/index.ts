export { formatDate, formatInstantDay } from './dates.ts';
export { type Direction, direction } from './direction.ts';
export {
  INTERFACE_LANGUAGES,
  type InterfaceLanguage,
  interfaceLanguage,
  type MessageKey,
  type MessageValues,
  type Translate,
  translator,
} from './translator.ts';
