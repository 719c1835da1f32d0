/**
 * The letter about money that goes back: what was given back or is on its way, as it stands when the letter leaves. It
 * takes sentences instead of a gift, so that letters know nothing of giving.
 */
import { translator } from '../language/index.ts';
import { composeLetter, type Letter } from './letter.ts';

export interface ReturnFacts {
  readonly language: string;
  /** What a person quotes when they write to the newsroom. */
  readonly reference: string;
  /** What became of the money, one sentence each; at least one. */
  readonly sentences: readonly string[];
  /** Whether more will be taken by a pledge, so that the letter says how to stop. */
  readonly isRepeating: boolean;
  /** Where to look, change and stop. */
  readonly manageUrl: string;
}

export function returnLetter(facts: ReturnFacts): Letter {
  const t = translator(facts.language);
  const { sentences, reference, manageUrl: address } = facts;
  const ways = facts.isRepeating ? 'letters.stop' : 'letters.stop-once';
  return composeLetter({
    subject: 'note',
    language: facts.language,
    details: [
      [...sentences, t('letters.return-reference', { reference })].join('\n'),
      t(ways, { address }),
    ],
  });
}
