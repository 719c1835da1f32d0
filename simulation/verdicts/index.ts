/**
 * Everything that must be true at the end of a seed. The program's own check (`checkInvariants`) is one of the verdicts;
 * the others know what it cannot know: the companies' books, what people were told, and how the ledger looked before.
 *
 * Every invariant has a verdict here. Two are proved elsewhere as well, and more strongly: I13 from an empty ledger by
 * `../sequences/` (every order of every message has one final state) and `src/giving/testing`; I11 with real processes and
 * kills by the crash tests.
 */
import { checkInvariants } from '../core.ts';
import type { World } from '../world.ts';
import { neverAskedTooLate } from './asked.ts';
import { judgeCalendar } from './calendar.ts';
import { againstCharges, chargedRightly, oncePerGift, oncePerIntention } from './charges.ts';
import { againstFunds } from './funds.ts';
import { ledgerNeverChanged } from './ledger-marks.ts';
import { lettersLeft } from './letters.ts';
import { againstPromises, forgottenForGood, otherContentChangedNothing } from './promises.ts';
import { replayedAgain } from './replay.ts';
import { atRest, noSurprises } from './rest.ts';
import { agreedTerms } from './terms.ts';
import type { Breach, Rule, Verdict } from './verdict.ts';

/** The rules that the program's own check asks the database about. */
const ASKED_OF_THE_DATABASE: readonly Rule[] = [
  'I1',
  'I2',
  'I3',
  'I4',
  'I5',
  'I6',
  'I7',
  'I8',
  'I10',
  'I12',
  'I15',
  'I17',
];

export const VERDICTS: readonly Verdict[] = [
  {
    name: 'the books by the program’s own check',
    rules: ASKED_OF_THE_DATABASE,
    says: 'No row of the database breaks a rule of the books.',
    judge: async ({ db }) =>
      (await checkInvariants(db)).map(({ rule, says, examples }) => ({
        rule,
        says: `${says} ${examples.join(' ')}`,
      })),
  },
  {
    name: 'the companies’ charges',
    rules: ['I6', 'I15'],
    says: 'Every charge in a company’s books is in the ledger once, with its amount, and nothing else is.',
    judge: againstCharges,
  },
  {
    name: 'the companies’ money',
    rules: ['I6'],
    says: 'Where the money is by a company’s own arithmetic, it is in the ledger.',
    judge: againstFunds,
  },
  {
    name: 'charged by right',
    rules: ['I8', 'I16'],
    says: 'No charge left after its pledge was cancelled, and none on a right that its company never had.',
    judge: chargedRightly,
  },
  {
    name: 'never doubled, never lost',
    rules: ['I3', 'I11'],
    says: 'No gift was charged twice by itself, and one that was paid once, rightly, is settled.',
    judge: oncePerGift,
  },
  {
    name: 'one gift for one intention',
    rules: [],
    says: 'Who meant to give once gave once, however often they tapped.',
    judge: oncePerIntention,
  },
  {
    name: 'what people were told',
    rules: ['I11', 'I12'],
    says: 'What was acknowledged is there, and what was seen is still so, or better.',
    judge: againstPromises,
  },
  {
    name: 'another amount under the same id',
    rules: ['I14'],
    says: 'The same id with another amount was told so, and changed nothing.',
    judge: otherContentChangedNothing,
  },
  {
    name: 'forgotten',
    rules: [],
    says: 'Nothing leads from a gift to a person who is forgotten.',
    judge: forgottenForGood,
  },
  {
    name: 'the ledger as it was',
    rules: ['I9', 'I16'],
    says: 'Every beginning of the ledger is as it was when somebody looked, also before an account moved.',
    judge: ledgerNeverChanged,
  },
  {
    name: 'the calendar',
    rules: ['I5'],
    says: 'Every gift is for its day, by arithmetic of the verdict’s own, and was charged on it.',
    judge: judgeCalendar,
  },
  {
    name: 'what was agreed to',
    rules: ['I15'],
    says: 'Every gift of a pledge is for the amount and months that held for its period.',
    judge: agreedTerms,
  },
  {
    name: 'letters',
    rules: ['I10'],
    says: 'Every letter left or was given up after its tries; what counts as sent, the mail server has.',
    judge: lettersLeft,
  },
  {
    name: 'asked in time',
    rules: ['I17'],
    says: 'Nothing that may have taken money is left unasked beyond its window.',
    judge: neverAskedTooLate,
  },
  {
    name: 'at rest',
    rules: ['I17'],
    says: 'After the weather cleared nothing is left that we do not know.',
    judge: atRest,
  },
  {
    name: 'no surprise',
    rules: [],
    says: 'The program never caught itself in a mistake.',
    judge: noSurprises,
  },
  // The last one: it has the inbox run once more.
  {
    name: 'every message again',
    rules: ['I13'],
    says: 'All messages once more, in another order: the ledger stays as it is, byte for byte.',
    judge: replayedAgain,
  },
];

/** Everything that is wrong; empty when all is well. */
export async function judge(world: World): Promise<readonly Breach[]> {
  const found: Breach[] = [];
  for (const verdict of VERDICTS) found.push(...(await verdict.judge(world)));
  return found;
}
