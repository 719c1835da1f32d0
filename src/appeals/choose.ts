/**
 * Which appeal is shown, or none, and why: the first by priority that passes every rule.
 *
 * Eligibility is decided here and nowhere else; an appeal that passes is drawn. The walks are the trace: for the reader
 * ("Why am I seeing this?"), who keeps it on the device, and for the desk's simulator. No Node in here.
 */
import type { Rule } from './device-rules.ts';

interface Ranked {
  readonly id: string;
  /** Smallest first; equal ones by id. */
  readonly priority: number;
}

export interface Walk<A, Id extends string> {
  readonly appeal: A;
  /** The rule that ended the walk, or `null` if the appeal passed all. The rules before it passed. */
  readonly failed: Id | null;
}

export interface Choice<A, Id extends string> {
  readonly show: A | null;
  /** The walks of all appeals that were tried, in order; nothing is tried after the one that is shown. */
  readonly walks: readonly Walk<A, Id>[];
}

/** Walks the rules in their order; the first that fails ends the walk. */
export function walk<A, F, Id extends string>(
  appeal: A,
  facts: F,
  rules: readonly Rule<Id, F, A>[],
): Walk<A, Id> {
  const failed = rules.find((rule) => !rule.passes(appeal, facts));
  return { appeal, failed: failed?.id ?? null };
}

/** The order in which appeals are tried: priority, then id. */
export function inOrder<A extends Ranked>(appeals: readonly A[]): A[] {
  return [...appeals].sort((a, b) => a.priority - b.priority || (a.id < b.id ? -1 : 1));
}

/** @param appeals in the order in which they are tried (see {@link inOrder}); an answer holds them so */
export function choose<A, F, Id extends string>(
  appeals: readonly A[],
  facts: F,
  rules: readonly Rule<Id, F, A>[],
): Choice<A, Id> {
  const walks: Walk<A, Id>[] = [];
  for (const appeal of appeals) {
    const walked = walk(appeal, facts, rules);
    walks.push(walked);
    if (walked.failed === null) return { show: appeal, walks };
  }
  return { show: null, walks };
}
