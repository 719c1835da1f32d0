/**
 * The rules whose facts only the reader's device knows, in the order of the walk, and what they look at.
 *
 * They are a file of their own because the element's script carries them and no others; `rules.ts` puts them into the
 * whole list. Pure: facts and time come in, nothing is awaited. No Node in here.
 */
import type { DayNumber } from '../calendar/day-number.ts';
import type { AppealRules } from './appeal.ts';
import { type DeviceMemory, viewsOf } from './device-memory.ts';

export interface DeviceSideFacts {
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  /** The reader's own day. */
  readonly today: DayNumber;
  readonly cooldownDays: number;
  readonly page: PageFacts;
  /** What the device keeps, read defensively. */
  readonly device: DeviceMemory;
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

export interface Rule<Id extends string, F, A> {
  readonly id: Id;
  readonly passes: (appeal: A, facts: F) => boolean;
}

/** What the device is told of an appeal. */
export type DeviceSideAppeal = Omit<AppealRules, 'status' | 'languages' | 'complete'>;

export const IN_WINDOW = {
  id: 'in-window',
  passes: (appeal: DeviceSideAppeal, { nowMs }: Pick<DeviceSideFacts, 'nowMs'>) =>
    (appeal.startMs ?? nowMs) <= nowMs && nowMs < (appeal.endMs ?? nowMs + 1),
} as const;

export const DEVICE_RULES = [
  rule('page-kind', (_, { page }) => page.kind === 'story'),
  rule('editor-allows', (appeal, { page }) => page.appeals && (!page.sensitive || appeal.calm)),
  rule('section-and-tags', (appeal, { page }) => fitsLists(appeal, page)),
  IN_WINDOW,
  rule('not-quiet', (_, facts) => notQuiet(facts)),
  rule('cooled-down', (_, facts) => cooledDown(facts)),
  rule('under-cap', (appeal, { device }) => viewsOf(device, appeal.id) < appeal.cap),
  rule(
    'stories-read',
    (appeal, { device: { stories } }) =>
      stories >= (appeal.minStories ?? 0) && stories <= (appeal.maxStories ?? stories),
  ),
  rule('slot-free', (_, { page }) => !page.taken),
] as const;

export type DeviceRuleId = (typeof DEVICE_RULES)[number]['id'];

/** Whether no quiet time runs; the day itself may ask again. Needs no appeal, so a quiet device asks the server nothing. */
export function notQuiet(facts: Pick<DeviceSideFacts, 'today' | 'device'>): boolean {
  return facts.today >= (facts.device.quietUntil ?? 0);
}

/** Whether the last appeal of any kind is long enough ago. Needs no appeal either. */
export function cooledDown({
  today,
  device,
  cooldownDays,
}: Pick<DeviceSideFacts, 'today' | 'device' | 'cooldownDays'>): boolean {
  return device.lastAppeal === null || today - device.lastAppeal >= cooldownDays;
}

function rule<Id extends string>(
  id: Id,
  passes: (appeal: DeviceSideAppeal, facts: DeviceSideFacts) => boolean,
): Rule<Id, DeviceSideFacts, DeviceSideAppeal> {
  return { id, passes };
}

function fitsLists({ include, exclude }: DeviceSideAppeal, { section, tags }: PageFacts): boolean {
  if (section === null) return include.length + exclude.length === 0;
  const isNamed = (name: string) => name === section || tags.includes(name);
  return (include.length === 0 || include.some(isNamed)) && !exclude.some(isNamed);
}
