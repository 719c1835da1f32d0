export {
  type CallJsonOptions,
  callJson,
  type Heard,
  type JsonCall,
  unknownByStatus,
} from './call-json.ts';
export {
  type OpenProcessor,
  type PayPageDependencies,
  payPageAddress,
  payPagesPath,
  preferredLanguage,
} from './open-processor.ts';
export { readAnswerText } from './read-answer.ts';
export { currencyProblems, type SettingsProblem } from './settings.ts';
