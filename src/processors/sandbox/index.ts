/** The sandbox processor: its adapter behind the port, and the little bank it talks to. */
export { createSandboxProcessor, type SandboxProcessorOptions } from './adapter.ts';
export { DamagedJournal } from './bank/journal.ts';
export { JournalInUse } from './bank/journal-lock.ts';
export { type SandboxBank, type SandboxBankOptions, startSandboxBank } from './bank/start.ts';
export { TEST_CARDS, type TestCard, type TestCardId, testCard } from './bank/test-cards.ts';
export type { Timers } from './bank/timers.ts';
