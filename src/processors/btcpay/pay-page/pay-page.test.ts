/** The pay page over a fake BTCPay: each state, its words in every language, and what a page may never hold. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { ManualClock } from '../../../calendar/index.ts';
import type { HostedPaymentOrder, PayDesk, PaymentEvidence } from '../../../giving/processor.ts';
import type { PageContent, RenderPage } from '../../../page/index.ts';
import { type FakeBtcPay, startFakeBtcPay } from '../fake/server.ts';
import { hostedOrder, openOn } from '../fake/test-account.ts';
import { chainLink, coinText, isAddress, lightningLink } from './coin-text.ts';
import { createLooks } from './looks.ts';
import { waysToSend } from './ways-to-send.ts';

let clock: ManualClock;
let fake: FakeBtcPay;
beforeEach(async () => {
  clock = new ManualClock('2026-03-01T12:00:00Z');
  fake = await startFakeBtcPay(clock);
});
afterEach(() => fake.close());

interface Desk {
  readonly told: PaymentEvidence[];
  /** Whether the attempt is over for the books. */
  isOver: boolean;
}

async function opened(changes: Partial<HostedPaymentOrder> = {}, ours = clock) {
  const order = hostedOrder('page', changes);
  const { attemptId } = order.references;
  const { processor, payPages } = openOn(fake, ours);
  const answer = await processor.openHostedPayment(order);
  assert.ok(answer.kind === 'opened');
  const state: Desk = { told: [], isOver: false };
  const desk: PayDesk = {
    waiting: async (id) =>
      id === attemptId && !state.isOver
        ? { order, accountId: 'btcpay-1', objectRef: answer.objectRef }
        : undefined,
    take: async () => assert.fail('a visit makes nothing'),
    tell: async ({ evidence }) => void state.told.push(evidence),
    tellRefused: async () => assert.fail('a visit makes nothing'),
    wayOn: async (id) => (id === attemptId ? order.returnUrl : undefined),
  };
  const pages: PageContent[] = [];
  const render: RenderPage = (page) => {
    pages.push(page);
    return new Response(`${page.head ?? ''}${page.body}`, { status: page.status ?? 200 });
  };
  assert.ok(payPages !== null);
  const app = payPages({ desk, render });
  const { books } = fake;
  const invoice = books.invoice(answer.objectRef);
  const visit = async (path = `/${attemptId}`) => {
    const response = await app.request(path);
    return { response, text: await response.text(), page: pages.at(-1) };
  };
  return { attemptId, id: invoice.id, invoice, asked: books.asked(invoice), books, state, visit };
}

const linkIn = (text: string): string => /href="(bitcoin:[^"]+)"/.exec(text)?.[1] ?? '';
const COIN_LINKS = /bitcoin:|lightning:|bcrt1|lnbcrt/;

describe('the page', () => {
  it('has address, exact amount, link and code of both ways, and what is public about it', async () => {
    const { visit, invoice, asked, state } = await opened();
    const { response, text, page } = await visit();
    assert.equal(response.status, 200);
    const address = invoice.destinations.get('BTC-CHAIN') ?? '';
    const due = `0.${String(asked).padStart(8, '0')}`.replace(/0+$/, '');
    assert.equal(linkIn(text), `bitcoin:${address}?amount=${due}`);
    assert.ok(text.includes(`>${due} BTC</span>`) && text.includes(`>${address}</code>`));
    assert.ok(text.includes(`href="lightning:${invoice.destinations.get('BTC-LN')}"`));
    assert.equal(text.match(/<svg class="qr" role="img" aria-label="[^"]+"/g)?.length, 2);
    assert.match(text, /public and not anonymous/);
    assert.match(text, /holds for 60 more minutes/);
    assert.match(text, /one gift/);
    assert.equal(page?.kind, 'private');
    assert.equal(page?.title, 'Page');
    assert.equal(page?.refreshSeconds, 60);
    assert.deepEqual(state.told, [], 'that it waits is no news');
  });

  it('names no host but its own, holds no script, and nothing of BTCPay’s own links', async () => {
    const { visit, id } = await opened();
    const { text } = await visit();
    assert.doesNotMatch(text, /<script|<img|<iframe|<link|srcset|url\(/i);
    assert.doesNotMatch(text, new RegExp(`${fake.origin}|btcpay\\.example|pj=|${id}|9CiNzKo`));
    const hosts = [...text.matchAll(/https?:\/\/([^/"'\s<]+)/g)].map(([, host]) => host);
    assert.deepEqual([...new Set(hosts)], ['news.example']);
    assert.ok(!/[?&](?:label|message)=/.test(text), 'a wallet keeps no words');
  });

  it('looks by itself, and can be told not to', async () => {
    const { visit, attemptId } = await opened();
    const { text } = await visit();
    assert.ok(text.includes(`href="/pay/btcpay-1/${attemptId}?still"`));
    const still = await visit(`/${attemptId}?still`);
    assert.equal(still.page?.refreshSeconds, undefined);
    assert.ok(still.text.includes(`class="button" href="/pay/btcpay-1/${attemptId}?still"`));
    assert.match(still.text, /Look again/);
  });

  it('offers the ways that the store has', async () => {
    fake.settings.methods = ['BTC-CHAIN'];
    const { visit } = await opened();
    const { text } = await visit();
    assert.doesNotMatch(text, /lightning/i);
    assert.equal(text.match(/<svg/g)?.length, 1);
  });

  for (const [keepMandate, words] of [
    ['month', /each month you pay the gift yourself/],
    ['year', /each year you pay the gift yourself/],
  ] as const) {
    it(`says of a promise for each ${keepMandate} that nothing is taken by itself`, async () => {
      const { visit } = await opened({ keepMandate });
      assert.match((await visit()).text, words);
    });
  }

  it('asks for what is left when a part came, and the rest settles it', async () => {
    const { visit, books, id, asked, state } = await opened();
    books.pay(id, { sats: asked / 2n, isConfirmed: true });
    const { text } = await visit();
    assert.match(text, /A part has arrived/);
    const left = new URLSearchParams(linkIn(text).split('?')[1]).get('amount') ?? '';
    assert.equal(BigInt(left.replace('0.', '').padEnd(8, '0')), asked - asked / 2n);
    assert.deepEqual(state.told, [{ state: 'processing' }]);
    books.pay(id, { sats: asked - asked / 2n, isConfirmed: true });
    const { response } = await visit();
    assert.equal(response.status, 303);
    assert.equal(state.told.at(-1)?.state, 'succeeded');
  });

  it('says that it sees a payment, asks for nothing more, and leads on when it is there', async () => {
    const { visit, books, id, asked, state } = await opened();
    books.pay(id, { sats: asked });
    const { text, page } = await visit();
    assert.match(text, /We see your payment/);
    assert.doesNotMatch(text, COIN_LINKS);
    assert.doesNotMatch(text, /support\?gift/, 'nobody who paid is led back to the form');
    assert.equal(page?.refreshSeconds, 120);
    books.confirm(id);
    const { response } = await visit();
    assert.equal(response.status, 303);
    assert.equal(
      response.headers.get('location'),
      'https://news.example/support/return/1?language=en',
    );
    assert.equal(response.headers.get('cache-control'), 'no-store');
    assert.deepEqual(
      state.told.map((evidence) => evidence.state),
      ['processing', 'succeeded'],
    );
  });

  const EXPIRED = { minutes: 61 };
  it('asks nobody to pay an address whose time is over, and keeps who paid from paying twice', async () => {
    const { visit } = await opened();
    clock.advance(EXPIRED);
    const { text, page } = await visit();
    assert.match(text, /The time to pay is over/);
    assert.match(text, /do not send it again/);
    assert.doesNotMatch(text, COIN_LINKS);
    assert.equal(page?.refreshSeconds, undefined);
    assert.match(text, /support\?gift=1/, 'the form is open to who paid nothing');
  });

  it('shows no address once the time is over by our clock, though BTCPay has not said so', async () => {
    const ahead = new ManualClock('2026-03-01T13:00:00Z');
    const { visit, books, id, asked, state } = await opened({}, ahead);
    const { text } = await visit();
    assert.match(text, /The time to pay is over/);
    assert.doesNotMatch(text, COIN_LINKS);
    assert.deepEqual(state.told, [], 'only BTCPay says what is over');
    books.pay(id, { sats: asked / 2n });
    const part = (await visit()).text;
    assert.match(part, /Less than/);
    assert.doesNotMatch(part, COIN_LINKS);
  });

  it('says of late, short and excess money that nothing is lost', async () => {
    for (const [percent, late, wait, words] of [
      [100n, true, 0, /Your payment has arrived.*after the time/s],
      [60n, false, 61, /Less than .*10 has arrived.*by tomorrow/s],
      [60n, false, 61 + 1441, /Less than .*10 has arrived.*do not send the rest/s],
      [150n, false, 0, /More than .*10 has arrived.*do not send it again/s],
      [150n, true, 0, /More than .*10 has arrived/],
    ] as const) {
      await fake.close();
      clock = new ManualClock('2026-03-01T12:00:00Z');
      fake = await startFakeBtcPay(clock);
      const { visit, books, id, asked } = await opened();
      if (late) clock.advance(EXPIRED);
      books.pay(id, { sats: (asked * percent) / 100n, isConfirmed: true });
      clock.advance({ minutes: wait });
      const { text, response } = await visit();
      assert.equal(response.status, 200);
      assert.match(text, words);
      assert.doesNotMatch(text, COIN_LINKS);
      assert.match(text, /support\/return\/1/, 'its page is one press away');
    }
  });

  it('says of coins on their way that come late or are too few what holds of both', async () => {
    const { visit, books, id, asked } = await opened();
    clock.advance(EXPIRED);
    books.pay(id, { sats: asked / 4n });
    assert.match((await visit()).text, /So far it is less than/);
    books.pay(id, { sats: asked });
    const { text } = await visit();
    assert.match(text, /counts all the same/);
    assert.doesNotMatch(text, /So far it is less/);
  });

  it('says that nothing arrived when a person at BTCPay closed an invoice without coins', async () => {
    const { visit, books, id } = await opened();
    books.mark(id, 'Invalid');
    assert.match((await visit()).text, /Nothing has arrived/);
  });

  it('says that it cannot see, whatever the server does, and looks again', async () => {
    const { visit, attemptId, state } = await opened();
    for (const kind of [
      'server-error',
      'html-200',
      'maintenance',
      'truncated',
      'lost-before',
    ] as const) {
      fake.faults.push({ on: /invoices/, kind });
      const { response, text, page } = await visit();
      assert.equal(response.status, 503, kind);
      assert.match(text, /do not send it again/);
      assert.doesNotMatch(text, COIN_LINKS);
      assert.equal(page?.refreshSeconds, 120);
    }
    assert.deepEqual(state.told, []);
    assert.equal((await visit(`/${attemptId}`)).response.status, 200);
  });

  it('asks BTCPay once for all who look at the same moment, and not without end', async () => {
    const { visit } = await opened();
    const before = fake.exchanges.length;
    const visits = await Promise.all(Array.from({ length: 20 }, () => visit()));
    assert.ok(visits.every(({ response }) => response.status === 200));
    assert.equal(fake.exchanges.length - before, 2, 'the invoice, and what came on it');
    await visit();
    assert.equal(fake.exchanges.length - before, 4, 'the next look is a new one');
    const looks = createLooks();
    const nothing = new Promise<never>(() => {});
    for (let at = 0; at < 100; at += 1) void looks(`attempt ${at}`, () => nothing);
    const answer = await looks('one more', () => assert.fail('not asked'));
    assert.deepEqual(answer, { kind: 'unknown', reason: 'busy' });
  });

  it('leads whoever comes later to their gift, and still tells what came late', async () => {
    const { visit, state, books, id, asked } = await opened();
    state.isOver = true;
    const { response } = await visit();
    assert.equal(response.status, 303, 'another gift took its place');
    clock.advance(EXPIRED);
    assert.match((await visit()).text, /The time to pay is over/);
    books.pay(id, { sats: asked, isConfirmed: true });
    assert.match((await visit()).text, /Your payment has arrived/);
    assert.equal(state.told.at(-1)?.state, 'succeeded');
    fake.faults.push({ on: /invoices/, kind: 'server-error' });
    assert.equal((await visit()).response.status, 303);
  });

  it('is nowhere else', async () => {
    const { visit } = await opened();
    const calls = fake.exchanges.length;
    for (const path of ['/x', '/00000000-0000-7000-8000-000000000000', '/%2e%2e%2f']) {
      const { response, text } = await visit(path);
      assert.equal(response.status, 404);
      assert.doesNotMatch(text, COIN_LINKS);
    }
    assert.equal(fake.exchanges.length, calls, 'nobody is asked about what nobody knows');
  });

  for (const [language, words] of [
    ['ru', /Отправить.*Биткойн публичен и не анонимен/s],
    ['ar', /أرسِل.*البيتكوين علني/s],
  ] as const) {
    it(`speaks ${language} in every state`, async () => {
      const { visit, books, id, asked } = await opened({ language });
      const first = await visit();
      assert.match(first.text, words);
      assert.equal(first.page?.language, language);
      const texts = [first.text];
      books.pay(id, { sats: asked / 2n });
      texts.push((await visit()).text);
      clock.advance(EXPIRED);
      texts.push((await visit()).text);
      books.confirm(id);
      texts.push((await visit()).text);
      for (const text of texts) {
        const seen = text.replaceAll(/<code.*?<\/code>|<[^>]+>|BTC|Lightning|QR/gs, ' ');
        assert.doesNotMatch(seen, /[A-Za-z]{4,}/, 'no English words are left');
      }
    });
  }
});

describe('amounts in coins', () => {
  it('are BTCPay’s own digits, and never a number', () => {
    for (const [due, text] of [
      ['0.00010000', '0.0001'],
      ['1.00000000', '1'],
      ['0.12345678', '0.12345678'],
      ['21000000', '21000000'],
      ['0.00000001', '0.00000001'],
      ['0.000100000000', '0.0001'],
      ['0.00000000', null],
      ['-0.00010000', null],
      ['0.000000001', null],
      ['1e-4', null],
      ['1,5', null],
      ['', null],
    ] as const) {
      assert.equal(coinText(due), text, due);
    }
  });

  it('mean the same satoshis as BTCPay wrote', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 2_100_000_000_000_000n }), (sats) => {
        const digits = String(sats).padStart(9, '0');
        const text = coinText(`${digits.slice(0, -8)}.${digits.slice(-8)}`) ?? '';
        const [whole = '', fraction = ''] = text.split('.');
        assert.equal(BigInt(whole + fraction.padEnd(8, '0')), sats);
        assert.doesNotMatch(text, /\.$|\.\d*0$/);
      }),
    );
  });

  it('go into links that hold an address and nothing else', () => {
    const address = 'bcrt1q0123456789abcdef0123456789abcdef012345';
    assert.equal(chainLink({ address, amount: '0.1' }), `bitcoin:${address}?amount=0.1`);
    assert.throws(() => chainLink({ address: 'bc1q?amount=9&', amount: '0.1' }));
    assert.throws(() => lightningLink('https://elsewhere.example'));
    assert.ok(!isAddress('javascript:alert(1)') && !isAddress(''));
  });

  it('are shown for no way that is in doubt', () => {
    const method = {
      paymentMethodId: 'BTC-CHAIN',
      destination: 'bcrt1q0123456789abcdef0123456789abcdef012345',
      activated: true,
      due: '0.00010000',
      amount: '0.00010000',
      totalPaid: '0',
      payments: [],
    };
    assert.equal(waysToSend([method]).length, 1);
    for (const change of [
      { destination: null },
      { destination: 'two words' },
      { activated: false },
      { due: '0' },
      { due: '-0.1' },
      { paymentMethodId: 'XMR-CHAIN' },
      { paymentMethodId: 'BTC-LN' },
    ]) {
      assert.deepEqual(waysToSend([{ ...method, ...change }]), [], JSON.stringify(change));
    }
  });
});
