export { enqueueLetter, type LetterKind } from './outbox-store.ts';
