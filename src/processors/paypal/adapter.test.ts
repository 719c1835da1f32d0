/** The adapter against the fake PayPal over HTTP, call by call; what went over the wire is held against PayPal's descriptions. */
import assert from 'node:assert/strict';
import { after, afterEach, beforeEach, describe, it } from 'node:test';
import { inspect } from 'node:util';
import { Instant, ManualClock, PlainDate } from '../../calendar/index.ts';
import type { EvidenceAnswer, LookUpAnswer, OrderRefused } from '../../giving/processor.ts';
import { money } from '../../money/index.ts';
import { CANARY_MAIL, CANARY_NAME, NO_SUCH, refused } from './fake/answers.ts';
import type { FakePayer } from './fake/books.ts';
import { Described, descriptionsAreThere } from './fake/described.ts';
import type { Exchange, FaultKind } from './fake/server.ts';
import {
  completion,
  hostedOrder,
  mandateOrder,
  openOn,
  references,
  type TestAccount,
  testAccount,
} from './fake/test-account.ts';

const START = '2026-03-01T12:00:00Z';
const GERMAN: FakePayer = { country: 'DE', pays: 'at-once' };

let clock: ManualClock;
let account: TestAccount;
const exchanges: Exchange[] = [];
beforeEach(async () => {
  clock = new ManualClock(START);
  account = await testAccount(clock);
});
afterEach(async () => {
  exchanges.push(...account.fake.exchanges);
  assert.deepEqual(account.fake.api.changedBodies, [], 'the same key never has another body');
  await account.close();
});

type Answer = EvidenceAnswer | LookUpAnswer | OrderRefused;

function evidenceIn(answer: Answer) {
  assert.ok(answer.kind === 'evidence', inspect(answer));
  return answer.evidence;
}

async function opened(name: string, changes: Parameters<typeof hostedOrder>[1] = {}) {
  const order = hostedOrder(name, changes);
  const answer = await account.processor.openHostedPayment(order);
  assert.ok(answer.kind === 'opened', inspect(answer));
  const { objectRef, pageUrl } = answer;
  return { order, objectRef, pageUrl, complete: () => complete(order, objectRef) };
}

async function complete(order: ReturnType<typeof hostedOrder>, objectRef: string) {
  const { completePayment } = account.processor;
  assert.ok(completePayment !== undefined);
  return await completePayment(completion(order, objectRef));
}

async function paid(name: string, changes: Parameters<typeof hostedOrder>[1] = {}) {
  const page = await opened(name, changes);
  account.fake.books.approve(page.objectRef, GERMAN);
  const evidence = evidenceIn(await page.complete());
  assert.ok(evidence.state === 'succeeded', inspect(evidence));
  return { ...page, evidence };
}

const look = (attemptId: string, objectRef: string | null) =>
  account.processor.lookUp({ attemptId, objectRef });
const calls = (form: RegExp) =>
  account.fake.exchanges.filter(({ method, path }) => form.test(`${method} ${path}`));

describe('a gift on PayPal’s page', () => {
  it('is open, agreed, and paid when we say so, with our ids, its fee and its country', async () => {
    const { order, objectRef, pageUrl, complete: take } = await opened('one');
    assert.ok(pageUrl.startsWith(`${account.fake.origin}/checkoutnow?token=`));
    const { attemptId } = order.references;
    const open = await look(attemptId, objectRef);
    assert.deepEqual(open, {
      kind: 'evidence',
      objectRef,
      attemptId,
      evidence: { state: 'open', pageUrl },
    });
    account.fake.books.approve(objectRef, GERMAN);
    assert.deepEqual(await look(attemptId, objectRef), { kind: 'agreed', objectRef, attemptId });
    assert.equal(account.fake.books.captures.size, 0, 'no bank has heard of it');
    const taken = await take();
    const [capture] = account.fake.books.captures.values();
    assert.deepEqual(taken, {
      kind: 'evidence',
      objectRef,
      attemptId,
      evidence: {
        state: 'succeeded',
        chargeRef: capture?.id,
        money: money(500n, 'EUR'),
        happenedAt: Instant.from(START),
        payerCountry: 'DE',
        mandate: null,
        fee: { ref: capture?.id, money: money(44n, 'EUR') },
      },
    });
    assert.deepEqual(await look(attemptId, objectRef), taken);
    assert.deepEqual(
      await account.processor.lookUp({ attemptId: null, objectRef: capture?.id ?? '' }),
      taken,
    );
  });

  it('is the same page for the same key, also when the first answer got lost', async () => {
    account.fake.faults.push({ on: /^POST .*orders$/, kind: 'lost-after' });
    const order = hostedOrder('lost');
    const first = await account.processor.openHostedPayment(order);
    assert.deepEqual(first, { kind: 'unknown', reason: 'connection' });
    const second = await account.processor.openHostedPayment(order);
    assert.ok(second.kind === 'opened');
    assert.deepEqual(await account.processor.openHostedPayment(order), second);
    assert.equal(account.fake.books.orders.size, 1);
  });

  it('tells PayPal nothing about the supporter', async () => {
    await opened('nothing', { language: 'ru', keepMandate: 'month' });
    const [made] = calls(/^POST .*orders$/);
    assert.deepEqual(JSON.parse(made?.body ?? '{}').payment_source.paypal, {
      experience_context: {
        return_url: 'https://news.example/thanks/1',
        cancel_url: 'https://news.example/support',
        shipping_preference: 'NO_SHIPPING',
        user_action: 'PAY_NOW',
        landing_page: 'LOGIN',
        brand_name: 'TUPPENCE GIFT',
        locale: 'ru-RU',
      },
      attributes: {
        vault: {
          store_in_vault: 'ON_SUCCESS',
          usage_type: 'MERCHANT',
          customer_type: 'CONSUMER',
          usage_pattern: 'RECURRING_PREPAID',
        },
      },
    });
  });

  it('brings no name and no address out of PayPal’s answers', async () => {
    const { order, objectRef, evidence } = await paid('canary', { keepMandate: 'month' });
    const told = [
      evidence,
      await look(order.references.attemptId, objectRef),
      await account.processor.listSince(null),
    ];
    const text = JSON.stringify(told, (_, value) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    assert.ok(JSON.stringify(account.fake.exchanges).includes(CANARY_MAIL));
    assert.ok(!text.includes(CANARY_NAME) && !text.includes(CANARY_MAIL), text);
    assert.ok(!text.includes('QYR5Z8XDVJNXQ'), 'nor PayPal’s number of the payer');
  });

  for (const [country, code] of [
    ['XA', 'country_refused'],
    [null, 'country_unknown'],
  ] as const) {
    it(`is never captured for a payer of ${country ?? 'no country that is told'}`, async () => {
      const { objectRef, complete: take } = await opened(`country ${country}`);
      account.fake.books.approve(objectRef, { country, pays: 'at-once' });
      const expected = { state: 'declined', code, advice: 'refused-country' };
      assert.deepEqual(evidenceIn(await take()), expected);
      assert.deepEqual(calls(/capture$/), []);
    });
  }

  it('asks for no country where none is refused', async () => {
    const { objectRef, complete: take } = await opened('any', { refusedCountries: [] });
    account.fake.books.approve(objectRef, { country: null, pays: 'at-once' });
    assert.equal(evidenceIn(await take()).state, 'succeeded');
  });

  it('knows China by PayPal’s code', async () => {
    const { objectRef, complete: take } = await opened('china', { refusedCountries: ['CN'] });
    account.fake.books.approve(objectRef, { country: 'C2', pays: 'at-once' });
    assert.equal(evidenceIn(await take()).state, 'declined');
  });

  for (const afterDecline of ['APPROVED', 'PAYER_ACTION_REQUIRED'] as const) {
    it(`opens again after a declined instrument (order ${afterDecline}), and takes the next one`, async () => {
      account.fake.settings.afterDecline = afterDecline;
      const { objectRef, pageUrl, complete: take } = await opened(`again ${afterDecline}`);
      account.fake.books.approve(objectRef, { country: 'DE', pays: 'declined' });
      const declined = { state: 'open', declinedCode: 'INSTRUMENT_DECLINED', pageUrl };
      assert.deepEqual(evidenceIn(await take()), declined);
      clock.advance({ minutes: 2 });
      account.fake.books.approve(objectRef, GERMAN);
      assert.equal(evidenceIn(await take()).state, 'succeeded');
    });
  }

  it('is declined for good where PayPal says so, and in progress while PayPal waits', async () => {
    const cannot = await opened('cannot');
    account.fake.books.approve(cannot.objectRef, { country: 'DE', pays: 'cannot-pay' });
    assert.deepEqual(evidenceIn(await cannot.complete()), {
      state: 'declined',
      code: 'PAYER_CANNOT_PAY',
      advice: 'ask-for-another-method',
    });
    const failed = await opened('failed');
    account.fake.books.approve(failed.objectRef, { country: 'DE', pays: 'capture-declined' });
    assert.equal(evidenceIn(await failed.complete()).state, 'declined');
    const echeck = await opened('echeck');
    account.fake.books.approve(echeck.objectRef, { country: 'DE', pays: 'pending' });
    assert.deepEqual(evidenceIn(await echeck.complete()), { state: 'processing' });
    const [pending] = [...account.fake.books.captures.values()].filter(
      ({ status }) => status === 'PENDING',
    );
    account.fake.books.clear(pending?.id ?? '');
    const cleared = await look(echeck.order.references.attemptId, echeck.objectRef);
    assert.equal(evidenceIn(cleared).state, 'succeeded');
  });

  it('is told as the success it is when it was taken already', async () => {
    for (const kind of ['lost-after', 'truncated', 'server-error'] as const) {
      const page = await opened(`twice ${kind}`);
      account.fake.books.approve(page.objectRef, GERMAN);
      account.fake.faults.push({ on: /capture$/, kind });
      const first = await page.complete();
      // An answer that breaks off is followed by a look at once; one that never came is not.
      assert.equal(first.kind, kind === 'truncated' ? 'evidence' : 'unknown');
      assert.equal(evidenceIn(await page.complete()).state, 'succeeded');
    }
    const raced = await opened('raced');
    account.fake.books.approve(raced.objectRef, GERMAN);
    const order = account.fake.books.order(raced.objectRef);
    // Somebody else takes it between our look and our word.
    const other = openOn(account.fake, clock, {
      fetch: async (input, init) => {
        if (String(input).endsWith('/capture')) account.fake.books.take(order);
        return await fetch(input, init);
      },
    });
    const answer = await other.completePayment?.(completion(raced.order, raced.objectRef));
    assert.ok(answer !== undefined);
    assert.equal(evidenceIn(answer).state, 'succeeded');
    assert.equal(account.fake.books.captures.size, 4);
  });

  it('is refused as our mistake, in PayPal’s words, and only then', async () => {
    const yen = hostedOrder('half a yen', { money: money(500n, 'JPY') });
    assert.equal((await account.processor.openHostedPayment(yen)).kind, 'opened');
    const forint = hostedOrder('forint', { money: money(550n, 'HUF') });
    assert.deepEqual(await account.processor.openHostedPayment(forint), {
      kind: 'refused',
      code: 'whole-units-only',
    });
    account.fake.settings.forbidden = /orders/;
    const answer = await account.processor.openHostedPayment(hostedOrder('forbidden'));
    assert.deepEqual(answer, { kind: 'refused', code: 'PERMISSION_DENIED' });
  });
});

describe('an answer that was not heard', () => {
  const EXPECTED: Readonly<Record<FaultKind, string>> = {
    'lost-before': 'connection',
    'lost-after': 'connection',
    'server-error': 'server-error',
    busy: 'busy',
    conflict: 'conflict',
    html: 'server-error',
    maintenance: 'unreadable',
    truncated: 'unreadable',
    hang: 'timeout',
  };
  for (const [kind, reason] of Object.entries(EXPECTED) as [FaultKind, string][]) {
    it(`is unknown, whatever was asked: ${kind}`, async () => {
      const { order, objectRef, evidence } = await paid('faults', { keepMandate: 'month' });
      assert.ok(evidence.mandate !== null);
      const second = await opened('faults two');
      account.fake.books.approve(second.objectRef, GERMAN);
      const quick = openOn(account.fake, clock, { timeoutMs: kind === 'hang' ? 60 : 2000 });
      await quick.lookUp({ attemptId: null, objectRef });
      const charge = mandateOrder('faults renewal', evidence.mandate);
      const { chargeRef } = evidence;
      const refund = { idempotencyKey: 'refund-1', chargeRef, money: money(100n, 'EUR') };
      const asks: [RegExp, () => Promise<object>][] = [
        [/^POST .*orders$/, () => quick.openHostedPayment(hostedOrder('faults three'))],
        [
          /capture$/,
          () =>
            quick.completePayment?.(completion(second.order, second.objectRef)) ?? Promise.reject(),
        ],
        [/^POST .*orders$/, () => quick.chargeMandate(charge)],
        [/^GET .*orders/, () => quick.lookUp({ attemptId: order.references.attemptId, objectRef })],
        [/refund$/, () => quick.refund(refund)],
        [/^GET .*reporting/, () => quick.listSince(null)],
        [/^GET .*reporting/, () => quick.listMoneySince?.(null) ?? Promise.reject()],
      ];
      for (const [on, ask] of asks) {
        account.fake.faults.push({ on, kind });
        const answer = await ask();
        assert.deepEqual(account.fake.faults, [], `the fault met its call: ${on}`);
        // After an answer to a capture that cannot be read the order itself is looked at.
        if (String(on) === '/capture$/' && reason === 'unreadable') {
          assert.ok('kind' in answer && answer.kind !== 'refused');
          continue;
        }
        const isBusy = kind === 'conflict' && 'reason' in answer && answer.reason === 'busy';
        assert.deepEqual(answer, { kind: 'unknown', reason: isBusy ? 'busy' : reason }, String(on));
      }
      account.fake.faults.push({ on: /^PATCH/, kind });
      const third = await opened('faults four');
      // The answer of a change has no body that could break off.
      const closed = kind === 'truncated' ? 'closed' : 'unknown';
      assert.equal(await quick.closeHostedPayment(third.objectRef), closed);
    });
  }
});

describe('the access token', () => {
  it('is asked for once by many, again before it ends, and again when PayPal forgot it', async () => {
    await Promise.all([opened('a'), opened('b'), opened('c')]);
    assert.equal(account.fake.api.tokensMade, 1);
    clock.advance({ seconds: 32_400 - 119 });
    await opened('d');
    assert.equal(account.fake.api.tokensMade, 2);
    account.fake.api.forgetTokens();
    await opened('e');
    assert.equal(account.fake.api.tokensMade, 3);
  });

  it('is not asked for again and again with a wrong key', async () => {
    account.fake.settings.clientSecret = 'another-secret';
    for (let n = 0; n < 5; n += 1) {
      const answer = await account.processor.openHostedPayment(hostedOrder('wrong'));
      assert.deepEqual(answer, { kind: 'unknown', reason: 'unexpected' });
    }
    assert.equal(calls(/oauth2/).length, 1);
    clock.advance({ seconds: 31 });
    account.fake.settings.clientSecret = 'fake-client-secret';
    await opened('right');
  });
});

describe('closing a page', () => {
  it('makes it impossible to take its money, at one moment', async () => {
    const open = await opened('close');
    assert.equal(await account.processor.closeHostedPayment(open.objectRef), 'closed');
    const closed = await look(open.order.references.attemptId, open.objectRef);
    assert.equal(evidenceIn(closed).state, 'expired');
    account.fake.books.approve(open.objectRef, GERMAN);
    assert.equal(evidenceIn(await open.complete()).state, 'expired');
    const agreed = await opened('close agreed');
    account.fake.books.approve(agreed.objectRef, GERMAN);
    assert.equal(await account.processor.closeHostedPayment(agreed.objectRef), 'closed');
    assert.equal(account.fake.api.orders.capture(agreed.objectRef).status, 422);
    const { objectRef } = await paid('close paid');
    assert.equal(await account.processor.closeHostedPayment(objectRef), 'already-paid');
    clock.advance({ hours: 7 });
    assert.equal(await account.processor.closeHostedPayment(open.objectRef), 'closed');
  });

  it('is not believed of an agreed order that PayPal does not let us change', async () => {
    account.fake.settings.patches = false;
    const open = await opened('no patch');
    assert.equal(await account.processor.closeHostedPayment(open.objectRef), 'closed');
    account.fake.books.approve(open.objectRef, GERMAN);
    assert.equal(await account.processor.closeHostedPayment(open.objectRef), 'unknown');
  });
});

describe('a pledge', () => {
  it('keeps the right to charge and charges it, our ids on it', async () => {
    const { evidence } = await paid('first', { keepMandate: 'month' });
    assert.ok(evidence.mandate !== null);
    const order = mandateOrder('second', evidence.mandate);
    const charged = await account.processor.chargeMandate(order);
    assert.equal(evidenceIn(charged).state, 'succeeded');
    assert.ok(charged.kind === 'evidence' && charged.attemptId === order.references.attemptId);
    assert.deepEqual(await account.processor.chargeMandate(order), charged, 'once');
    assert.equal(account.fake.books.captures.size, 2);
  });

  it('learns of a token that PayPal makes later', async () => {
    account.fake.books.tokensLater = true;
    const { order, objectRef, evidence } = await paid('later', { keepMandate: 'month' });
    assert.equal(evidence.mandate, null);
    const made = account.fake.books.makeToken(objectRef);
    // The order itself may never say so.
    account.fake.books.order(objectRef).token = null;
    const again = evidenceIn(await look(order.references.attemptId, objectRef));
    assert.ok(again.state === 'succeeded');
    assert.deepEqual(again.mandate, {
      customerRef: made.customerId,
      methodRef: made.id,
      methodFingerprint: null,
    });
  });

  for (const [what, change, expected] of [
    [
      'a payer who moved to a refused country',
      { country: 'XB' },
      ['country_refused', 'refused-country'],
    ],
    ['a payer of unknown country', { country: null }, ['country_unknown', 'refused-country']],
    ['a declined instrument', { pays: 'declined' }, ['INSTRUMENT_DECLINED', 'retry-later']],
    [
      'an account that cannot pay',
      { pays: 'cannot-pay' },
      ['PAYER_CANNOT_PAY', 'ask-for-another-method'],
    ],
  ] as const) {
    it(`is declined for ${what}`, async () => {
      const { evidence } = await paid(what, { keepMandate: 'month' });
      assert.ok(evidence.mandate !== null);
      const token = account.fake.books.tokens.get(evidence.mandate.methodRef);
      assert.ok(token !== undefined);
      token.payer = { ...token.payer, ...change };
      const answer = await account.processor.chargeMandate(
        mandateOrder(`${what} renewal`, evidence.mandate),
      );
      const declined = evidenceIn(answer);
      assert.ok(declined.state === 'declined');
      assert.deepEqual([declined.code, declined.advice], expected);
      assert.equal(account.fake.books.captures.size, 1);
    });
  }

  it('asks for another way once the right is gone at PayPal', async () => {
    const { evidence } = await paid('gone', { keepMandate: 'month' });
    assert.ok(evidence.mandate !== null);
    account.fake.books.tokens.clear();
    for (const [refusedCountries, goneMethod] of [
      [[], refused('AGREEMENT_ALREADY_CANCELLED')],
      [[], NO_SUCH],
      [['XA'], NO_SUCH],
    ] as const) {
      account.fake.settings.goneMethod = goneMethod;
      const order = mandateOrder(
        `gone ${refusedCountries.length} ${goneMethod.status}`,
        evidence.mandate,
        {
          refusedCountries,
        },
      );
      const declined = evidenceIn(await account.processor.chargeMandate(order));
      assert.ok(declined.state === 'declined');
      assert.equal(declined.advice, 'ask-for-another-method');
    }
  });
});

describe('a charge whose answer got lost', () => {
  it('is found in the reports by our id, and is not "not found" before they reach so far', async () => {
    const { evidence } = await paid('base', { keepMandate: 'month' });
    assert.ok(evidence.mandate !== null);
    clock.advance({ hours: 1 });
    const firstAt = clock.now();
    const lost = mandateOrder('lost charge', evidence.mandate);
    account.fake.faults.push({ on: /^POST .*orders$/, kind: 'lost-after' });
    assert.equal((await account.processor.chargeMandate(lost)).kind, 'unknown');
    const never = references('never sent').attemptId;
    const sent = { firstAt, onMandate: true };
    const ask = (attemptId: string) =>
      account.processor.lookUp({ attemptId, objectRef: null, sent });
    const busy = { kind: 'unknown', reason: 'busy' };
    for (const hours of [0, 2, 4, 4]) {
      clock.advance({ hours });
      assert.deepEqual(await ask(never), busy, 'PayPal may still report it');
    }
    assert.equal(evidenceIn(await ask(lost.references.attemptId)).state, 'succeeded');
    clock.advance({ hours: 1 });
    assert.deepEqual(await ask(never), { kind: 'not-found' });
    account.fake.settings.reportLagHours = 30;
    assert.deepEqual(await ask(never), busy, 'the reports are behind by a day');
    assert.deepEqual(await look(never, null), busy, 'nobody says what was sent');
  });

  it('is not there where only a page was opened, whose address nobody learned', async () => {
    const sent = { firstAt: clock.now(), onMandate: false };
    const { attemptId } = references('page');
    const answer = await account.processor.lookUp({ attemptId, objectRef: null, sent });
    assert.deepEqual(answer, { kind: 'not-found' });
  });
});

describe('refunds', () => {
  it('go back in parts, once per key, and are refused in PayPal’s words', async () => {
    const { evidence } = await paid('refund');
    const part = { idempotencyKey: 'r1', chargeRef: evidence.chargeRef, money: money(200n, 'EUR') };
    const first = await account.processor.refund(part);
    assert.ok(first.kind === 'refunded');
    assert.deepEqual(first.money, money(200n, 'EUR'));
    clock.advance({ hours: 24 * 40 });
    assert.deepEqual(await account.processor.refund(part), first);
    const much = { ...part, idempotencyKey: 'r2', money: money(400n, 'EUR') };
    assert.deepEqual(await account.processor.refund(much), {
      kind: 'refused',
      code: 'REFUND_AMOUNT_EXCEEDED',
    });
    account.fake.settings.refundsPending = true;
    const slow = { ...part, idempotencyKey: 'r3', money: money(100n, 'EUR') };
    assert.deepEqual(await account.processor.refund(slow), { kind: 'unknown', reason: 'busy' });
    assert.equal(account.fake.books.refunds.size, 2);
  });
});

describe('the reports', () => {
  it('list payments and money whole and in order, however many fit a page, behind their lag', async () => {
    const names = Array.from({ length: 70 }, (_, n) => `listed ${n}`);
    for (const name of names) {
      await paid(name);
      clock.advance({ seconds: 40 });
    }
    assert.ok((await account.processor.listSince(null)) !== null);
    clock.advance({ hours: 10 });
    const heard = new Set<string>();
    let cursor: string | null = null;
    let lastAt = 0;
    for (let page = 0; page < 40; page += 1) {
      const listing = await account.processor.listSince(cursor);
      assert.ok(!('kind' in listing));
      for (const { attemptId, evidence, references: ours } of listing.payments) {
        assert.ok(evidence.state === 'succeeded' && attemptId === ours?.attemptId);
        assert.ok(evidence.happenedAt.epochMilliseconds >= lastAt, 'oldest first');
        lastAt = evidence.happenedAt.epochMilliseconds;
        heard.add(attemptId ?? '');
      }
      cursor = listing.cursor;
      if (!listing.more) break;
    }
    assert.deepEqual(heard, new Set(names.map((name) => references(name).attemptId)));
    const read = Instant.from(cursor ?? '').epochMilliseconds;
    assert.ok(
      read <= clock.now().subtract({ hours: 3 }).epochMilliseconds,
      'the lag is read again',
    );
  });

  it('tell fees, refunds, disputes and withdrawals by what they are', async () => {
    const { evidence } = await paid('told');
    const won = await paid('won');
    const { books } = account.fake;
    const { chargeRef } = evidence;
    clock.advance({ minutes: 1 });
    await account.processor.refund({ idempotencyKey: 'key', chargeRef, money: money(50n, 'EUR') });
    books.refundCapture(books.captures.get(chargeRef) ?? assert.fail(), 25n, null);
    clock.advance({ minutes: 1 });
    books.dispute(won.evidence.chargeRef, 'held');
    clock.advance({ minutes: 1 });
    books.dispute(won.evidence.chargeRef, 'lost');
    books.dispute(chargeRef, 'chargeback');
    const payout = books.withdraw(300n, 'EUR');
    books.line({
      id: 'CONVERTED',
      code: 'T0200',
      amount: -1n,
      currency: 'EUR',
      about: null,
      custom: null,
    });
    clock.advance({ hours: 8 });
    const listing = await account.processor.listMoneySince?.(null);
    assert.ok(listing !== undefined && !('kind' in listing));
    const lines = listing.facts.map(({ kind, ref, money: moved, chargeRef: charge, refundKey }) =>
      [kind, ref === payout ? 'payout' : ref, moved.minor, charge, refundKey].join(' '),
    );
    const [mine, theirs] = [...books.refunds.keys()];
    const wonRef = won.evidence.chargeRef;
    const fee = books.lines.find(({ code }) => code === 'T0106')?.id;
    assert.deepEqual(
      lines.toSorted(),
      [
        `available ${chargeRef} 456 ${chargeRef} `,
        `available ${wonRef} 456 ${wonRef} `,
        `dispute-fee ${fee} 2000 ${chargeRef} `,
        `dispute-lost dispute-of-${wonRef} 500 ${wonRef} `,
        `dispute-opened dispute-of-${chargeRef} 500 ${chargeRef} `,
        `dispute-opened dispute-of-${wonRef} 500 ${wonRef} `,
        `fee ${chargeRef} 44 ${chargeRef} `,
        `fee ${wonRef} 44 ${wonRef} `,
        'payout payout 300  ',
        `refund ${mine} 50 ${chargeRef} key`,
        `refund ${theirs} 25 ${chargeRef} `,
      ].toSorted(),
    );
    const day = PlainDate.from('2026-03-01');
    const books1 = await account.processor.booksOfDay?.(day);
    assert.deepEqual(books1, { kind: 'unknown', reason: 'busy' }, 'the day is not over');
    clock.advance({ hours: 10 });
    const whole = await account.processor.booksOfDay?.(day);
    assert.ok(whole !== undefined && !('kind' in whole));
    assert.equal(whole.charges.length, 2);
    assert.equal(whole.facts.length, lines.length);
  });

  it('read a second that is fuller than a page, and narrow what PayPal calls too large', async () => {
    account.fake.settings.reportLinesMax = 300;
    const { books } = account.fake;
    for (let n = 0; n < 260; n += 1) {
      books.line({
        id: `X${n}`,
        code: 'T0006',
        amount: 100n,
        currency: 'EUR',
        about: null,
        custom: null,
      });
    }
    clock.advance({ hours: 1 });
    for (let n = 0; n < 260; n += 1) {
      books.line({
        id: `Y${n}`,
        code: 'T0006',
        amount: 100n,
        currency: 'EUR',
        about: null,
        custom: null,
      });
    }
    clock.advance({ hours: 12 });
    const seen = new Set<string>();
    let cursor: string | null = null;
    for (let page = 0; page < 60; page += 1) {
      const listing = await account.processor.listSince(cursor);
      assert.ok(!('kind' in listing), inspect(listing));
      for (const { objectRef } of listing.payments) seen.add(objectRef);
      cursor = listing.cursor;
      if (!listing.more) break;
    }
    assert.equal(seen.size, 520);
  });
});

describe('what went over the wire in these tests', () => {
  after(() => exchanges.splice(0));
  it('is as PayPal’s published descriptions say, requests and answers', (t) => {
    if (!descriptionsAreThere()) {
      t.skip(
        'PayPal’s published descriptions are not beside this checkout: NOT compared with them',
      );
      return;
    }
    const described = new Described();
    const problems = new Set(exchanges.flatMap((each) => described.problemsOf(each)));
    assert.ok(exchanges.length > 300, 'there is something to compare');
    assert.deepEqual([...problems], []);
    const [create] = exchanges.filter(
      ({ path, status }) => path.endsWith('/orders') && status < 300,
    );
    assert.ok(create !== undefined);
    const wrong = { ...create, body: create.body.replace('"value":"5.00"', '"value":5') };
    assert.notDeepEqual(described.problemsOf(wrong), [], 'a number is no amount');
    const typo = { ...create, body: create.body.replace('custom_id', 'custom_idd') };
    assert.notDeepEqual(described.problemsOf(typo), [], 'a typing mistake shows');
  });
});
