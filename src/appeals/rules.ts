/**
 * Who is asked, as an ordered list of small named rules: each looks at one fact, the first that fails ends the walk.
 *
 * The same lines run on the server (when the answers are made), on the reader's device (against what it alone knows), in
 * the desk's simulator and in the case tables, so what they say is what happens. They are pure: facts and time come in,
 * nothing is awaited. Doubt about the country is silence; doubt about our own counters is not.
 */
import type { AppealRules } from './appeal.ts';
import {
  DEVICE_RULES,
  type DeviceRuleId,
  type DeviceSideFacts,
  IN_WINDOW,
  type Rule,
} from './device-rules.ts';

export interface Facts extends DeviceSideFacts {
  readonly server: ServerFacts;
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

/** Rules whose facts the server knows, in the order of the walk. A schedule is judged again on the device. */
export const SERVER_RULES = [
  rule('asks-on', (_, { server }) => server.asks),
  rule('country-allowed', (_, { server }) => server.country === 'safe'),
  rule('can-be-paid', (_, { server }) => server.payable),
  rule('amounts-exist', (_, { server }) => server.amounts),
  rule('status-live', (appeal) => appeal.status === 'live'),
  IN_WINDOW,
  rule(
    'language-ready',
    (appeal, { page }) => fittingLanguage(page.language, appeal.languages) !== null,
  ),
  rule('copy-complete', (appeal) => appeal.complete),
] as const;

export type RuleId = DeviceRuleId | (typeof SERVER_RULES)[number]['id'];

/** The order of the walk, cheap facts first. */
export const RULE_ORDER = [
  'asks-on',
  'country-allowed',
  'can-be-paid',
  'amounts-exist',
  'page-kind',
  'editor-allows',
  'section-and-tags',
  'status-live',
  'in-window',
  'language-ready',
  'copy-complete',
  'not-quiet',
  'cooled-down',
  'under-cap',
  'stories-read',
  'slot-free',
] as const satisfies readonly RuleId[];

/** All rules in the order of the walk. */
export const RULES: readonly Rule<RuleId, Facts, AppealRules>[] = RULE_ORDER.flatMap((id) =>
  [...SERVER_RULES, ...DEVICE_RULES].filter((one) => one.id === id).slice(0, 1),
);

/**
 * The language of `ready` that fits a page: its own, or it shortened from the right at its hyphens (pt-BR, then pt),
 * letter case ignored; never another language instead.
 */
export function fittingLanguage(page: string, ready: readonly string[]): string | null {
  let tag = page.toLowerCase();
  while (tag !== '') {
    const found = ready.find((language) => language.toLowerCase() === tag);
    if (found !== undefined) return found;
    tag = tag.slice(0, Math.max(0, tag.lastIndexOf('-')));
  }
  return null;
}

function rule<Id extends string>(
  id: Id,
  passes: (appeal: AppealRules, facts: Facts) => boolean,
): Rule<Id, Facts, AppealRules> {
  return { id, passes };
}
