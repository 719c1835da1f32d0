import type { Tx } from '../../database/index.ts';
import { acceptUnmatchedIn } from '../../giving/acts/accept-unmatched.ts';
import { isLive } from '../../giving/attempt.ts';
import {
  lockGift,
  moveGift,
  readAttempt,
  readAttempts,
  readGift,
  takeForSending,
} from '../../giving/gift-store.ts';
import { bookChargeFacts } from '../../giving/money-facts/book-charge-facts.ts';
import { OPENING_PATIENCE_HOURS } from '../../giving/money-facts/decide-charge-fact.ts';
import { waitingCharges } from '../../giving/money-facts/money-worker.ts';
import { recordFact } from '../../giving/money-facts/record-fact.ts';
import { isPledgeOver } from '../../giving/pledge.ts';
import { cancelLocked } from '../../giving/pledges/cancel-pledge.ts';
import { lockWithGiftsHere } from '../../giving/pledges/change-pledge.ts';
import { endSubscription } from '../../giving/pledges/end-subscription.ts';
import { pauseLocked, resumeLocked } from '../../giving/pledges/pledge-commands.ts';
import { lockPledge, movePledge } from '../../giving/pledges/pledge-store.ts';
import type { PaymentEvidence } from '../../giving/processor.ts';
import { applyEvidenceIn } from '../../giving/settling/apply-evidence.ts';
import { applyInput } from '../../giving/settling/apply-input.ts';
import { bookUnmatched } from '../../giving/settling/settle.ts';
import { assert, unreachable } from '../../problems/index.ts';
import type { HistoryStep, ToldEvent } from './books-format.ts';
import { writeDue, writeGift, writePlan, writePledge } from './history-gifts.ts';
import {
  evidenceOf,
  factOf,
  HAPPENED_AT,
  type historyContext,
  idOf,
  moneyOf,
  SUPPORTER,
} from './history-words.ts';

export { historyContext, idOf } from './history-words.ts';

export class MoneyHistory {
  readonly tx: Tx;
  readonly context: ReturnType<typeof historyContext>;
  /** Names of gifts and the ids they stand for: a renewal has the id its pledge gives it. */
  readonly gifts = new Map<string, string>();
  readonly #waiting: ToldEvent[] = [];
  /** The account that a subscription runs at. The table names it only where its end is told. */
  readonly home: (subscription: string) => string | undefined;
  refused = 0;

  constructor(
    tx: Tx,
    context: ReturnType<typeof historyContext>,
    home: (subscription: string) => string | undefined,
  ) {
    this.tx = tx;
    this.context = context;
    this.home = home;
  }

  async open(accounts: readonly string[]): Promise<void> {
    const now = this.context.clock.now();
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
    this.context.clock.advance({ seconds: 1 });
    if (!(await this.#do(step))) this.refused += 1;
    await this.#settleDown();
  }

  /** Something a processor told, once. */
  async tell(event: ToldEvent): Promise<void> {
    this.context.clock.advance({ seconds: 1 });
    if (!(await this.#hear(event))) this.#waiting.push(event);
    await this.#settleDown();
  }

  /** Long after the last of it: what waited for more to be told waits no longer. */
  async end(): Promise<void> {
    this.context.clock.advance({ hours: OPENING_PATIENCE_HOURS });
    await this.#settleDown();
  }

  /** What the workers do: parked messages are tried again, and facts booked whose charge is known by now. */
  async #settleDown(): Promise<void> {
    for (const event of this.#waiting.splice(0)) {
      if (!(await this.#hear(event))) this.#waiting.push(event);
    }
    const now = this.context.clock.now();
    for (const charge of await waitingCharges(this.tx, now)) {
      await bookChargeFacts(this.tx, { ...charge, now });
    }
  }

  /** @returns false when the step was turned away */
  async #do(step: HistoryStep): Promise<boolean> {
    switch (step.do) {
      case 'gift':
        return await writeGift(this, step);
      case 'pledge':
        return await writePledge(this, step);
      case 'due':
        return await writeDue(this, step);
      case 'plan':
        return await writePlan(this, step);
      case 'send':
        return await this.#send(step.attempt);
      case 'answer':
      case 'lookup':
        await this.#answer(step);
        return true;
      case 'accept': {
        const giftId = idOf('gift', step.gift);
        this.gifts.set(step.gift, giftId);
        const answer = await acceptUnmatchedIn(this.tx, this.context, {
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

  /** An attempt that is over before it is sent needs no sending; one whose pledge is over is turned away. */
  async #send(name: string): Promise<boolean> {
    const { tx } = this;
    const attempt = await readAttempt(tx, idOf('attempt', name));
    if (attempt === undefined) return false;
    if (await takeForSending(tx, attempt, this.context.clock.now())) return true;
    const gift = await readGift(tx, attempt.giftId);
    if (gift?.pledgeId == null || attempt.state === 'succeeded') return true;
    return !isPledgeOver((await lockPledge(tx, gift.pledgeId)).state);
  }

  async #answer(step: Extract<HistoryStep, { do: 'answer' | 'lookup' }>): Promise<void> {
    const attemptId = idOf('attempt', step.attempt);
    const { tx } = this;
    switch (step.result) {
      case 'unknown':
        await applyInput(tx, this.context, { attemptId, input: { kind: 'answer-not-heard' } });
        return;
      case 'not_found':
        await applyInput(tx, this.context, { attemptId, input: { kind: 'not-found' } });
        return;
      case 'needs_action':
      case 'declined':
      case 'expired': {
        const evidence = evidenceOf(step.result);
        await applyInput(tx, this.context, { attemptId, input: { kind: 'evidence', evidence } });
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
      await this.moveGift(this.giftId(step.gift), step.do === 'cancel' ? 'abandon' : 'fail');
      return;
    }
    const locked = await lockWithGiftsHere(this.tx, idOf('pledge', step.pledge));
    const { pledge } = locked;
    switch (step.do) {
      case 'cancel':
        await cancelLocked(this.tx, this.context, locked);
        return;
      case 'pause':
        await pauseLocked(this.tx, this.context, {
          pledge,
          request: { pledgeId: pledge.id, months: 1 },
        });
        return;
      case 'resume':
        await resumeLocked(this.tx, this.context, locked);
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
    const now = this.context.clock.now();
    const { pledge, openGifts } = await lockWithGiftsHere(this.tx, idOf('pledge', name));
    const behind = await movePledge(this.tx, pledge, { kind: 'try-failed' }, now);
    const over = await movePledge(this.tx, behind, { kind: 'lapse' }, now);
    if (over.state !== 'lapsed') return;
    for (const gift of openGifts) {
      const attempts = await readAttempts(this.tx, gift.id);
      if (attempts.some((attempt) => isLive(attempt.state))) continue;
      await this.moveGift(gift.id, gift.state === 'collecting' ? 'fail' : 'abandon');
    }
  }

  async moveGift(giftId: string, kind: 'abandon' | 'fail'): Promise<void> {
    const now = this.context.clock.now();
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
        const now = this.context.clock.now();
        await recordFact(this.tx, { accountId: event.account, fact: factOf(event), now });
        return true;
      }
      case 'subscription-ended': {
        const { account: accountId, subscription: subscriptionRef } = event;
        const ended = { accountId, subscriptionRef };
        return (await endSubscription(this.tx, this.context, ended)) !== undefined;
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
      await bookUnmatched(this.tx, this.context, strange);
      return true;
    }
    const attemptId = idOf('attempt', event.attempt);
    const report = { attemptId, accountId, objectRef: null, evidence };
    return (await applyEvidenceIn(this.tx, this.context, report)) !== 'no_such_attempt';
  }

  giftId(name: string): string {
    return this.gifts.get(name) ?? idOf('gift', name);
  }
}
