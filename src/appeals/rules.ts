/**
 * Who is asked, as an ordered list of small named rules: each looks at one fact, the first that fails ends the walk.
 *
 * The same lines run on the server (when the answers are made), on the reader's device (against what it alone knows), in
 * the desk's simulator and in the case tables, so what they say is what happens. They are pure: facts and time come in,
 * nothing is awaited. Doubt about the country is silence; doubt about our own counters is not. No Node in here.
 */
import type { AppealRules } from './appeal.ts';
import type { DayNumber } from './day-number.ts';

export interface Facts {
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  /** The reader's own day. */
  readonly today: DayNumber;
  readonly cooldownDays: number;
  readonly server: ServerFacts;
  readonly page: PageFacts;
  readonly device: DeviceFacts;
}

export interface ServerFacts {
  /** The main switch and the switch of this channel. */
  readonly asks: boolean;
  /** Exactly `safe` may be asked; any other word is not. */
  readonly country: string;
  /** Whether a live processor takes the currency. */
  readonly payable: boolean;
  /** Whether the currency has a checked set of amounts. */
  readonly amounts: boolean;
}

export interface PageFacts {
  readonly kind: string;
  /** `null`: not known here, so only an appeal without lists fits. */
  readonly section: string | null;
  readonly tags: readonly string[];
  readonly language: string;
  /** The editor's switch. */
  readonly appeals: boolean;
  readonly sensitive: boolean;
  /** Whether an appeal already stands on this page view. */
  readonly taken: boolean;
}

/** What the device keeps, already read defensively (`device-memory.ts`). */
export interface DeviceFacts {
  readonly quietUntil: DayNumber | null;
  readonly lastAppeal: DayNumber | null;
  /** Days of true views in the last 30 days, per appeal. */
  readonly viewsOf: (appealId: string) => readonly DayNumber[];
  readonly stories: number;
}

export interface Rule {
  readonly id: RuleId;
  /** Where the fact is known: the server, the device, or both (judged twice). */
  readonly where: 'server' | 'device' | 'both';
  readonly test: (appeal: AppealRules, facts: Facts) => boolean;
}

export type RuleId =
  | 'asks-on'
  | 'country-allowed'
  | 'can-be-paid'
  | 'amounts-exist'
  | 'page-kind'
  | 'editor-allows'
  | 'section-and-tags'
  | 'status-live'
  | 'in-window'
  | 'language-ready'
  | 'copy-complete'
  | 'not-quiet'
  | 'cooled-down'
  | 'under-cap'
  | 'stories-read'
  | 'slot-free';

/** In the order of the walk. */
export const RULES: readonly Rule[] = [
  { id: 'asks-on', where: 'server', test: (_, { server }) => server.asks },
  { id: 'country-allowed', where: 'server', test: (_, { server }) => server.country === 'safe' },
  { id: 'can-be-paid', where: 'server', test: (_, { server }) => server.payable },
  { id: 'amounts-exist', where: 'server', test: (_, { server }) => server.amounts },
  { id: 'page-kind', where: 'device', test: (_, { page }) => page.kind === 'story' },
  {
    id: 'editor-allows',
    where: 'device',
    test: (appeal, { page }) => page.appeals && (!page.sensitive || appeal.calm),
  },
  { id: 'section-and-tags', where: 'device', test: (appeal, { page }) => fitsLists(appeal, page) },
  { id: 'status-live', where: 'server', test: (appeal) => appeal.status === 'live' },
  {
    id: 'in-window',
    where: 'both',
    test: (appeal, { nowMs }) =>
      (appeal.startMs === null || appeal.startMs <= nowMs) &&
      (appeal.endMs === null || nowMs < appeal.endMs),
  },
  {
    id: 'language-ready',
    where: 'server',
    test: (appeal, { page }) => fittingLanguage(page.language, appeal.languages) !== null,
  },
  { id: 'copy-complete', where: 'server', test: (appeal) => appeal.complete },
  { id: 'not-quiet', where: 'device', test: (_, facts) => notQuiet(facts) },
  { id: 'cooled-down', where: 'device', test: (_, facts) => cooledDown(facts) },
  {
    id: 'under-cap',
    where: 'device',
    test: (appeal, { device }) => device.viewsOf(appeal.id).length < appeal.cap,
  },
  {
    id: 'stories-read',
    where: 'device',
    test: (appeal, { device }) =>
      (appeal.minStories === null || device.stories >= appeal.minStories) &&
      (appeal.maxStories === null || device.stories <= appeal.maxStories),
  },
  { id: 'slot-free', where: 'device', test: (_, { page }) => !page.taken },
];

/** Whether no quiet time runs; the day itself may ask again. Needs no appeal, so a quiet device asks the server nothing. */
export function notQuiet(facts: Pick<Facts, 'today' | 'device'>): boolean {
  return facts.device.quietUntil === null || facts.today >= facts.device.quietUntil;
}

/** Whether the last appeal of any kind is long enough ago. Needs no appeal either. */
export function cooledDown(facts: Pick<Facts, 'today' | 'device' | 'cooldownDays'>): boolean {
  const { lastAppeal } = facts.device;
  return lastAppeal === null || facts.today - lastAppeal >= facts.cooldownDays;
}

/**
 * The language of `ready` that fits a page: its own, or it shortened from the right at its hyphens (pt-BR, then pt),
 * letter case ignored; never another language instead.
 */
export function fittingLanguage(page: string, ready: readonly string[]): string | null {
  for (
    let tag = page.toLowerCase();
    tag !== '';
    tag = tag.slice(0, Math.max(0, tag.lastIndexOf('-')))
  ) {
    const found = ready.find((language) => language.toLowerCase() === tag);
    if (found !== undefined) return found;
  }
  return null;
}

function fitsLists(appeal: AppealRules, page: PageFacts): boolean {
  if (page.section === null) return appeal.include.length + appeal.exclude.length === 0;
  const names = [page.section, ...page.tags];
  const named = (list: readonly string[]) => list.some((name) => names.includes(name));
  return (appeal.include.length === 0 || named(appeal.include)) && !named(appeal.exclude);
}
