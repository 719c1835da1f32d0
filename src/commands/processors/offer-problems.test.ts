import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Processor } from '../../giving/index.ts';
import { type Currency, currenciesOf } from '../../money/index.ts';
import { type Newsroom, readNewsroom } from '../../newsroom/index.ts';
import { offerProblems } from './offer-problems.ts';

const DEMO = await readFile(
  join(import.meta.dirname, '..', '..', '..', 'demo', 'newsroom.yaml'),
  'utf8',
);
const PRACTICE = '    - { kind: sandbox, account: sandbox-1 }';
const STRIPE = 'kind: stripe, account: stripe-1, mode: test';
const PAYPAL =
  '    - { kind: paypal, account: paypal-1, mode: live, client_id: client-id-0001, webhook_id: WH-0001 }';

function newsroomWith(entries: string, origin?: string): Newsroom {
  assert.ok(DEMO.includes(PRACTICE));
  const text = DEMO.replace(PRACTICE, entries);
  const reading = readNewsroom(origin === undefined ? text : `origin: ${origin}\n${text}`);
  assert.ok(reading.ok, reading.ok ? '' : JSON.stringify(reading.problems));
  return reading.newsroom;
}

/** A company of which only the capabilities matter. */
function able(minimumMinor: Readonly<Record<string, bigint>>, takes?: readonly Currency[]) {
  const processor: Processor = {
    kind: 'stripe',
    accountId: 'any',
    capabilities: {
      currencies: takes ?? currenciesOf('stripe'),
      chargesMandates: true,
      payerCountry: 'before-authorisation',
      idempotencyWindowMs: null,
      minimumMinor,
      pageOrigins: [],
    },
    openHostedPayment: async () => ({ kind: 'refused', code: 'none' }),
    closeHostedPayment: async () => 'unknown',
    chargeMandate: async () => ({ kind: 'refused', code: 'none' }),
    lookUp: async () => ({ kind: 'not-found' }),
    refund: async () => ({ kind: 'refused', code: 'none' }),
    listSince: async () => ({ kind: 'unknown', reason: 'unexpected' }),
    readWebhook: () => ({ kind: 'refused', reason: 'unreadable' }),
  };
  return processor;
}

const ORIGIN = 'https://news.example';

function problems(options: {
  readonly entries: string;
  readonly origin?: string;
  readonly processors?: readonly Processor[];
  readonly listed?: readonly string[];
}): readonly string[] {
  const { entries, origin, processors = [able({})], listed = [] } = options;
  const newsroom = newsroomWith(entries, origin);
  return offerProblems({ newsroom, processors, listed }).map(
    ({ path, sentence }) => `${path.join('.')}: ${sentence}`,
  );
}

describe('what is offered', () => {
  it('has nothing wrong where the practice company alone takes everything', () => {
    assert.deepEqual(problems({ entries: PRACTICE }), []);
  });

  it('is refused where a smallest gift is below what every company takes', () => {
    const [found, ...more] = problems({ entries: PRACTICE, processors: [able({ USD: 500n })] });
    assert.match(found ?? '', /^giving\.amounts\.USD\.minimum: .*less than 500/);
    assert.deepEqual(more, []);
  });

  it('is right where one of two companies takes the smallest gift', () => {
    const entries = `${PRACTICE}\n    - { kind: sandbox, account: sandbox-2 }`;
    assert.deepEqual(problems({ entries, processors: [able({ USD: 500n }), able({})] }), []);
  });

  it('is refused where an entry promises less than its company takes', () => {
    const entries = `    - { kind: sandbox, account: sandbox-1, minimum: { USD: 200 } }`;
    const found = problems({ entries, processors: [able({ USD: 250n }), able({})] });
    assert.match(found[0] ?? '', /^giving\.processors\.0\.minimum\.USD: .*no less than 250/);
  });

  it('is refused where nobody takes a currency', () => {
    const found = problems({ entries: PRACTICE, processors: [able({}, ['EUR'])] });
    assert.ok(found.some((text) => /^giving\.amounts\.USD: none of giving/.test(text)));
    assert.ok(!found.some((text) => text.startsWith('giving.amounts.EUR')));
  });

  it('needs an address, an encrypted one for real money', () => {
    assert.match(problems({ entries: PAYPAL })[0] ?? '', /^origin: is missing/);
    const open = problems({ entries: PAYPAL, origin: 'http://news.example' });
    assert.match(open[0] ?? '', /^origin: must begin with https/);
    const onion = `http://${'a'.repeat(56)}.onion`;
    for (const origin of [ORIGIN, onion]) {
      assert.deepEqual(problems({ entries: PAYPAL, origin }), []);
    }
    const test = PAYPAL.replace('mode: live', 'mode: test');
    assert.deepEqual(problems({ entries: test, origin: 'http://127.0.0.1:3000' }), []);
  });

  it('is refused where a page of Stripe would ask the banks of listed countries', () => {
    const hosted = `    - { ${STRIPE}, page: hosted }`;
    const of = { origin: ORIGIN, listed: ['XA', 'XB'] };
    const found = problems({ ...of, entries: hosted });
    assert.match(found[0] ?? '', /^giving\.processors\.0\.page: .*2 countries.*Radar rule/);
    const confirmed = hosted.replace('hosted', 'hosted, listed_cards_blocked_by_radar: true');
    assert.deepEqual(problems({ ...of, entries: confirmed }), []);
    assert.deepEqual(problems({ ...of, entries: hosted, listed: [] }), []);
    const own = `    - { ${STRIPE}, page: own, publishable_key: pk_test_0001 }`;
    assert.deepEqual(problems({ ...of, entries: own }), []);
  });
});
