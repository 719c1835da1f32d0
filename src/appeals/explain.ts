/**
 * What became of every appeal for one reader, for staff who ask "why this one, and why not the others?".
 *
 * The choice itself stops at the appeal it shows. Here the later ones are walked as well, with the same rules in the same
 * order, so that the answer can never differ from what readers meet. Pure: the reader and the time are in the facts.
 */
import type { AppealRules } from './appeal.ts';
import { inOrder, walk } from './choose.ts';
import { type Facts, RULES, type RuleId } from './rules.ts';

export type Outcome =
  | { readonly kind: 'shown' }
  /** It passed every rule, but one before it in the order is shown. */
  | { readonly kind: 'behind'; readonly shown: string }
  /** The first rule that failed; those before it passed. */
  | { readonly kind: 'failed'; readonly rule: RuleId };

export interface Explained {
  readonly appeal: string;
  readonly outcome: Outcome;
}

/** Every appeal with its outcome, in the order in which they are tried; at most one is shown. */
export function explain(appeals: readonly AppealRules[], facts: Facts): readonly Explained[] {
  let shown: string | null = null;
  return inOrder(appeals).map((appeal): Explained => {
    const { failed } = walk(appeal, facts, RULES);
    if (failed !== null) return { appeal: appeal.id, outcome: { kind: 'failed', rule: failed } };
    if (shown !== null) return { appeal: appeal.id, outcome: { kind: 'behind', shown } };
    shown = appeal.id;
    return { appeal: appeal.id, outcome: { kind: 'shown' } };
  });
}
