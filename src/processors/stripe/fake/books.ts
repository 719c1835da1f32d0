/**
 * The fake Stripe's own books: what it was asked to make, the balance it keeps, the banks it asked. It knows nothing of our
 * ledger; tests hold the two against each other.
 *
 * Nothing here moves money: that is in `charging.ts`, `checkout.ts` and `money-moves.ts`, which write here.
 */
import type { Clock } from '../../../calendar/index.ts';
import { assert } from '../../../problems/index.ts';
import type { FakeAccount } from './account.ts';
import { intentJson, type Surroundings } from './answers.ts';
import { chargeJson } from './charge-answer.ts';
import type {
  FakeCharge,
  FakeCustomer,
  FakeDispute,
  FakeEvent,
  FakeIntent,
  FakeLine,
  FakeMethod,
  FakePayout,
  FakeRefund,
  FakeSession,
  FakeSetup,
  FakeToken,
  IssuerEntry,
} from './records.ts';

/** The request that something happens in, for the events that tell of it. */
export interface RequestName {
  readonly id: string | null;
  readonly key: string | null;
}

const NOBODY: RequestName = { id: null, key: null };

export class FakeBooks implements Surroundings {
  readonly account: FakeAccount;
  readonly origin: () => string;
  readonly customers = new Map<string, FakeCustomer>();
  readonly methods = new Map<string, FakeMethod>();
  readonly intents = new Map<string, FakeIntent>();
  readonly charges = new Map<string, FakeCharge>();
  readonly sessions = new Map<string, FakeSession>();
  readonly tokens = new Map<string, FakeToken>();
  readonly setups = new Map<string, FakeSetup>();
  readonly refunds = new Map<string, FakeRefund>();
  readonly disputes = new Map<string, FakeDispute>();
  readonly lines = new Map<string, FakeLine>();
  readonly payouts = new Map<string, FakePayout>();
  readonly events: FakeEvent[] = [];
  /** Everything a bank was asked. */
  readonly issuerLog: IssuerEntry[] = [];
  /** Whose request is being answered. */
  request: RequestName = NOBODY;
  readonly #clock: Clock;
  #made = 0;
  /** The moment that passing time is being played at; the clock's when it is not. */
  #playing: number | null = null;

  constructor(clock: Clock, account: FakeAccount, origin: () => string) {
    this.#clock = clock;
    this.account = account;
    this.origin = origin;
  }

  /** Seconds since 1970. */
  now(): number {
    return this.#playing ?? Math.floor(this.#clock.now().epochMilliseconds / 1000);
  }

  /** Does something as if it were that moment, which is not later than now. */
  at(moment: number, act: () => void): void {
    assert(this.#playing === null && moment <= this.now(), 'the past is played once, in order');
    this.#playing = moment;
    try {
      act();
    } finally {
      this.#playing = null;
    }
  }

  newId(prefix: string): string {
    this.#made += 1;
    return `${prefix}Fake${String(this.#made).padStart(12, '0')}${prefix.startsWith('cs_') ? 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRST' : ''}`;
  }

  intent(id: string): FakeIntent {
    return found(this.intents, id, 'intent');
  }

  charge(id: string): FakeCharge {
    return found(this.charges, id, 'charge');
  }

  method(id: string): FakeMethod {
    return found(this.methods, id, 'payment method');
  }

  session(id: string): FakeSession {
    return found(this.sessions, id, 'session');
  }

  dispute(id: string): FakeDispute {
    return found(this.disputes, id, 'dispute');
  }

  line(id: string): FakeLine {
    return found(this.lines, id, 'balance transaction');
  }

  /** Notes that something happened, with the object as it is now. */
  tell(type: string, object: FakeEvent['object'], previous: object | null = null): void {
    this.events.push({
      id: this.newId('evt_1'),
      created: this.now(),
      type,
      object: structuredClone(object),
      previous,
      request: this.request,
    });
  }

  tellIntent(type: string, intent: FakeIntent): void {
    this.tell(`payment_intent.${type}`, intentJson(this, intent));
  }

  tellCharge(type: string, charge: FakeCharge, previous: object | null = null): void {
    this.tell(`charge.${type}`, chargeJson(this.account, charge), previous);
  }

  /** What a balance transaction leaves, in total and of that what can be paid out. */
  balance(currency: string): { readonly available: bigint; readonly pending: bigint } {
    let available = 0n;
    let pending = 0n;
    for (const line of this.lines.values()) {
      if (line.currency !== currency) continue;
      if (line.availableOn <= this.now()) available += line.amount - line.fee;
      else pending += line.amount - line.fee;
    }
    return { available, pending };
  }

  /** What charges brought, less what went back: the other side of the balance, without payouts. */
  chargesPaid(): readonly FakeCharge[] {
    return [...this.charges.values()].filter(({ status }) => status === 'succeeded');
  }

  /** Everything that does not add up in these books; nothing does. */
  problems(): readonly string[] {
    return [...this.#chargeProblems(), ...this.#payoutProblems(), ...this.#lineProblems()];
  }

  #chargeProblems(): readonly string[] {
    const problems: string[] = [];
    const paid = new Map<string, number>();
    for (const charge of this.chargesPaid()) {
      paid.set(charge.intentId, (paid.get(charge.intentId) ?? 0) + 1);
      if (charge.refunded > charge.amount) problems.push(`${charge.id} gave back more than came`);
      const back = [...this.refunds.values()]
        .filter(({ chargeId, status }) => chargeId === charge.id && status !== 'failed')
        .reduce((sum, { amount }) => sum + amount, 0n);
      if (back !== charge.refunded) problems.push(`${charge.id} does not count its refunds`);
      if (charge.lineId !== null && this.line(charge.lineId).source !== charge.id) {
        problems.push(`${charge.id} has a line of something else`);
      }
    }
    for (const [intentId, times] of paid) {
      if (times > 1) problems.push(`${intentId} was paid ${times} times`);
      if (this.intent(intentId).status !== 'succeeded') problems.push(`${intentId} hides a charge`);
    }
    return problems;
  }

  #payoutProblems(): readonly string[] {
    return [...this.payouts.values()].flatMap((payout) => {
      if (!payout.isAutomatic) return [];
      const sum = [...this.lines.values()]
        .filter(({ payoutId, source }) => payoutId === payout.id && source !== payout.id)
        .reduce((total, { amount, fee }) => total + amount - fee, 0n);
      return sum === payout.amount ? [] : [`${payout.id} is not the sum of its lines`];
    });
  }

  #lineProblems(): readonly string[] {
    const sources = [...this.lines.values()].map(({ type, source }) => `${type} ${source}`);
    const once = sources.filter((each) => !each.startsWith('adjustment'));
    return once.length === new Set(once).size ? [] : ['something was booked twice'];
  }
}

function found<T>(all: ReadonlyMap<string, T>, id: string, what: string): T {
  const one = all.get(id);
  assert(one !== undefined, `the fake made this ${what}`);
  return one;
}
