/** What every call of the merchant's API is handed. */
import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { Bank } from './bank.ts';
import type { FaultBox } from './faults.ts';
import type { LostAnswers } from './lost-answers.ts';
import type { Timers } from './timers.ts';

export interface ApiEnvironment {
  Bindings: HttpBindings;
}
export type ApiContext = Context<ApiEnvironment>;

export interface ApiOptions {
  readonly bank: Bank;
  readonly faults: FaultBox;
  readonly lostAnswers: LostAnswers;
  readonly secretKey: string;
  readonly timers: Timers;
  readonly stopped: AbortSignal;
}
