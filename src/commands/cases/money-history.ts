/**
 * One small history of money, played inside one transaction with the product's own functions: what we did ourselves, and
 * what a processor told. It translates names and decides nothing; a fact about something not known yet waits, as it does
 * in the inbox, and is told again after every step.
 */
import { Instant, ManualClock, PlainDate, SeededRandom, uuidV5 } from '../../calendar/index.ts';
import type { Db, Tx } from '../../database/index.ts';
import { acceptUnmatchedIn } from '../../giving/acts/accept-unmatched.ts';
import { isLive } from '../../giving/attempt.ts';
import { type GivingContext, givingContext } from '../../giving/context.ts';
import { giftBodyHash } from '../../giving/fingerprint.ts';
import { mayPlan } from '../../giving/gift.ts';
import {
  insertAttempt,
  insertGift,
  lockGift,
  moveGift,
  readAttempt,
  readAttempts,
  readGift,
  takeForSending,
} from '../../giving/gift-store.ts';
import { bookChargeFacts } from '../../giving/money-facts/book-charge-facts.ts';
import { waitingCharges } from '../../giving/money-facts/money-worker.ts';
import { recordFact } from '../../giving/money-facts/record-fact.ts';
import { isPledgeOver } from '../../giving/pledge.ts';
import { cancelLocked } from '../../giving/pledges/cancel-pledge.ts';
import { lockWithGiftsHere } from '../../giving/pledges/change-pledge.ts';
import { endSubscription } from '../../giving/pledges/end-subscription.ts';
import { pauseLocked, resumeLocked } from '../../giving/pledges/pledge-commands.ts';
import { lockPledge, movePledge } from '../../giving/pledges/pledge-store.ts';
import type { MoneyFact, PaymentEvidence } from '../../giving/processor.ts';
import { renewalGiftId } from '../../giving/renewals/renewal.ts';
import { applyEvidenceIn } from '../../giving/settling/apply-evidence.ts';
import { applyInput } from '../../giving/settling/apply-input.ts';
import { bookUnmatched } from '../../giving/settling/settle.ts';
import { type Currency, isCurrency, type Money, money } from '../../money/index.ts';
import { assert, unreachable } from '../../problems/index.ts';
import type { HistoryStep, ToldEvent } from './books-format.ts';

const NAMES = '7d9c1b52-1f0e-4c9b-8a55-61f7a2f1d0aa';
const SUPPORTER = uuidV5({ namespace: NAMES, name: 'supporter' });
const CODE_WORDS = { code: 'declined', advice: 'retry-later' } as const;

/** The id that a name of the table stands for. */
export function idOf(kind: 'gift' | 'attempt' | 'pledge' | 'mandate', name: string): string {
  return uuidV5({ namespace: NAMES, name: `${kind}:${name}` });
}

/** What the core needs beside a transaction: a clock that ticks once per step, and no processor to call. */
export function historyContext(db: Db): GivingContext & { readonly clock: ManualClock } {
  const clock = new ManualClock('2026-01-31T12:00:00Z');
  const context = givingContext({
    db,
    clock,
    random: new SeededRandom(41, clock),
    processors: [],
    settings: {
      zone: 'Europe/Berlin',
      statementText: 'TUPPENCE GIFT',
      refusedCountries: () => [],
      publicOrigin: () => 'http://127.0.0.1:2',
      limits: () => ({ minimum: 1n, maximum: 999_999_999n }),
    },
  });
  return { ...context, clock };
}

export class MoneyHistory {
  readonly tx: Tx;
  readonly #context: ReturnType<typeof historyContext>;
  /** Names of gifts and the ids they stand for: a renewal has the id its pledge gives it. */
  readonly gifts = new Map<string, string>();
  readonly #waiting: ToldEvent[] = [];
  /** The account that a subscription runs at. The table names it only where its end is told. */
  readonly #home: (subscription: string) => string | undefined;
  refused = 0;

  constructor(
    tx: Tx,
    context: ReturnType<typeof historyContext>,
    home: (subscription: string) => string | undefined,
  ) {
    this.tx = tx;
    this.#context = context;
    this.#home = home;
  }

  async open(accounts: readonly string[]): Promise<void> {
    const now = this.#context.clock.now();
    await this.tx
      .insertInto('supporter')
      .values({
        id: SUPPORTER,
        zone: 'Europe/Berlin',
        language: 'en',
        created_at: now,
        forgotten_at: null,
      })
      .execute();
    if (accounts.length === 0) return;
    await this.tx
      .insertInto('processor_account')
      .values(
        accounts.map((id) => ({
          id,
          processor: 'sandbox' as const,
          mode: 'test' as const,
          poll_cursor: null,
          poll_at: now,
          created_at: now,
        })),
      )
      .execute();
  }

  /** Something we did ourselves. */
  async act(step: HistoryStep): Promise<void> {
    this.#context.clock.advance({ seconds: 1 });
    if (!(await this.#do(step))) this.refused += 1;
    await this.#settleDown();
  }

  /** Something a processor told, once. */
  async tell(event: ToldEvent): Promise<void> {
    this.#context.clock.advance({ seconds: 1 });
    if (!(await this.#hear(event))) this.#waiting.push(event);
    await this.#settleDown();
  }

  /** What the workers do: parked messages are tried again, and facts booked whose charge is known by now. */
  async #settleDown(): Promise<void> {
    for (const event of this.#waiting.splice(0)) {
      if (!(await this.#hear(event))) this.#waiting.push(event);
    }
    const now = this.#context.clock.now();
    for (const charge of await waitingCharges(this.tx)) {
      await bookChargeFacts(this.tx, { ...charge, now });
    }
  }

  /** @returns false when the step was turned away */
  async #do(step: HistoryStep): Promise<boolean> {
    switch (step.do) {
      case 'gift':
        return await this.#gift(step);
      case 'pledge':
        return await this.#pledge(step);
      case 'due':
        return await this.#due(step);
      case 'plan':
        return await this.#plan(step);
      case 'send':
        return await this.#send(step.attempt);
      case 'answer':
      case 'lookup':
        await this.#answer(step);
        return true;
      case 'accept': {
        const giftId = idOf('gift', step.gift);
        this.gifts.set(step.gift, giftId);
        const answer = await acceptUnmatchedIn(this.tx, this.#context, {
          accountId: step.account,
          chargeRef: step.charge,
          giftId,
          by: 'desk',
          reason: step.reason,
        });
        return answer.kind === 'accepted';
      }
      case 'cancel':
      case 'pause':
      case 'resume':
      case 'lapse':
      case 'give-up':
        await this.#change(step);
        return true;
      case 'drop-account':
        await this.tx
          .updateTable('processor_account')
          .set({ status: 'dropped' })
          .where('id', '=', step.account)
          .execute();
        return true;
      case 'crash':
      case 'restart':
        return true;
      default:
        return unreachable(step, 'a step of a history');
    }
  }

  async #gift(step: Extract<HistoryStep, { do: 'gift' }>): Promise<boolean> {
    const id = idOf('gift', step.gift);
    const meant = moneyOf(step);
    const bodyHash = giftBodyHash({ money: meant, interval: 'once' });
    const known = await readGift(this.tx, id);
    if (known !== undefined) return known.bodyHash === bodyHash;
    this.gifts.set(step.gift, id);
    return await this.#write(id, { money: meant, bodyHash, pledge: null });
  }

  async #pledge(step: Extract<HistoryStep, { do: 'pledge' }>): Promise<boolean> {
    const now = this.#context.clock.now();
    const { minor, currency } = moneyOf(step);
    const account = step.subscription === undefined ? undefined : this.#home(step.subscription);
    await this.tx
      .insertInto('pledge')
      .values({
        id: idOf('pledge', step.pledge),
        supporter_id: SUPPORTER,
        amount_minor: minor,
        currency,
        unit: step.unit,
        anchor_date: PlainDate.from('2026-01-31'),
        zone: 'Europe/Berlin',
        mandate_id: null,
        state: 'awaiting_first',
        paused_until: null,
        resume_at: null,
        replaces: null,
        subscription_account_id: account ?? null,
        subscription_ref: account === undefined ? null : (step.subscription ?? null),
        created_at: now,
        ended_at: null,
      })
      .execute();
    return true;
  }

  async #due(step: Extract<HistoryStep, { do: 'due' }>): Promise<boolean> {
    const pledge = await lockPledge(this.tx, idOf('pledge', step.pledge));
    const id = step.n === 0 ? idOf('gift', `${step.pledge}:0`) : renewalGiftId(pledge.id, step.n);
    const taken = [...this.gifts].some(([name, one]) => one === id && name !== step.gift);
    if (taken) return false;
    this.gifts.set(step.gift, id);
    // Settling the period before may have made it already.
    if ((await readGift(this.tx, id)) !== undefined) return true;
    const bodyHash = giftBodyHash({ money: pledge.money, interval: pledge.unit });
    const written = await this.#write(id, {
      money: pledge.money,
      bodyHash,
      pledge: { id: pledge.id, n: step.n },
    });
    await this.tx
      .updateTable('pledge')
      .set({ next_n: Math.max(pledge.nextN, step.n + 1) })
      .where('id', '=', pledge.id)
      .execute();
    if (isPledgeOver(pledge.state)) await this.#moveGift(id, 'abandon');
    return written;
  }

  async #write(
    id: string,
    gift: {
      readonly money: Money;
      readonly bodyHash: string;
      readonly pledge: { readonly id: string; readonly n: number } | null;
    },
  ): Promise<boolean> {
    const now = this.#context.clock.now();
    return await insertGift(this.tx, {
      id,
      supporter_id: SUPPORTER,
      pledge_id: gift.pledge?.id ?? null,
      period_n: gift.pledge?.n ?? null,
      due_date:
        gift.pledge === null ? null : PlainDate.from('2026-01-31').add({ months: gift.pledge.n }),
      amount_minor: gift.money.minor,
      currency: gift.money.currency,
      body_hash: gift.bodyHash,
      state: 'due',
      next_at: now,
      appeal_id: null,
      variant_id: null,
      created_at: now,
    });
  }

  async #plan(step: Extract<HistoryStep, { do: 'plan' }>): Promise<boolean> {
    const { tx } = this;
    const now = this.#context.clock.now();
    const gift = await lockGift(tx, this.giftId(step.gift));
    assert(gift !== undefined, 'a gift is planned after it is due');
    const attempts = await readAttempts(tx, gift.id);
    const pledge = gift.pledgeId === null ? null : await lockPledge(tx, gift.pledgeId);
    const hasLiveAttempt = attempts.some((attempt) => isLive(attempt.state));
    const pledgeState = pledge?.state ?? null;
    if (!mayPlan({ state: gift.state, hasLiveAttempt, pledgeState })) return false;
    const isRenewal = gift.periodN !== null && gift.periodN > 0;
    await insertAttempt(tx, {
      id: idOf('attempt', step.attempt),
      gift_id: gift.id,
      n: attempts.length + 1,
      mandate_id: isRenewal ? await this.#mandate(step.account) : null,
      processor_account_id: step.account,
      request_hash: 'the hash of what will be sent',
      created_at: now,
    });
    await moveGift(tx, gift, { input: { kind: 'plan' }, nextAt: now, now });
    return true;
  }

  /** Renewals are charged on a mandate. */
  async #mandate(account: string): Promise<string> {
    const id = idOf('mandate', account);
    await this.tx
      .insertInto('mandate')
      .values({
        id,
        supporter_id: SUPPORTER,
        processor_account_id: account,
        customer_ref: 'customer',
        method_ref: 'method',
        method_fingerprint: null,
        state: 'usable',
        created_at: this.#context.clock.now(),
      })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
    return id;
  }

  /** An attempt that is over before it is sent needs no sending; one whose pledge is over is turned away. */
  async #send(name: string): Promise<boolean> {
    const { tx } = this;
    const attempt = await readAttempt(tx, idOf('attempt', name));
    if (attempt === undefined) return false;
    if (await takeForSending(tx, attempt, this.#context.clock.now())) return true;
    const gift = await readGift(tx, attempt.giftId);
    if (gift?.pledgeId == null || attempt.state === 'succeeded') return true;
    return !isPledgeOver((await lockPledge(tx, gift.pledgeId)).state);
  }

  async #answer(step: Extract<HistoryStep, { do: 'answer' | 'lookup' }>): Promise<void> {
    const attemptId = idOf('attempt', step.attempt);
    const { tx } = this;
    switch (step.result) {
      case 'unknown':
        await applyInput(tx, this.#context, { attemptId, input: { kind: 'answer-not-heard' } });
        return;
      case 'not_found':
        await applyInput(tx, this.#context, { attemptId, input: { kind: 'not-found' } });
        return;
      case 'needs_action':
      case 'declined':
      case 'expired': {
        const evidence = evidenceOf(step.result);
        await applyInput(tx, this.#context, { attemptId, input: { kind: 'evidence', evidence } });
        return;
      }
      default:
        return unreachable(step.result, 'an answer of a history');
    }
  }

  async #change(
    step: Extract<HistoryStep, { do: 'cancel' | 'pause' | 'resume' | 'lapse' | 'give-up' }>,
  ): Promise<void> {
    if (step.pledge === undefined) {
      assert(step.gift !== undefined, 'a step is about a gift or a pledge');
      await this.#moveGift(this.giftId(step.gift), step.do === 'cancel' ? 'abandon' : 'fail');
      return;
    }
    const locked = await lockWithGiftsHere(this.tx, idOf('pledge', step.pledge));
    const { pledge } = locked;
    switch (step.do) {
      case 'cancel':
        await cancelLocked(this.tx, this.#context, locked);
        return;
      case 'pause':
        await pauseLocked(this.tx, this.#context, {
          pledge,
          request: { pledgeId: pledge.id, months: 1 },
        });
        return;
      case 'resume':
        await resumeLocked(this.tx, this.#context, locked);
        return;
      case 'lapse':
      case 'give-up':
        return await this.#lapse(step.pledge);
      default:
        return unreachable(step.do, 'a change of a history');
    }
  }

  /** As the collector does it when the last try did not help. */
  async #lapse(name: string): Promise<void> {
    const now = this.#context.clock.now();
    const { pledge, openGifts } = await lockWithGiftsHere(this.tx, idOf('pledge', name));
    const behind = await movePledge(this.tx, pledge, { kind: 'try-failed' }, now);
    const over = await movePledge(this.tx, behind, { kind: 'lapse' }, now);
    if (over.state !== 'lapsed') return;
    for (const gift of openGifts) {
      const attempts = await readAttempts(this.tx, gift.id);
      if (attempts.some((attempt) => isLive(attempt.state))) continue;
      await this.#moveGift(gift.id, gift.state === 'collecting' ? 'fail' : 'abandon');
    }
  }

  async #moveGift(giftId: string, kind: 'abandon' | 'fail'): Promise<void> {
    const now = this.#context.clock.now();
    const gift = await lockGift(this.tx, giftId);
    assert(gift !== undefined, 'a gift is given up after it is due');
    await moveGift(this.tx, gift, { input: { kind }, nextAt: gift.nextAt, now });
  }

  /** @returns false when it is about something not known yet */
  async #hear(event: ToldEvent): Promise<boolean> {
    switch (event.kind) {
      case 'ignored':
        return true;
      case 'money': {
        const now = this.#context.clock.now();
        await recordFact(this.tx, { accountId: event.account, fact: factOf(event), now });
        return true;
      }
      case 'subscription-ended': {
        const { account: accountId, subscription: subscriptionRef } = event;
        const ended = { accountId, subscriptionRef };
        return (await endSubscription(this.tx, this.#context, ended)) !== undefined;
      }
      case 'charge':
        return await this.#hearCharge(event);
      default:
        return unreachable(event, 'a told event');
    }
  }

  async #hearCharge(event: Extract<ToldEvent, { kind: 'charge' }>): Promise<boolean> {
    const { account: accountId, charge } = event;
    const evidence: PaymentEvidence =
      event.state === 'succeeded'
        ? {
            state: 'succeeded',
            chargeRef: charge,
            money: moneyOf(event),
            happenedAt: HAPPENED_AT,
            payerCountry: null,
            mandate: null,
            fee: null,
          }
        : evidenceOf(event.state);
    if (event.attempt === null) {
      if (evidence.state !== 'succeeded') return true;
      const strange = { accountId, objectRef: null, succeeded: evidence };
      await bookUnmatched(this.tx, this.#context, strange);
      return true;
    }
    const attemptId = idOf('attempt', event.attempt);
    const report = { attemptId, accountId, objectRef: null, evidence };
    return (await applyEvidenceIn(this.tx, this.#context, report)) !== 'no_such_attempt';
  }

  giftId(name: string): string {
    return this.gifts.get(name) ?? idOf('gift', name);
  }
}

const HAPPENED_AT = Instant.from('2026-01-31T12:00:00Z');

function evidenceOf(
  state: 'created' | 'processing' | 'authorised' | 'needs_action' | 'declined' | 'expired',
): PaymentEvidence {
  switch (state) {
    case 'created':
      return { state: 'open' };
    case 'processing':
    case 'authorised':
      return { state: 'processing' };
    case 'needs_action':
      return { state: 'needs_action', pageUrl: null };
    case 'declined':
      return { state: 'declined', ...CODE_WORDS };
    case 'expired':
      return { state: 'expired' };
    default:
      return unreachable(state, 'evidenceOf');
  }
}

function factOf(event: Extract<ToldEvent, { kind: 'money' }>): MoneyFact {
  return {
    kind: event.fact,
    ref: event.ref,
    money: moneyOf(event),
    happenedAt: HAPPENED_AT,
    chargeRef: event.charge,
    payoutRef: null,
  };
}

function moneyOf(said: { readonly amount: string; readonly currency: string }): Money {
  return money(BigInt(said.amount), currencyOf(said.currency));
}

function currencyOf(text: string): Currency {
  assert(isCurrency(text), 'a currency of the table is one of ours');
  return text;
}
