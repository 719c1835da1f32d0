/**
 * Bad weather: seeded random lives of a few supporters, with taps at the same moment, lost answers, messages repeated,
 * late or never sent, declines, pauses, cancels and jumps of the clock. Then the weather clears, time passes, and the
 * books must be right: every rule holds, and what the processor thinks it took is what our ledger says.
 *
 * A failing seed is printed by its test's name; add it to SEEDS. `WEATHER_SEEDS=100-400` tries others.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SeededRandom } from '../calendar/index.ts';
import { money } from '../money/index.ts';
import type { DeclineAdvice } from './processor.ts';
import type { ChargeOutcome, Fault } from './testing/fake-processor.ts';
import type { GivingWorld } from './testing/giving-world.ts';
import { inWorld } from './testing/pledge-story.ts';

const SEEDS = seedsFrom(process.env.WEATHER_SEEDS) ?? [1, 2, 3, 4, 5, 6, 214];
const STEPS = 45;

const ADVICES: readonly DeclineAdvice[] = [
  'retry-later',
  'retry-later',
  'retry-after-update',
  'ask-for-another-method',
  'needs-action',
  'stop',
];

class Weather {
  readonly world: GivingWorld;
  readonly #random: SeededRandom;
  readonly gifts: string[] = [];
  readonly #intents = new Map<string, ReturnType<GivingWorld['intent']>>();

  constructor(world: GivingWorld, seed: number) {
    this.world = world;
    this.#random = new SeededRandom(seed);
  }

  below(limit: number): number {
    const [high = 0, low = 0] = this.#random.bytes(2);
    return (high * 256 + low) % limit;
  }

  pick<T>(list: readonly T[]): T | undefined {
    return list[this.below(Math.max(1, list.length))];
  }

  async step(): Promise<string> {
    const actions = [
      () => this.begin(),
      () => this.begin(),
      () => this.tapAgain(),
      () => this.pay(),
      () => this.pay(),
      () => this.pageChanges(),
      () => this.messages(),
      () => this.workers(),
      () => this.workers(),
      () => this.timePasses(),
      () => this.timePasses(),
      () => this.supporterChanges(),
      () => this.processorChanges(),
    ];
    return (await this.pick(actions)?.()) ?? '';
  }

  async begin(): Promise<string> {
    const interval = this.pick(['once', 'month', 'month', 'year'] as const) ?? 'once';
    const intent = this.world.intent({
      interval,
      money: money(BigInt(100 + this.below(900)), 'EUR'),
    });
    this.gifts.push(intent.giftId);
    this.#intents.set(intent.giftId, intent);
    const taps = 1 + this.below(3);
    await Promise.all(Array.from({ length: taps }, () => this.world.giving.beginGift(intent)));
    return `begin ${interval} ×${taps}`;
  }

  async tapAgain(): Promise<string> {
    const giftId = this.pick(this.gifts);
    const intent = this.#intents.get(giftId ?? '');
    if (intent === undefined) return 'nothing to tap';
    if (this.below(4) === 0) {
      const other = this.world.intent({ money: money(700n, 'EUR') });
      const result = await this.world.giving.replaceGift({
        oldGiftId: intent.giftId,
        intent: other,
      });
      this.gifts.push(other.giftId);
      this.#intents.set(other.giftId, other);
      return `replace: ${result.kind}`;
    }
    return `tap again: ${(await this.world.giving.beginGift(intent)).kind}`;
  }

  async pay(): Promise<string> {
    const { payments } = this.world.processor;
    const open = [...payments.values()].filter(({ evidence }) => evidence.state === 'open');
    const payment = this.pick(open);
    if (payment === undefined) return 'nothing to pay';
    this.world.processor.pay(`x/${payment.objectRef}`);
    return `pay ${payment.objectRef}`;
  }

  async pageChanges(): Promise<string> {
    const open = [...this.world.processor.payments.values()].filter(
      ({ evidence }) => evidence.state !== 'succeeded' && evidence.state !== 'declined',
    );
    const payment = this.pick(open);
    if (payment === undefined) return 'no page';
    const evidence = this.pick([
      { state: 'open', declinedCode: 'no_funds' },
      { state: 'processing' },
      { state: 'needs_action', pageUrl: null },
      { state: 'expired' },
      { state: 'declined', code: 'x', advice: this.pick(ADVICES) ?? 'stop' },
    ] as const);
    if (evidence !== undefined) this.world.processor.say(payment, evidence);
    return `${payment.objectRef} is ${evidence?.state}`;
  }

  async messages(): Promise<string> {
    const payments = [...this.world.processor.payments.keys()];
    for (let message = 0; message < 4; message += 1) {
      const objectRef = this.pick(payments);
      if (objectRef === undefined) continue;
      const sent = this.world.processor.message(objectRef, `evt_${this.below(30)}_${objectRef}`);
      await this.world.giving.takeWebhook({ accountId: 'fake', ...sent });
    }
    return 'messages';
  }

  async workers(): Promise<string> {
    const giftId = this.pick(this.gifts);
    await Promise.all([
      ...this.world.giving.workers.map((worker) => worker.runOnce()),
      ...this.world.giving.workers.map((worker) => worker.runOnce()),
      giftId === undefined ? undefined : this.world.giving.askProcessor(giftId),
    ]);
    return 'workers';
  }

  async timePasses(): Promise<string> {
    const minutes = this.pick([1, 10, 90, 700, 3000, 20_000, 46_000]) ?? 1;
    this.world.clock.advance({ minutes });
    return `${minutes} minutes`;
  }

  async supporterChanges(): Promise<string> {
    const view = await this.world.giving.giftView(this.pick(this.gifts) ?? '');
    const pledgeId = view?.pledge?.pledgeId;
    if (pledgeId === undefined) return 'no pledge';
    const { giving } = this.world;
    const collector = giving.workers.find(({ name }) => name === 'collector');
    const change = this.pick([
      () => giving.cancelPledge(pledgeId),
      () => giving.pausePledge({ pledgeId, months: 1 + this.below(3) }),
      () => giving.resumePledge(pledgeId),
      () => giving.changePledgeAmount({ pledgeId, money: money(300n, 'EUR') }),
    ]);
    const [result] = await Promise.all([change?.(), collector?.runOnce()]);
    return `pledge: ${result?.kind}`;
  }

  async processorChanges(): Promise<string> {
    const { processor } = this.world;
    const fault = this.pick(['lost-before', 'lost-after', 'lost-after', null] as const);
    if (fault !== null && fault !== undefined) processor.faults.push(fault satisfies Fault);
    const outcomes: readonly ChargeOutcome[] = [
      { kind: 'pays' },
      { kind: 'pays' },
      { kind: 'declines', code: 'x', advice: this.pick(ADVICES) ?? 'stop' },
      { kind: 'needs-action' },
      { kind: 'processing' },
    ];
    processor.outcome = this.pick(outcomes) ?? { kind: 'pays' };
    processor.lookUpsLost = this.below(3);
    return `processor: ${fault} ${processor.outcome.kind}`;
  }
}

/** Nothing is left that could still take money without anybody looking. */
async function assertSettledDown(world: GivingWorld): Promise<void> {
  const live = await world.db
    .selectFrom('attempt')
    .innerJoin('gift', 'gift.id', 'attempt.gift_id')
    .select(['attempt.id', 'attempt.state', 'gift.state as gift_state', 'gift.next_at'])
    .where('attempt.state', 'in', ['planned', 'sent', 'unknown', 'needs_action'])
    .where('gift.state', 'in', ['due', 'collecting'])
    .execute();
  for (const one of live) assert.notEqual(one.next_at, null, `${one.state} is looked at again`);
  for (const payment of world.processor.payments.values()) {
    if (payment.evidence.state !== 'succeeded' || payment.attemptId === null) continue;
    const booked = await world.db
      .selectFrom('ledger_transfer')
      .select('code')
      .where('cause_ref', '=', `fake:${payment.evidence.chargeRef}`)
      .where('code', 'in', [10, 90])
      .execute();
    assert.equal(booked.length, 1, `${payment.objectRef} is in the books once`);
  }
  const assertions = await world.db
    .selectFrom('alarm')
    .select('detail')
    .where('kind', 'in', ['assertion', 'our-bug'])
    .execute();
  assert.deepEqual(assertions, []);
}

describe('after bad weather', () => {
  for (const seed of SEEDS) {
    it(`the books are right: seed ${seed}`, () =>
      inWorld({ now: '2026-01-29T20:00:00Z' }, async (world) => {
        const weather = new Weather(world, seed);
        const told: string[] = [];
        try {
          for (let step = 0; step < STEPS; step += 1) told.push(await weather.step());
          world.processor.faults.length = 0;
          world.processor.lookUpsLost = 0;
          world.processor.outcome = { kind: 'pays' };
          await world.liveUntil(
            world.clock
              .now()
              .add({ hours: 24 * 40 })
              .toString(),
          );
          world.clock.advance({ hours: 1 });
          await world.settleDown();
          await assertSettledDown(world);
        } catch (error) {
          console.error(told.join('\n'));
          throw error;
        }
      }));
  }
});

/** `first-last` as a list, or null. */
function seedsFrom(text: string | undefined): readonly number[] | null {
  const [first, last] = (text ?? '').split('-').map(Number);
  if (first === undefined || last === undefined || !(first <= last)) return null;
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
