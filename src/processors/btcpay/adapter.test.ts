/** The adapter against the fake BTCPay over HTTP, call by call; what went over the wire is held against BTCPay's descriptions. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { inspect } from 'node:util';
import { Instant, ManualClock, PlainDate } from '../../calendar/index.ts';
import type { EvidenceAnswer, LookUpAnswer, OrderRefused } from '../../giving/processor.ts';
import { money } from '../../money/index.ts';
import { FAKE_STORE } from './fake/books.ts';
import { Described, descriptionsAreThere } from './fake/described.ts';
import type { Exchange, FaultKind } from './fake/server.ts';
import {
  hostedOrder,
  openOn,
  references,
  type TestAccount,
  testAccount,
} from './fake/test-account.ts';
import { BY_HAND } from './refund.ts';

const START = '2026-03-01T12:00:00Z';

let clock: ManualClock;
let account: TestAccount;
const exchanges: Exchange[] = [];
beforeEach(async () => {
  clock = new ManualClock(START);
  account = await testAccount(clock);
});
afterEach(async () => {
  // What one test asks at an address where no BTCPay is, is described nowhere.
  exchanges.push(...account.fake.exchanges.filter(({ path }) => !path.startsWith('/btcpay/')));
  await account.close();
});

function evidenceIn(answer: EvidenceAnswer | LookUpAnswer | OrderRefused) {
  assert.ok(answer.kind === 'evidence', inspect(answer));
  return answer.evidence;
}

async function opened(name: string, changes: Parameters<typeof hostedOrder>[1] = {}) {
  const order = hostedOrder(name, changes);
  const answer = await account.processor.openHostedPayment(order);
  assert.ok(answer.kind === 'opened', inspect(answer));
  const { objectRef: id, pageUrl } = answer;
  const { attemptId } = order.references;
  const { books } = account.fake;
  return {
    order,
    id,
    pageUrl,
    attemptId,
    asked: books.asked(books.invoice(id)),
    look: async () => evidenceIn(await account.processor.lookUp({ attemptId, objectRef: id })),
  };
}

const sats = (whole: bigint, percent: bigint) => (whole * percent) / 100n;
const calls = (form: RegExp) =>
  account.fake.exchanges.filter(({ method, path }) => form.test(`${method} ${path}`));
const MAKE = /^POST .*\/invoices$/;

describe('an invoice for a gift', () => {
  it('is made with our ids and everything that our page and books depend on, and nothing about a person', async () => {
    const { order, attemptId, pageUrl } = await opened('one', { keepMandate: 'month' });
    assert.equal(pageUrl, `https://news.example/pay/btcpay-1/${attemptId}`);
    const [made] = calls(MAKE);
    const { giftId, supporterId, pledgeId } = order.references;
    assert.deepEqual(JSON.parse(made?.body ?? ''), {
      amount: '10.00',
      currency: 'EUR',
      metadata: { orderId: attemptId, orderUrl: pageUrl, giftId, supporterId, pledgeId },
      additionalSearchTerms: [giftId],
      checkout: {
        paymentMethods: ['BTC-CHAIN', 'BTC-LN'],
        speedPolicy: 'MediumSpeed',
        expirationMinutes: 60,
        monitoringMinutes: 1440,
        paymentTolerance: 0,
        lazyPaymentMethods: false,
        redirectAutomatically: false,
      },
      receipt: { enabled: false },
    });
  });

  for (const [currency, minor, sent] of [
    ['JPY', 1500n, '1500'],
    ['KWD', 1505n, '1.505'],
    ['ISK', 150_000n, '1500'],
  ] as const) {
    it(`is over the exact amount in ${currency}`, async () => {
      const { id, asked, look } = await opened(currency, { money: money(minor, currency) });
      assert.equal(JSON.parse(calls(MAKE)[0]?.body ?? '').amount, sent);
      account.fake.books.pay(id, { sats: asked, isConfirmed: true });
      const evidence = await look();
      assert.ok(evidence.state === 'succeeded', inspect(evidence));
      assert.deepEqual(evidence.money, money(minor, currency));
    });
  }

  it('is refused without a call for what BTCPay cannot count', async () => {
    const fraction = hostedOrder('fraction', { money: money(150_050n, 'ISK') });
    assert.deepEqual(await account.processor.openHostedPayment(fraction), {
      kind: 'refused',
      code: 'whole-units-only',
    });
    assert.equal(account.fake.exchanges.length, 0);
  });

  it('is made once, whoever asks how often', async () => {
    const order = hostedOrder('again');
    const first = await account.processor.openHostedPayment(order);
    assert.ok(first.kind === 'opened');
    for (const other of [account.processor, openOn(account.fake, clock).processor]) {
      assert.deepEqual(await other.openHostedPayment(order), first);
    }
    assert.equal(account.fake.books.invoices.size, 1);
  });

  const LOST: readonly FaultKind[] = ['lost-after', 'truncated', 'broken-off'];
  for (const kind of LOST) {
    it(`is found and not made again when its answer is ${kind}`, async () => {
      account.fake.faults.push({ on: MAKE, kind });
      const answer = await account.processor.openHostedPayment(hostedOrder('lost'));
      assert.ok(answer.kind === 'opened', inspect(answer));
      assert.equal(calls(MAKE).length, 1);
      assert.equal(account.fake.books.invoices.size, 1);
    });
  }

  const NEVER_CAME: readonly (readonly [FaultKind, string])[] = [
    ['lost-before', 'connection'],
    ['server-error', 'server-error'],
    ['busy', 'busy'],
    ['conflict', 'conflict'],
    ['html', 'server-error'],
    ['html-200', 'unreadable'],
    ['maintenance', 'unreadable'],
  ];
  for (const [kind, reason] of NEVER_CAME) {
    it(`is not heard of, and never sent twice by itself, with ${kind}`, async () => {
      account.fake.faults.push({ on: MAKE, kind });
      const order = hostedOrder('never');
      assert.deepEqual(await account.processor.openHostedPayment(order), {
        kind: 'unknown',
        reason,
      });
      assert.equal(account.fake.books.invoices.size, 0);
      const again = await account.processor.openHostedPayment(order);
      assert.equal(again.kind, 'opened');
      assert.equal(account.fake.books.invoices.size, 1);
    });
  }

  it('is not made when it cannot be seen whether there is one', async () => {
    account.fake.faults.push({ on: /^GET .*orderId=/, kind: 'server-error' });
    const answer = await account.processor.openHostedPayment(hostedOrder('blind'));
    assert.deepEqual(answer, { kind: 'unknown', reason: 'server-error' });
    assert.equal(calls(MAKE).length, 0);
  });

  it('hears no answer in time', async () => {
    const { processor } = openOn(account.fake, clock, { timeoutMs: 50 });
    account.fake.faults.push({ on: MAKE, kind: 'hang' });
    const answer = await processor.openHostedPayment(hostedOrder('slow'));
    assert.deepEqual(answer, { kind: 'unknown', reason: 'timeout' });
  });

  it('is refused where BTCPay says in its own words that it made none', async () => {
    const { settings } = account.fake;
    const open = (name: string) => account.processor.openHostedPayment(hostedOrder(name));
    settings.methods = [];
    assert.deepEqual(await open('a'), { kind: 'refused', code: 'refused:generic-error' });
    settings.permissions = settings.permissions.filter((each) => !each.includes('create'));
    assert.deepEqual(await open('b'), { kind: 'refused', code: 'refused:missing-permission' });
    assert.equal(account.fake.books.invoices.size, 0);
  });

  it('is not shown when another program has its order id for another sum', async () => {
    const order = hostedOrder('strange');
    const { attemptId } = order.references;
    account.fake.books.make({ ...foreign('EUR', 999n), metadata: { orderId: attemptId } });
    const answer = await account.processor.openHostedPayment(order);
    assert.deepEqual(answer, { kind: 'unknown', reason: 'unexpected' });
  });
});

function foreign(currency: string, minor: bigint) {
  return {
    minor,
    currency,
    metadata: {
      orderId: 'shop-77',
      buyerName: 'CANARY NAME',
      buyerEmail: 'canary@person.example',
    },
    checkout: {},
    receipt: {},
    methods: ['BTC-CHAIN'] as const,
    expiryMinutes: 15,
    monitoringMinutes: 60,
  };
}

describe('what came on an invoice', () => {
  const HOUR = { minutes: 61 };
  const DAY_OVER = { minutes: 1441 };
  const paid = (minor: bigint, at: string, id: string) => ({
    state: 'succeeded',
    chargeRef: id,
    money: money(minor, 'EUR'),
    happenedAt: Instant.from(at),
    payerCountry: null,
    mandate: null,
    fee: null,
  });

  it('is nothing, then seen, then there when a block has it', async () => {
    const { id, asked, attemptId, pageUrl, look } = await opened('exact');
    assert.deepEqual(await look(), { state: 'open', pageUrl });
    account.fake.books.pay(id, { sats: asked });
    clock.advance({ minutes: 5 });
    assert.deepEqual(await look(), { state: 'processing' });
    account.fake.books.confirm(id);
    assert.deepEqual(await look(), paid(1000n, START, id));
    // Also by our id alone, and by theirs alone.
    for (const question of [
      { attemptId, objectRef: null },
      { attemptId: null, objectRef: id },
    ]) {
      const answer = await account.processor.lookUp(question);
      assert.ok(answer.kind === 'evidence');
      assert.deepEqual([answer.objectRef, answer.attemptId], [id, attemptId]);
      assert.deepEqual(answer.evidence, paid(1000n, START, id));
    }
  });

  it('is there at once over Lightning', async () => {
    const { id, asked, look } = await opened('lightning');
    account.fake.books.pay(id, { sats: asked, method: 'BTC-LN' });
    assert.deepEqual(await look(), paid(1000n, START, id));
  });

  it('counts when it comes late, though BTCPay says Expired for ever', async () => {
    const { id, asked, look } = await opened('late');
    clock.advance(HOUR);
    assert.deepEqual(await look(), { state: 'expired' });
    account.fake.books.pay(id, { sats: asked });
    assert.deepEqual(await look(), { state: 'processing' });
    account.fake.books.confirm(id);
    assert.equal(account.fake.books.invoice(id).status, 'Expired');
    assert.deepEqual(await look(), paid(1000n, '2026-03-01T13:01:00Z', id));
  });

  it('counts when it comes long after BTCPay stopped waiting', async () => {
    const { id, asked, look } = await opened('very late');
    clock.advance({ hours: 24 * 40 });
    account.fake.books.pay(id, { sats: asked, isConfirmed: true });
    assert.deepEqual(await look(), paid(1000n, '2026-04-10T12:00:00Z', id));
  });

  it('is booked short only when the rest will not come any more', async () => {
    const { id, asked, look } = await opened('short');
    account.fake.books.pay(id, { sats: sats(asked, 60n), isConfirmed: true });
    assert.deepEqual(await look(), { state: 'processing' });
    clock.advance(HOUR);
    assert.deepEqual(await look(), { state: 'processing' });
    clock.advance(DAY_OVER);
    assert.deepEqual(await look(), paid(600n, START, id));
  });

  it('is whole when the rest comes, in time or late', async () => {
    for (const late of [false, true]) {
      const { id, asked, look } = await opened(`rest ${late}`);
      const { books } = account.fake;
      books.pay(id, { sats: sats(asked, 60n), isConfirmed: true });
      clock.advance(late ? HOUR : { minutes: 5 });
      books.pay(id, { sats: asked - sats(asked, 60n), isConfirmed: true });
      const evidence = await look();
      assert.ok(evidence.state === 'succeeded', inspect(evidence));
      assert.deepEqual(evidence.money, money(1000n, 'EUR'));
      assert.equal(books.invoice(id).oddity, late ? 'PaidLate' : 'None');
    }
  });

  it('is what came when it is too much, late too', async () => {
    for (const late of [false, true]) {
      const { id, asked, look } = await opened(`over ${late}`);
      if (late) clock.advance(HOUR);
      account.fake.books.pay(id, { sats: sats(asked, 150n), isConfirmed: true });
      const evidence = await look();
      assert.ok(evidence.state === 'succeeded', inspect(evidence));
      assert.deepEqual(evidence.money, money(1500n, 'EUR'));
    }
  });

  it('is told apart from what comes beside it once it is there, by asking, by a message and in the lists', async () => {
    const { id, asked, attemptId, look } = await opened('twice');
    const { books } = account.fake;
    books.pay(id, { sats: asked, isConfirmed: true });
    clock.advance({ hours: 30 });
    books.pay(id, { sats: 5_000n });
    assert.deepEqual(await look(), paid(1000n, START, id));
    const ref = `${id}.${books.nowSeconds()}`;
    const ask = async () =>
      evidenceIn(await account.processor.lookUp({ attemptId, objectRef: ref }));
    assert.deepEqual(await ask(), paid(1000n, START, id), 'what is not confirmed is not there');
    books.confirm(id);
    const extra = {
      ...paid(0n, clock.now().toString(), ref),
      money: money(5_000n, 'BTC'),
    };
    assert.deepEqual(await ask(), extra);
    assert.deepEqual(await look(), paid(1000n, START, id));
    const listing = await account.processor.listSince('2026-03-01T11:00:00Z');
    assert.ok(!('kind' in listing));
    assert.deepEqual(
      listing.payments.map(({ objectRef, attemptId: of }) => [objectRef, of]),
      [
        [id, attemptId],
        [ref, attemptId],
      ],
    );
    const day = await account.processor.booksOfDay?.(PlainDate.from('2026-03-02'));
    assert.ok(day !== undefined && !('kind' in day), inspect(day));
    assert.deepEqual(
      [...day.charges, ...day.facts].map(({ chargeRef, money: { minor, currency } }) => [
        chargeRef,
        minor,
        currency,
      ]),
      [
        [ref, 5_000n, 'BTC'],
        [ref, 5_000n, 'BTC'],
      ],
    );
    assert.equal(await account.processor.closeHostedPayment(ref), 'already-paid');
  });

  it('is nothing when it is taken back', async () => {
    const { id, asked, pageUrl, look } = await opened('taken back');
    account.fake.books.pay(id, { sats: asked });
    account.fake.books.takeBack(id);
    assert.deepEqual(await look(), { state: 'open', pageUrl });
    clock.advance(HOUR);
    assert.deepEqual(await look(), { state: 'expired' });
  });

  it('is still on its way when BTCPay calls it invalid, and there once it is confirmed', async () => {
    const { id, asked, look } = await opened('slow block');
    account.fake.books.pay(id, { sats: asked });
    clock.advance(HOUR);
    clock.advance(DAY_OVER);
    assert.deepEqual(await look(), { state: 'processing' });
    assert.equal(account.fake.books.invoice(id).status, 'Invalid');
    account.fake.books.confirm(id);
    assert.deepEqual(await look(), paid(1000n, START, id));
  });

  it('is what came, whatever a person at BTCPay marked', async () => {
    const { books } = account.fake;
    const none = await opened('marked');
    books.mark(none.id, 'Settled');
    assert.deepEqual(await none.look(), { state: 'expired' });
    const some = await opened('marked too');
    books.pay(some.id, { sats: sats(some.asked, 40n), isConfirmed: true });
    books.mark(some.id, 'Settled');
    assert.deepEqual(await some.look(), paid(400n, START, some.id));
    const refused = await opened('marked invalid');
    books.pay(refused.id, { sats: sats(refused.asked, 40n), isConfirmed: true });
    books.mark(refused.id, 'Invalid');
    assert.deepEqual(await refused.look(), paid(400n, START, refused.id));
  });

  it('is nothing that could be booked when it is less than a cent', async () => {
    const { id, look } = await opened('dust');
    account.fake.books.pay(id, { sats: 1n, isConfirmed: true });
    clock.advance(HOUR);
    clock.advance(DAY_OVER);
    assert.deepEqual(await look(), { state: 'expired' });
  });

  it('is the invoice with the money, should there be two of one attempt', async () => {
    const { attemptId, id, asked, order } = await opened('two');
    const { books } = account.fake;
    const twin = books.make({
      ...foreign('EUR', order.money.minor),
      metadata: { orderId: attemptId },
    });
    const found = async () => {
      const answer = await account.processor.lookUp({ attemptId, objectRef: null });
      return answer.kind === 'evidence' ? answer.objectRef : answer.kind;
    };
    assert.equal(await found(), id, 'the older');
    books.pay(twin.id, { sats: asked, isConfirmed: true });
    assert.equal(await found(), twin.id);
  });

  it('has the address of its page, unless somebody wrote another one there', async () => {
    const { attemptId, id } = await opened('page');
    const invoice = account.fake.books.invoice(id);
    for (const orderUrl of [
      'https://elsewhere.example/',
      `https://news.example/pay/other/${attemptId}`,
      `javascript:alert(1)//pay/btcpay-1/${attemptId}`,
      `https://news.example/pay/btcpay-1/${attemptId}?to=x`,
      7,
    ]) {
      Object.assign(invoice.metadata, { orderUrl });
      const answer = await account.processor.lookUp({ attemptId, objectRef: id });
      assert.deepEqual(evidenceIn(answer), { state: 'open', pageUrl: null });
    }
  });

  it('is not found only in BTCPay’s own words', async () => {
    const { attemptId } = references('nobody');
    const look = (objectRef: string | null) => account.processor.lookUp({ attemptId, objectRef });
    assert.deepEqual(await look(null), { kind: 'not-found' });
    assert.deepEqual(await look('NoSuchInvoice1234567890'), { kind: 'not-found' });
    assert.deepEqual(await look('../../../etc'), { kind: 'not-found' });
    account.fake.settings.permissions = [];
    assert.deepEqual(await look(null), { kind: 'unknown', reason: 'unexpected' });
    const elsewhere = openOn(account.fake, clock, { server: `${account.fake.origin}/btcpay` });
    const answer = await elsewhere.processor.lookUp({ attemptId, objectRef: 'AAAAAAAAAAAAAAAA' });
    assert.deepEqual(answer, { kind: 'unknown', reason: 'unexpected' });
  });

  const UNHEARD: readonly (readonly [FaultKind, string])[] = [
    ['lost-before', 'connection'],
    ['lost-after', 'connection'],
    ['server-error', 'server-error'],
    ['busy', 'busy'],
    ['html', 'server-error'],
    ['html-200', 'unreadable'],
    ['maintenance', 'unreadable'],
    ['truncated', 'unreadable'],
    ['broken-off', 'connection'],
  ];
  for (const [kind, reason] of UNHEARD) {
    it(`is unknown, never declined, with ${kind}`, async () => {
      const { id, attemptId, asked } = await opened('unheard');
      account.fake.books.pay(id, { sats: asked, isConfirmed: true });
      for (const on of [/invoices\/[^/]+$/, /payment-methods$/]) {
        account.fake.faults.push({ on, kind });
        const answer = await account.processor.lookUp({ attemptId, objectRef: id });
        assert.deepEqual(answer, { kind: 'unknown', reason });
      }
      assert.equal(account.fake.faults.length, 0);
    });
  }
});

describe('closing a page', () => {
  it('says closed only where nothing came, and changes nothing at BTCPay', async () => {
    const close = (id: string) => account.processor.closeHostedPayment(id);
    const { books } = account.fake;
    const open = await opened('open');
    assert.equal(await close(open.id), 'closed');
    const seen = await opened('seen');
    books.pay(seen.id, { sats: seen.asked });
    assert.equal(await close(seen.id), 'unknown');
    books.confirm(seen.id);
    assert.equal(await close(seen.id), 'already-paid');
    const part = await opened('part');
    books.pay(part.id, { sats: 1000n, isConfirmed: true });
    assert.equal(await close(part.id), 'unknown');
    assert.equal(await close('NoSuchInvoice1234567890'), 'closed');
    account.fake.faults.push({ on: /invoices/, kind: 'server-error' });
    assert.equal(await close(open.id), 'unknown');
    assert.ok(
      account.fake.exchanges.every(
        ({ method, path }) => method === 'GET' || MAKE.test(`${method} ${path}`),
      ),
    );
  });
});

describe('what BTCPay cannot do', () => {
  it('gives nothing back and charges nobody, and says so without a call', async () => {
    const order = { idempotencyKey: 'r1', chargeRef: 'AAAAAAAAAAAA', money: money(500n, 'EUR') };
    assert.deepEqual(await account.processor.refund(order), { kind: 'refused', code: BY_HAND });
    const { order: of } = await opened('mandate');
    const before = account.fake.exchanges.length;
    const answer = await account.processor.chargeMandate({
      ...of,
      mandate: { customerRef: 'c', methodRef: 'm' },
    });
    assert.deepEqual(answer, { kind: 'refused', code: 'no-mandates' });
    assert.equal(account.fake.exchanges.length, before);
    const { capabilities } = account.processor;
    assert.deepEqual([capabilities.chargesMandates, capabilities.pledgesByLink], [false, true]);
    assert.equal(capabilities.payerCountry, 'never');
    assert.equal(capabilities.idempotencyWindowMs, null);
    assert.deepEqual(capabilities.pageOrigins, []);
  });
});

describe('the listings', () => {
  async function all(cursor: string | null = null) {
    const found = new Map<string, string>();
    let at = cursor;
    for (let page = 0; page < 100; page += 1) {
      const listing = await account.processor.listSince(at);
      assert.ok(!('kind' in listing), inspect(listing));
      for (const { objectRef, evidence } of listing.payments) found.set(objectRef, evidence.state);
      at = listing.cursor;
      if (!listing.more) return { found, cursor: at };
    }
    throw new Error('a listing without end');
  }

  it('tell what changed, however long ago its invoice was made', async () => {
    const { books } = account.fake;
    const one = await opened('one');
    const two = await opened('two', { keepMandate: 'year' });
    const three = await opened('three');
    books.pay(one.id, { sats: one.asked, isConfirmed: true });
    const first = await all();
    assert.deepEqual([...first.found], [[one.id, 'succeeded']]);
    clock.advance({ hours: 20 });
    books.pay(two.id, { sats: two.asked, isConfirmed: true });
    const second = await all(first.cursor);
    assert.equal(second.found.get(two.id), 'succeeded');
    assert.equal(second.found.get(three.id), 'expired');
    const listing = await account.processor.listSince('2026-03-01T11:00:00Z');
    assert.ok(!('kind' in listing));
    const listed = listing.payments.find(({ objectRef }) => objectRef === two.id);
    assert.deepEqual(listed?.references, two.order.references);
    assert.equal(listed?.attemptId, two.attemptId);
  });

  it('go through more invoices than a page has, oldest first', async () => {
    const { books } = account.fake;
    for (let at = 0; at < 230; at += 1) {
      const { id } = books.make(foreign('EUR', 500n));
      books.pay(id, { sats: 9_000n, isConfirmed: true });
      clock.advance({ seconds: 400 });
    }
    const { found } = await all();
    assert.equal(found.size, 230);
    assert.deepEqual([...found.keys()], [...books.invoices.keys()]);
  });

  it('pass over what another program sold in a currency that we have no row for, and nothing of ours', async () => {
    const { books } = account.fake;
    const sold = [books.make(foreign('LTC', 500_000_000n)), books.make(foreign('EUR', 700n))];
    for (const { id } of sold) books.pay(id, { sats: 100_000_000n, isConfirmed: true });
    assert.deepEqual([...(await all()).found], [[sold[1]?.id, 'succeeded']]);
    const { orderId } = { orderId: references('ours').attemptId };
    const ours = books.make({ ...foreign('LTC', 500n), metadata: { orderId } });
    books.pay(ours.id, { sats: 100_000_000n, isConfirmed: true });
    const listing = await account.processor.listSince('2026-03-01T11:00:00Z');
    assert.deepEqual(listing, { kind: 'unknown', reason: 'unreadable' });
  });

  it('are not whole while one page cannot be read', async () => {
    const { id, asked } = await opened('unread');
    account.fake.books.pay(id, { sats: asked, isConfirmed: true });
    const { processor, fake } = account;
    const KINDS: readonly FaultKind[] = ['server-error', 'truncated', 'maintenance', 'lost-after'];
    for (const kind of KINDS) {
      for (const list of [
        () => processor.listSince('2026-03-01T11:00:00Z'),
        () => processor.listMoneySince?.('2026-03-01T11:00:00Z'),
        () => processor.booksOfDay?.(PlainDate.from('2026-03-01')),
      ]) {
        fake.faults.push({ on: /startDate=/, kind });
        const answer = await list();
        assert.ok(answer !== undefined && 'kind' in answer, kind);
        assert.equal(answer.kind, 'unknown');
      }
    }
    assert.deepEqual(await processor.listSince('yesterday'), {
      kind: 'unknown',
      reason: 'unexpected',
    });
  });

  it('tell confirmed coins as available, once each, and nothing of fees or payouts', async () => {
    const { books } = account.fake;
    const whole = await opened('whole');
    const waits = await opened('waits');
    books.pay(whole.id, { sats: whole.asked, isConfirmed: true });
    books.pay(waits.id, { sats: waits.asked });
    clock.advance({ minutes: 1 });
    const told = async (from: string) => {
      const facts = [];
      for (let cursor = from, more = true; more; ) {
        const listing = await account.processor.listMoneySince?.(cursor);
        assert.ok(listing !== undefined && !('kind' in listing), inspect(listing));
        facts.push(...listing.facts);
        ({ cursor, more } = listing);
      }
      return facts;
    };
    for (const from of ['2026-03-01T11:00:00Z', '2026-02-20T00:00:00Z']) {
      assert.deepEqual(await told(from), [
        {
          kind: 'available',
          ref: whole.id,
          money: money(1000n, 'EUR'),
          happenedAt: Instant.from(START),
          chargeRef: whole.id,
          payoutRef: null,
        },
      ]);
    }
  });

  it('know a day once nothing of it is unsure', async () => {
    const { books } = account.fake;
    const whole = await opened('whole');
    const waits = await opened('waits');
    books.pay(whole.id, { sats: whole.asked, isConfirmed: true });
    clock.advance({ minutes: 30 });
    books.pay(waits.id, { sats: waits.asked });
    clock.advance({ hours: 14 });
    const day = async (date: string) => {
      const answer = await account.processor.booksOfDay?.(PlainDate.from(date));
      assert.ok(answer !== undefined);
      return answer;
    };
    assert.deepEqual(await day('2026-03-01'), { kind: 'unknown', reason: 'busy' });
    books.confirm(waits.id);
    const known = await day('2026-03-01');
    assert.ok(!('kind' in known));
    assert.deepEqual(
      known.charges.map(({ chargeRef, attemptId }) => [chargeRef, attemptId]),
      [
        [whole.id, whole.attemptId],
        [waits.id, waits.attemptId],
      ],
    );
    assert.equal(known.facts.length, 2);
    for (const date of ['2026-02-28', '2026-03-02']) {
      assert.deepEqual(await day(date), { charges: [], facts: [] }, date);
    }
    const late = await opened('weeks late');
    clock.advance({ hours: 24 * 30 });
    books.pay(late.id, { sats: late.asked, isConfirmed: true });
    const month = await day(clock.now().toString().slice(0, 10));
    assert.deepEqual('kind' in month ? month : month.charges.map(({ chargeRef }) => chargeRef), [
      late.id,
    ]);
  });
});

describe('a live look', () => {
  it('asks what BTCPay describes, and makes nothing', async () => {
    const { settings, books } = account.fake;
    const webhooks = `btcpay.store.webhooks.canmodifywebhooks:${FAKE_STORE}`;
    settings.permissions = [...settings.permissions, webhooks];
    const webhookUrl = 'https://news.example/hooks/btcpay-1';
    await account.processor.checkHealth?.({ webhookUrl });
    assert.ok(calls(/webhooks$/).length > 0);
    assert.ok(account.fake.exchanges.every(({ method }) => method === 'GET'));
    assert.equal(books.invoices.size, 0);
  });
});

describe('secrets and people', () => {
  it('are in nothing that comes out of the adapter', async () => {
    const { books } = account.fake;
    const strange = books.make(foreign('EUR', 700n));
    books.pay(strange.id, { sats: 100_000n, isConfirmed: true });
    const { attemptId, id, asked } = await opened('canary');
    const payment = books.pay(id, { sats: asked, isConfirmed: true });
    const { processor } = account;
    const answers: unknown[] = [
      await processor.lookUp({ attemptId, objectRef: id }),
      await processor.lookUp({ attemptId: null, objectRef: strange.id }),
      await processor.listSince('2026-03-01T11:00:00Z'),
      await processor.listMoneySince?.('2026-03-01T11:00:00Z'),
      await processor.booksOfDay?.(PlainDate.from('2026-03-01')),
      await processor.checkHealth?.({ webhookUrl: 'https://news.example/hooks/btcpay-1' }),
    ];
    for (const kind of ['server-error', 'html', 'lost-after'] as const) {
      account.fake.faults.push({ on: /invoices/, kind });
      answers.push(await processor.lookUp({ attemptId, objectRef: id }));
    }
    const said = inspect(answers, { depth: 20, maxArrayLength: null });
    const destination = books.invoice(id).destinations.get('BTC-CHAIN') ?? '';
    for (const secret of [
      'CANARY',
      'canary@',
      'shop-77',
      payment.id,
      destination,
      'f4k3c70a',
      'FakeWebhookSecret',
    ]) {
      assert.ok(secret.length > 5 && !said.includes(secret), secret);
    }
    assert.match(said, new RegExp(id), 'the search looks at what there is');
  });

  it('are not in an address that the adapter calls', () => {
    assert.ok(exchanges.length > 0);
    for (const { path } of exchanges) {
      assert.doesNotMatch(path, /f4k3|Secret|CANARY|canary/);
      assert.match(path, /^\/api\/v1\//);
    }
  });
});

describe('what went over the wire', () => {
  it('is as BTCPay describes it', (t) => {
    if (!descriptionsAreThere()) {
      t.skip(
        '../shared/specs is not beside this checkout, so nothing was held against BTCPay’s descriptions',
      );
      return;
    }
    const described = new Described();
    assert.ok(exchanges.length > 100, 'the calls of this file were recorded');
    const problems = new Set(exchanges.flatMap((exchange) => described.problemsOf(exchange)));
    assert.deepEqual([...problems], []);
    const operations = new Set(
      exchanges.map(
        ({ method, path }) =>
          `${method} ${path.split('?')[0]?.replaceAll(/invoices\/[^/]+/g, 'invoices/x')}`,
      ),
    );
    assert.ok(operations.size >= 4, [...operations].join('\n'));
  });

  it('would not be, were a member misspelt or a number where text belongs', (t) => {
    if (!descriptionsAreThere()) {
      t.skip('../shared/specs is not beside this checkout');
      return;
    }
    const described = new Described();
    const path = `/api/v1/stores/${FAKE_STORE}/invoices`;
    const right = exchanges.find((each) => each.method === 'POST' && each.status === 200);
    assert.ok(right !== undefined);
    const problemsOf = (changes: Partial<Exchange>) =>
      described.problemsOf({ ...right, ...changes }).length;
    assert.equal(problemsOf({}), 0);
    const body = JSON.parse(right.body);
    const changed = [
      { ...body, amount: 10 },
      { ...body, amout: '10.00' },
      { ...body, checkout: { ...body.checkout, expirationMinute: 60 } },
      { ...body, checkout: { ...body.checkout, speedPolicy: 'Fast' } },
      { ...body, checkout: { ...body.checkout, paymentTolerance: 101 } },
    ];
    for (const each of changed)
      assert.ok(problemsOf({ body: JSON.stringify(each) }) > 0, inspect(each));
    const json = right.json as Record<string, unknown>;
    assert.ok(problemsOf({ json: { ...json, status: 'Paid' } }) > 0);
    assert.ok(problemsOf({ json: { ...json, stat: 'New' } }) > 0);
    assert.ok(problemsOf({ path: `${path}?order=1` }) > 0);
    assert.ok(problemsOf({ path: '/api/v1/stores/x/invoice' }) > 0);
  });
});
