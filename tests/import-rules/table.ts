/**
 * Who may import whom, and where the real world may be touched, as data. The drawing of it is in
 * `docs/architecture.md`; the reasons for single rows stand in the rows.
 */

export const FOUNDATIONS = ['money', 'calendar', 'problems', 'language', 'page'] as const;
export const MIDDLE = ['newsroom', 'database'] as const;
export const FEATURES = [
  'stories',
  'appeals',
  'giving',
  'reminders',
  'letters',
  'supporters',
  'safety',
] as const;
/** They put the parts together and may use every one of them. */
export const COMPOSERS = ['web', 'desk', 'backup', 'commands'] as const;

export interface Allowance {
  /** A file, or a folder with all that is in it (ends in `/`). */
  readonly path: string;
  readonly what: string;
  readonly reason: string;
}

/** Modules outside money and calendar that may run in a reader's browser. They must be as pure as those. */
export const BROWSER_IMPORTS: readonly Allowance[] = [
  {
    path: 'src/appeals/answer.ts',
    what: '*',
    reason: 'The element draws what the server made: one shape for both.',
  },
  {
    path: 'src/appeals/appeal.ts',
    what: '*',
    reason: 'Words of the answer.',
  },
  {
    path: 'src/appeals/assignment.ts',
    what: '*',
    reason: 'Server and device must see the same variant for a slot.',
  },
  {
    path: 'src/appeals/choose.ts',
    what: '*',
    reason: 'Eligibility is decided by the same lines on both sides.',
  },
  {
    path: 'src/appeals/count.ts',
    what: '*',
    reason: 'Words of the counters.',
  },
  {
    path: 'src/appeals/device-memory.ts',
    what: '*',
    reason: 'What a device keeps is read and written by one module.',
  },
  {
    path: 'src/appeals/device-rules.ts',
    what: '*',
    reason: 'The rules that only the device can judge.',
  },
  {
    path: 'src/appeals/quiet.ts',
    what: '*',
    reason: 'A gift must write what "three months" writes.',
  },
  {
    path: 'src/appeals/rules.ts',
    what: '*',
    reason: 'Names of the rules.',
  },
  {
    path: 'src/appeals/support-link.ts',
    what: '*',
    reason: 'Letter and frame lead to the same address.',
  },
  {
    path: 'src/reminders/calendar-file.ts',
    what: '*',
    reason: 'The same calendar file with and without script.',
  },
  {
    path: 'src/reminders/reminder-day.ts',
    what: '*',
    reason: 'The same day with and without script.',
  },
];

/** What reaches into the real world. Each name is a property of the table below. */
export const REAL_WORLD: Readonly<Record<string, RegExp>> = {
  'Date.now': /\bDate\.now\(/,
  'new Date': /\bnew Date\(/,
  'Temporal.Now': /\bTemporal\.Now\b/,
  'performance.now': /\bperformance\.now\(/,
  'Math.random': /\bMath\.random\(/,
  'random bytes': /\b(?:randomBytes|randomUUID|randomInt|getRandomValues|randomFillSync)\(/,
  setTimeout: /(?<![.\w#])set(?:Timeout|Interval|Immediate)\(/,
  'node:timers': /from 'node:timers/,
  'process.env': /\bprocess\.env\b/,
  // A call, not a method of that name.
  fetch:
    /(?<![.\w#])(?:globalThis\.)?fetch\((?![^()\n]*\)\s*[:{])|(?<!typeof )\bglobalThis\.fetch\b/,
};

/** Where that is right. A row that no longer matches anything must go. */
/** Programs that are tests themselves and so may use what tests use. */
export const TESTING_ALLOWED: readonly Allowance[] = [
  {
    path: 'src/commands/cases/books.ts',
    what: 'src/database/testing/test-database.ts',
    reason:
      'The tables of the books are played on a real database, in transactions that are rolled back.',
  },
];

export const REAL_WORLD_ALLOWED: readonly Allowance[] = [
  {
    path: 'src/main.ts',
    what: '*',
    reason: 'It reads the environment, the clock and randomness, and hands them in.',
  },
  {
    path: 'src/browser/',
    what: '*',
    reason: 'It runs in a reader’s browser: the device’s clock and network are its business.',
  },
  {
    path: 'src/database/embedded/',
    what: 'node:timers',
    reason: 'It waits for a real process; no simulated clock can hurry that.',
  },
  {
    path: 'src/database/embedded/run-as.ts',
    what: 'process.env',
    reason: 'On Windows a server process needs the variables that name the system’s folders.',
  },
];
