/**
 * Which appeal is shown, or none, and why: the first by priority that passes every rule.
 *
 * Eligibility is decided here and nowhere else; an appeal that passes is drawn. The trace is made for the reader ("Why am
 * I seeing this?") and for the desk's simulator, and leaves the device with nobody. No Node in here.
 */
import type { AppealRules } from './appeal.ts';
import { type Facts, RULES, type Rule, type RuleId } from './rules.ts';

export interface Step {
  readonly rule: RuleId;
  readonly passed: boolean;
}

export interface Walk<A extends AppealRules = AppealRules> {
  readonly appeal: A;
  /** Every rule that was tried, in order; only the last can have failed. */
  readonly steps: readonly Step[];
  /** The rule that ended the walk, or `null` if the appeal passed all. */
  readonly failed: RuleId | null;
}

export interface Choice<A extends AppealRules = AppealRules> {
  readonly show: A | null;
  /** The walks of all appeals that were tried, in order; nothing is tried after the one that is shown. */
  readonly walks: readonly Walk<A>[];
}

/** Rules whose facts the server knows. */
export const SERVER_RULES = RULES.filter((rule) => rule.where !== 'device');
/** Rules whose facts only the device knows. */
export const DEVICE_RULES = RULES.filter((rule) => rule.where !== 'server');

export function walk<A extends AppealRules>(
  appeal: A,
  facts: Facts,
  rules: readonly Rule[] = RULES,
): Walk<A> {
  const steps: Step[] = [];
  for (const rule of rules) {
    const passed = rule.test(appeal, facts);
    steps.push({ rule: rule.id, passed });
    if (!passed) return { appeal, steps, failed: rule.id };
  }
  return { appeal, steps, failed: null };
}

/** The order in which appeals are tried: priority, then id. */
export function inOrder<A extends AppealRules>(appeals: readonly A[]): A[] {
  return [...appeals].sort(
    (a, b) => a.priority - b.priority || (a.id < b.id ? -1 : Number(a.id > b.id)),
  );
}

export function choose<A extends AppealRules>(
  appeals: readonly A[],
  facts: Facts,
  rules: readonly Rule[] = RULES,
): Choice<A> {
  const walks: Walk<A>[] = [];
  for (const appeal of inOrder(appeals)) {
    const walked = walk(appeal, facts, rules);
    walks.push(walked);
    if (walked.failed === null) return { show: appeal, walks };
  }
  return { show: null, walks };
}
