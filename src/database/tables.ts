/**
 * Every table of the one database, merged from what each feature declares beside its migration.
 */
import type { AppealsTables } from './tables/appeals.ts';
import type { CustodyTables } from './tables/custody.ts';
import type { DeskTables } from './tables/desk.ts';
import type { ExperimentsTables } from './tables/experiments.ts';
import type { GivingTables } from './tables/giving.ts';
import type { LettersTables } from './tables/letters.ts';
import type { SafetyTables } from './tables/safety.ts';
import type { StoriesTables } from './tables/stories.ts';
import type { SupportersTables } from './tables/supporters.ts';

export interface Database
  extends AppealsTables,
    CustodyTables,
    DeskTables,
    ExperimentsTables,
    GivingTables,
    LettersTables,
    SafetyTables,
    StoriesTables,
    SupportersTables {}
