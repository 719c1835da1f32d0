/**
 * A payment company in a year of the adapters: the real adapter, and a fake of its company behind real HTTP, with books of its
 * own. What differs between companies (pages, messages, what they do by themselves) is hidden here; what a supporter may
 * expect of all of them is judged by the same rules.
 */
import type { Giving } from '../../src/giving/index.ts';
import type { Processor } from '../../src/giving/processor.ts';
import type { Chance } from '../chance.ts';

export interface AdapterCompany {
  readonly name: 'stripe' | 'paypal' | 'btcpay';
  readonly accountId: string;
  readonly processor: Processor;
  /** Hears what the newsroom is, once it is there. */
  meet(giving: Giving): void;
  /** A supporter on the page: pays, is declined, comes from a listed country, or goes away. */
  visit(pageUrl: string, chance: Chance): Promise<void>;
  /** What happens at the company without us: blocks, disputes, refunds on its own pages, withdrawals. */
  live(chance: Chance): void;
  /** Its messages, some twice, some out of order, some never. */
  deliver(chance: Chance): Promise<void>;
  /** The next calls that are meant go wrong. */
  spoil(chance: Chance): void;
  /** From here on nothing goes wrong any more, and what was begun comes to its end. */
  heal(): void;
  /** What the company says is the newsroom's, pending and available, by currency. */
  balances(): ReadonlyMap<string, bigint>;
  /** Money that was taken, each with the gift it was taken for, as the company's own record names it. */
  takings(): readonly Taking[];
  close(): Promise<void>;
}

export interface Taking {
  readonly ref: string;
  /** Our attempt. */
  readonly attemptId: string;
}
