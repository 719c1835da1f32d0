/** What no single field of a processor's entry can show: values that do not fit each other or the rest of the file. */
import { processorCounting } from '../money/index.ts';
import type { Newsroom } from './newsroom.ts';
import type { ProcessorEntry } from './processor-entry.ts';

export interface Contradiction {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

export function processorContradictions(newsroom: Newsroom): readonly Contradiction[] {
  const { processors } = newsroom.giving;
  const found = processors.flatMap((entry, at) =>
    contradictionsOf(entry, newsroom).map(({ path, message }) => ({
      path: ['giving', 'processors', at, ...path],
      message,
    })),
  );
  processors.forEach(({ account }, at) => {
    if (processors.findIndex((other) => other.account === account) < at) {
      const path = ['giving', 'processors', at, 'account'];
      found.push({ path, message: `the account ${account} stands here twice; give each its own` });
    }
  });
  return found;
}

function contradictionsOf(entry: ProcessorEntry, newsroom: Newsroom): Contradiction[] {
  return [...currencyProblems(entry, newsroom), ...amountProblems(entry, newsroom), ...own(entry)];
}

function currencyProblems(entry: ProcessorEntry, newsroom: Newsroom): Contradiction[] {
  const found: Contradiction[] = [];
  entry.currencies?.forEach((currency, at) => {
    if (newsroom.giving.amounts[currency] === undefined) {
      const message = `there are no amounts for ${currency}; add them under giving.amounts or leave it out here`;
      found.push({ path: ['currencies', at], message });
    } else if (processorCounting({ currency, processor: entry.kind }) === 'unknown') {
      const message = `${entry.kind} cannot take ${currency}; leave it out here`;
      found.push({ path: ['currencies', at], message });
    }
  });
  const offered = entry.currencies ?? Object.keys(newsroom.giving.amounts);
  const takes = offered.some(
    (currency) => processorCounting({ currency, processor: entry.kind }) !== 'unknown',
  );
  if (!takes) {
    const message = `${entry.kind} can take none of the newsroom's currencies; leave it out`;
    found.push({ path: ['account'], message });
  }
  return found;
}

function amountProblems(entry: ProcessorEntry, newsroom: Newsroom): Contradiction[] {
  const found: Contradiction[] = [];
  for (const bound of ['minimum', 'maximum'] as const) {
    for (const [currency, minor] of Object.entries(entry[bound] ?? {})) {
      const set = newsroom.giving.amounts[currency];
      const path = [bound, currency];
      if (set === undefined) {
        found.push({ path, message: `there are no amounts for ${currency} under giving.amounts` });
      } else if (minor < set.minimum || minor > set.maximum) {
        const message = `must lie between the newsroom's own minimum (${set.minimum}) and maximum (${set.maximum})`;
        found.push({ path, message });
      }
    }
  }
  for (const [currency, minimum] of Object.entries(entry.minimum ?? {})) {
    const maximum = Object.entries(entry.maximum ?? {}).find(([other]) => other === currency)?.[1];
    if (maximum !== undefined && minimum > maximum) {
      const message = `the smallest amount (${minimum}) is above the largest (${maximum})`;
      found.push({ path: ['minimum', currency], message });
    }
  }
  return found;
}

/** What only one kind of processor has. */
function own(entry: ProcessorEntry): Contradiction[] {
  switch (entry.kind) {
    case 'stripe': {
      if (entry.publishable_key === undefined) {
        if (entry.page === 'hosted') return [];
        return [
          { path: ['page'], message: 'a page of ours needs publishable_key as well (pk_live_…)' },
        ];
      }
      if (entry.publishable_key.startsWith(`pk_${entry.mode}_`)) return [];
      return [
        {
          path: ['publishable_key'],
          message: `this key is not of mode "${entry.mode}"; both must be test or both live`,
        },
      ];
    }
    case 'btcpay': {
      const url = new URL(entry.server);
      const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
      const isOnion = url.hostname.endsWith('.onion');
      if (url.protocol === 'https:' || isLocal || isOnion) return [];
      return [
        { path: ['server'], message: 'must begin with https://, or our key would travel openly' },
      ];
    }
    case 'sandbox':
    case 'paypal':
      return [];
  }
}
