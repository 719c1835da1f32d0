/** Supporters, as the rest of Tuppence sees them: a number they hold, and sometimes a sealed address. */
export {
  type Contacts,
  type ContactsDependencies,
  createContacts,
} from './contact-store.ts';
export { createKeyFiles, KeyFileError, readKeyFiles, type SupporterKeys } from './key-files.ts';
export {
  createLetterRenderers,
  type LetterRenderersDependencies,
  type SupporterLetterRenderers,
} from './letter-renderers.ts';
export { createNumberHash, type HashNumber } from './number-hash.ts';
export { REISSUE_MINUTES } from './number-store.ts';
export { pageSecretOf } from './page-secret.ts';
export {
  createSupporterRoutes,
  NUMBER_FILE_PATH,
  type SupporterRoutesDependencies,
} from './routes.ts';
export {
  formatSupporterNumber,
  makeSupporterNumber,
  type NumberProblem,
  type NumberReading,
  parseSupporterNumber,
  type SupporterNumber,
} from './supporter-number.ts';
export {
  createSupporters,
  NUMBER_SHOWN_DAYS,
  type NumberAnswer,
  numberShownUntil,
  type StopAnswer,
  type Supporters,
  type SupportersDependencies,
} from './supporters.ts';
