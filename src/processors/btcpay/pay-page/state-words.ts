/** Which words say a standing in which nothing is asked for: a table, so that no state is without its own. */
import { unreachable } from '../../../problems/index.ts';
import type { Standing } from '../standing.ts';
import type { StateWords } from './pages.ts';

type Saying = Exclude<Standing, { readonly kind: 'waiting' | 'part-paid' }>;

export function stateWords(standing: Saying): StateWords {
  switch (standing.kind) {
    case 'seen':
      return {
        heading: 'coins.seen-heading',
        texts: [
          ...(standing.isShort ? (['coins.seen-short'] as const) : []),
          'coins.seen',
          ...(standing.isLate && !standing.isShort ? (['coins.seen-late'] as const) : []),
        ],
        waits: true,
      };
    case 'short':
      return { heading: 'coins.short-heading', texts: ['coins.short'], waits: false };
    case 'paid':
      return paidWords(standing);
    case 'expired':
      return { heading: 'coins.expired-heading', texts: ['coins.expired'], waits: false };
    case 'nothing-came':
      return { heading: 'coins.nothing-heading', texts: ['coins.nothing'], waits: false };
    default:
      return unreachable(standing, 'stateWords');
  }
}

function paidWords(standing: Extract<Standing, { kind: 'paid' }>): StateWords {
  switch (standing.amount) {
    case 'exact':
      return { heading: 'coins.late-heading', texts: ['coins.late'], waits: false };
    case 'over':
      return { heading: 'coins.over-heading', texts: ['coins.over'], waits: false };
    case 'short':
      return { heading: 'coins.short-heading', texts: ['coins.paid-short'], waits: false };
  }
}

/** The server that watches for payments does not answer, or answers what cannot be read. */
export const NOT_HEARD: StateWords = {
  heading: 'coins.not-heard-heading',
  texts: ['coins.not-heard'],
  waits: true,
  status: 503,
};
