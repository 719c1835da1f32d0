/**
 * What cannot be seen from one entry alone, before anybody is asked for anything: whether what the newsroom offers can be
 * taken by any of its accounts, and whether cards of listed countries are stopped before a bank hears of them.
 */
import type { Processor } from '../../giving/index.ts';
import { isCurrency } from '../../money/index.ts';
import type { Newsroom, ProcessorEntry } from '../../newsroom/index.ts';

export interface OfferProblem {
  /** In the newsroom file. */
  readonly path: readonly (string | number)[];
  readonly sentence: string;
}

export interface Offer {
  readonly newsroom: Newsroom;
  /** One for each entry of the file, in its order, as the companies allow and not yet narrowed. */
  readonly processors: readonly Processor[];
  /** ISO codes of the listed countries. */
  readonly listed: readonly string[];
}

export function offerProblems(offer: Offer): readonly OfferProblem[] {
  return [
    ...unreachable(offer),
    ...tooSmallHere(offer),
    ...tooSmallEverywhere(offer),
    ...unblockedCards(offer),
  ];
}

export const NO_ORIGIN: [path: readonly string[], sentence: string] = [
  ['origin'],
  'is missing; payment companies send supporters and messages there, so write the https address where readers reach you',
];

/** Companies lead supporters back to an address of ours, which must be there and, for real money, must be encrypted. */
function unreachable({ newsroom }: Offer): readonly OfferProblem[] {
  const { origin } = newsroom;
  const companies = newsroom.giving.processors.filter((entry) => entry.kind !== 'sandbox');
  if (companies.length === 0) return [];
  if (origin === undefined) return [{ path: NO_ORIGIN[0], sentence: NO_ORIGIN[1] }];
  const { protocol, hostname } = new URL(origin);
  const isEncrypted = protocol === 'https:' || hostname.endsWith('.onion');
  if (isEncrypted || companies.every(({ mode }) => mode === 'test')) return [];
  const sentence = 'must begin with https:// (or be an .onion address) before real money is taken';
  return [{ path: NO_ORIGIN[0], sentence }];
}

/** An entry whose own minimum is below what its company takes. */
function tooSmallHere({ newsroom, processors }: Offer): readonly OfferProblem[] {
  return newsroom.giving.processors.flatMap((entry, at) =>
    Object.entries(entry.minimum ?? {}).flatMap(([currency, wished]) => {
      const smallest = processors[at]?.capabilities.minimumMinor[currency];
      if (smallest === undefined || wished >= smallest) return [];
      return [
        {
          path: ['giving', 'processors', at, 'minimum', currency],
          sentence: `${entry.kind} takes no less than ${smallest} (in minor units of ${currency}); set that or more`,
        },
      ];
    }),
  );
}

/** A smallest gift that the newsroom promises to take, and that no account of it can. */
function tooSmallEverywhere({ newsroom, processors }: Offer): readonly OfferProblem[] {
  return Object.entries(newsroom.giving.amounts).flatMap(([currency, { minimum }]) => {
    if (!isCurrency(currency)) return [];
    const path = ['giving', 'amounts', currency];
    const taking = processors.filter((processor, at) => {
      const entry = newsroom.giving.processors[at];
      return (
        processor.capabilities.currencies.includes(currency) &&
        (entry?.currencies?.includes(currency) ?? true)
      );
    });
    if (taking.length === 0) {
      const sentence = 'none of giving.processors takes this currency; leave it out, or add one';
      return [{ path, sentence }];
    }
    const smallest = taking.map(({ capabilities }) => capabilities.minimumMinor[currency] ?? 1n);
    if (smallest.some((bound) => bound <= minimum)) return [];
    const [least] = smallest.toSorted((a, b) => (a < b ? -1 : 1));
    return [
      {
        path: [...path, 'minimum'],
        sentence: `none of giving.processors takes less than ${least} (in minor units); set that or more`,
      },
    ];
  });
}

/**
 * Cards of listed countries must be refused before their bank hears of them: a bank's record of a refused gift is a record
 * of a wish to give. A page of the company's that cannot know the country beforehand needs a rule on the company's side,
 * and nobody but the operator can see whether it is there (B2 of the safety rules).
 */
function unblockedCards({ newsroom, listed }: Offer): readonly OfferProblem[] {
  if (listed.length === 0) return [];
  return newsroom.giving.processors.flatMap((entry: ProcessorEntry, at) => {
    if (entry.kind !== 'stripe' || entry.page !== 'hosted') return [];
    if (entry.listed_cards_blocked_by_radar) return [];
    return [
      {
        path: ['giving', 'processors', at, 'page'],
        sentence: `Stripe's own page asks a card's bank before anybody knows its country, and ${listed.length} countries are listed. Use "page: own", or make the Radar rule of docs/processors/stripe.md and then write "listed_cards_blocked_by_radar: true" here`,
      },
    ];
  });
}
