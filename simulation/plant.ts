/**
 * A mistake put into a world on purpose, to see that it is found. Without one everything is as in production. Mistakes in
 * the core's own lines are put in when a source file is loaded (`planted/`), and never by way of these.
 */
import type { Processor } from './core.ts';
import type { Weather } from './weather.ts';

export interface Plant {
  /** An adapter that is wrong. */
  readonly adapter?: (processor: Processor) => Processor;
  /** A database without the rule that would have refused: run inside the seed's transaction. */
  readonly database?: readonly string[];
  /** Instead of this part of the seed's own weather: the circumstances in which the mistake shows. */
  readonly weather?: Partial<Weather>;
  /** Which company the newsroom prefers: 0 cards, 1 wallet, 2 coins. */
  readonly firstCompany?: number;
  /** Everybody whose renewal was declined pays it by hand shortly before it is tried again. */
  readonly paysByHandBeforeRetry?: boolean;
  /** Every payment in coins is of another amount than was asked for. */
  readonly wrongAmounts?: boolean;
  /** Every message is told once more at the end, in every seed. */
  readonly replays?: boolean;
  /** The browser makes a new id on every tap. */
  readonly forgetfulBrowsers?: boolean;
}
