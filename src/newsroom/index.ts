export { type AmountSet, type GiftInterval, type Newsroom, newsroomFile } from './newsroom.ts';
export { pageLanguage } from './page-language.ts';
export {
  type ProcessorEntry,
  type SecretKind,
  secretName,
  secretsNeeded,
} from './processor-entry.ts';
export {
  describeNewsroomProblem,
  type NewsroomProblem,
  type NewsroomReading,
  readNewsroom,
} from './read-newsroom.ts';
