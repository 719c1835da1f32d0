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
export const COMPOSERS = ['web', 'desk', 'commands'] as const;

export interface Allowance {
  /** A file, or a folder with all that is in it (ends in `/`). */
  readonly path: string;
  readonly what: string;
  readonly reason: string;
}

/** Modules outside money and calendar that may run in a reader's browser. They must be as pure as those. */
export const BROWSER_IMPORTS: readonly Allowance[] = [];

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
  fetch: /(?<![.\w#])(?:globalThis\.)?fetch\(|(?<!typeof )\bglobalThis\.fetch\b/,
};

/** Where that is right. A row that no longer matches anything must go. */
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
