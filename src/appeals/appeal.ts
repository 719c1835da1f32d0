/**
 * What an appeal is: a message that asks for support, with rules (who sees it), a schedule, and variants of its words.
 *
 * It names no amounts: these come from the newsroom's file by currency and interval, so that no appeal can suggest what
 * a processor would refuse. It holds plain text only; nothing an editor writes is ever read as HTML. No rule looks at a
 * name: status, control and calm are fields. No Node in here: the reader's browser shares these types.
 */

export type AppealStatus = 'draft' | 'live' | 'paused' | 'archived';
export type AskInterval = 'once' | 'month' | 'year';

/** What the rules of one appeal look at; see the rules in `rules.ts`. */
export interface AppealRules {
  readonly id: string;
  /** Smallest first; equal ones by id. */
  readonly priority: number;
  readonly status: AppealStatus;
  /** Milliseconds since 1970; `null` is open. */
  readonly startMs: number | null;
  readonly endMs: number | null;
  /** Names of sections or tags. An empty include list lets every story in. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Languages with a text that a named reader signed off, for every variant. */
  readonly languages: readonly string[];
  /** Whether every placeholder of the text is filled. */
  readonly complete: boolean;
  /** Whether it may stand under a sensitive story. */
  readonly calm: boolean;
  /** True views per device in 30 days. */
  readonly cap: number;
  readonly minStories: number | null;
  readonly maxStories: number | null;
}

/** An appeal as it is kept: its rules, its variants and what the first choice asks. */
export interface Appeal extends AppealRules {
  /** The zone its schedule was typed in. */
  readonly zone: string;
  readonly firstInterval: AskInterval;
  readonly experimentKey: string;
  /** At least one; the first is the control. */
  readonly variants: readonly Variant[];
}

export interface Variant {
  readonly id: string;
  /** Of the hundred slots, how many are this variant's; all shares of an appeal add up to 100. */
  readonly share: number;
  readonly texts: readonly VariantText[];
}

export interface VariantText {
  readonly language: string;
  /** Who is speaking: the newsroom, or a person of it who agreed. */
  readonly speaker: string;
  /** One sentence that stands before anything is opened; at most 80 characters, so that it fits the kept space. */
  readonly lead: string;
  /** The letter: two or three sentences, in one to four paragraphs. */
  readonly paragraphs: readonly string[];
  readonly signedOffBy: string | null;
}

export const DEFAULT_CAP = 4;
/** The desk may ask less often than the default, never more often than this. */
export const CAP_CEILING = 8;
/** Days between two appeals of any kind on one device. */
export const COOLDOWN_DAYS = 1;
