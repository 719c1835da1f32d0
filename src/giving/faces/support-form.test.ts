import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { formatMoney, parseAmount } from '../../money/index.ts';
import type { Newsroom } from '../../newsroom/index.ts';
import { readQuery } from '../../page/index.ts';
import { dollars, exampleNewsroom, GIFT_ID, OTHER_GIFT_ID, sentForm } from '../testing/fake-web.ts';
import {
  draftFromForm,
  draftFromLink,
  isGiftId,
  type SupportDraft,
  supportAddress,
  withAmount,
} from './support-draft.ts';
import { readSupportForm, type SupportReading } from './support-form.ts';

const newsroom = exampleNewsroom();

function draftOf(change: Record<string, string> = {}): SupportDraft {
  const query = new URLSearchParams(sentForm(change));
  return draftFromForm(readQuery(`http://127.0.0.1/?${query}`));
}

function read(
  change: Record<string, string> = {},
  rules: { newsroom?: Newsroom; language?: string; hadControls?: boolean } = {},
): SupportReading {
  return readSupportForm(draftOf(change), {
    newsroom: rules.newsroom ?? newsroom,
    language: rules.language ?? 'en',
    hadControls: rules.hadControls ?? false,
    refuseHost: (domain) => (domain === 'mail.listed.example' ? 'BY' : null),
  });
}

function problems(reading: SupportReading): string[] {
  assert.equal(reading.kind, 'incomplete');
  return reading.kind === 'incomplete'
    ? reading.problems.map((problem) => `${problem.field} ${problem.message}`)
    : [];
}

function offers(reading: SupportReading): string[] {
  assert.ok(reading.kind === 'incomplete' && reading.question !== null, 'there is a question');
  return reading.question.offers.map((offer) => `${offer.minor} ${offer.currency}`);
}

function amount(reading: SupportReading): string {
  assert.ok(reading.kind === 'ready', `ready, not ${JSON.stringify(reading, noBigints)}`);
  return `${reading.gift.money.minor} ${reading.gift.money.currency}`;
}

const noBigints = (_key: string, value: unknown) =>
  typeof value === 'bigint' ? String(value) : value;

describe('the support form, whole', () => {
  test('a chosen amount, an interval and an id are a gift', () => {
    assert.deepEqual(read(), {
      kind: 'ready',
      gift: {
        giftId: GIFT_ID,
        money: dollars(500n),
        interval: 'month',
        collectEveryMonths: 1,
        email: null,
        way: null,
        appeal: null,
        replaces: null,
      },
    });
  });

  test('a way to pay is one there is, or a question', () => {
    const reading = read({ way: 'paypal' });
    assert.ok(reading.kind === 'ready');
    assert.equal(reading.gift.way, 'paypal');
    const unknown = read({ way: 'gold' });
    assert.ok(unknown.kind === 'incomplete');
    assert.deepEqual(unknown.problems, [{ field: 'way', message: 'support.way-unavailable' }]);
  });

  test('only the chosen interval’s amount counts', () => {
    const all = { 'amount-once': '2500', 'amount-month': '500', 'amount-year': '2400' };
    assert.equal(amount(read({ ...all, every: 'once' })), '2500 USD');
    assert.equal(amount(read({ ...all, every: 'month' })), '500 USD');
    assert.equal(amount(read({ ...all, every: 'year' })), '2400 USD');
  });

  test('a typed amount goes through the amount parser of the page’s language', () => {
    const typed = (other: string, language: string) =>
      read({ 'amount-month': '', other }, { language });
    assert.equal(amount(typed('7.50', 'en')), '750 USD');
    assert.equal(amount(typed('$7', 'en')), '700 USD');
    assert.equal(amount(typed('7,50', 'ru')), '750 USD');
    assert.equal(amount(typed('٧٫٥', 'ar')), '750 USD');
  });

  test('typed and chosen the same is no doubt', () => {
    assert.equal(amount(read({ other: '5.00' })), '500 USD');
  });

  test('an address keeps its plus, loses blanks around it, and its domain is made ASCII', () => {
    const email = (text: string) => {
      const reading = read({ email: text });
      return reading.kind === 'ready' ? reading.gift.email : reading.problems[0]?.message;
    };
    assert.equal(email('  a+b@Example.org '), 'a+b@example.org');
    assert.equal(email('reader@bücher.example'), 'reader@xn--bcher-kva.example');
    assert.equal(email(`${'a'.repeat(60)}@example.org`), `${'a'.repeat(60)}@example.org`);
  });

  test('the appeal it came by is kept', () => {
    const reading = read({ appeal: 'spring', variant: 'b' });
    assert.ok(reading.kind === 'ready');
    assert.deepEqual(reading.gift.appeal, { appealId: 'spring', variantId: 'b' });
  });
});

describe('each field empty, huge, negative, of the wrong type, unknown', () => {
  const huge = '9'.repeat(5000);
  const table: readonly [what: string, change: Record<string, string>, expected: string][] = [
    ['no id', { gift: '' }, 'pay support.form-old'],
    ['id of the wrong shape', { gift: '12' }, 'pay support.form-old'],
    ['id in capitals', { gift: GIFT_ID.toUpperCase() }, 'pay support.form-old'],
    ['huge id', { gift: huge }, 'pay support.form-old'],
    ['no interval', { every: '' }, 'every-once support.every-missing'],
    ['unknown interval', { every: 'week' }, 'every-once support.every-missing'],
    ['interval like a property', { every: 'constructor' }, 'every-once support.every-missing'],
    ['no currency', { currency: '' }, 'currency support.currency-unknown'],
    ['currency not offered', { currency: 'GBP' }, 'currency support.currency-unknown'],
    ['currency of no table', { currency: 'XYZ' }, 'currency support.currency-unknown'],
    ['currency like a property', { currency: '__proto__' }, 'currency support.currency-unknown'],
    ['currency in small letters', { currency: 'usd' }, 'currency support.currency-unknown'],
    ['no amount', { 'amount-month': '' }, 'other support.amount-missing'],
    ['amount of another interval', { every: 'once' }, 'other support.amount-missing'],
    ['chosen negative', { 'amount-month': '-500' }, 'other support.amount-missing'],
    ['chosen zero', { 'amount-month': '0' }, 'other support.amount-missing'],
    ['chosen with decimals', { 'amount-month': '5.00' }, 'other support.amount-missing'],
    ['chosen huge', { 'amount-month': huge }, 'other support.amount-missing'],
    ['chosen too large', { 'amount-month': '999999999999' }, 'other support.amount-too-large'],
    ['chosen too small', { 'amount-month': '199' }, 'other support.amount-too-small'],
    ['typed words', { 'amount-month': '', other: 'ten' }, 'other support.amount-not-a-number'],
    ['typed exponent', { 'amount-month': '', other: '1e5' }, 'other support.amount-not-a-number'],
    ['typed face', { 'amount-month': '', other: ';-)' }, 'other support.amount-not-a-number'],
    ['typed negative', { 'amount-month': '', other: '-5' }, 'other support.amount-negative'],
    ['typed zero', { 'amount-month': '', other: '0' }, 'other support.amount-too-small'],
    ['typed too small', { 'amount-month': '', other: '1.99' }, 'other support.amount-too-small'],
    ['typed huge', { 'amount-month': '', other: huge }, 'other support.amount-too-large'],
    [
      'typed 10^19',
      { 'amount-month': '', other: '10000000000000000000' },
      'other support.amount-too-large',
    ],
    [
      'typed half cents',
      { 'amount-month': '', other: '5.005.' },
      'other support.amount-not-a-number',
    ],
    [
      'typed 4 decimals',
      { 'amount-month': '', other: '5.0055' },
      'other support.amount-too-many-decimals',
    ],
    ['address without at', { email: 'reader' }, 'email support.email-invalid'],
    ['address without name', { email: '@example.org' }, 'email support.email-invalid'],
    ['address without domain', { email: 'reader@' }, 'email support.email-invalid'],
    ['two addresses', { email: 'a@example.org, b@example.org' }, 'email support.email-invalid'],
    [
      'address with a header',
      { email: 'a@example.org\r\nBcc: b@example.org' },
      'email support.email-invalid',
    ],
    [
      'address too long',
      { email: `${'a'.repeat(243)}@example.org` },
      'email support.email-invalid',
    ],
    ['address at a listed host', { email: 'a@Mail.Listed.example' }, 'email support.email-host'],
    ['appeal alone', { appeal: 'spring' }, 'pay support.appeal-unknown'],
    ['variant alone', { variant: 'b' }, 'pay support.appeal-unknown'],
    ['appeal of the wrong shape', { appeal: "'; --", variant: 'b' }, 'pay support.appeal-unknown'],
    ['replaces nonsense', { replaces: 'x' }, 'pay support.form-old'],
    ['replaces itself', { replaces: GIFT_ID }, 'pay support.form-old'],
    ['answer of the wrong type', { meant: 'x' }, 'other support.amount-missing'],
    ['answer too large', { meant: '999999999999' }, 'other support.amount-too-large'],
  ];
  for (const [what, change, expected] of table) {
    test(what, () => assert.deepEqual(problems(read(change)), [expected]));
  }

  test('nothing at all names each field once', () => {
    const reading = readSupportForm(draftFromForm(readQuery('http://127.0.0.1/')), {
      newsroom,
      language: 'en',
      hadControls: false,
      refuseHost: () => null,
    });
    assert.deepEqual(problems(reading), [
      'pay support.form-old',
      'every-once support.every-missing',
      'currency support.currency-unknown',
    ]);
  });

  test('control characters that were taken out are said, not passed over', () => {
    assert.deepEqual(problems(read({}, { hadControls: true })), ['other support.controls']);
  });

  test('a field that is sent twice counts once, by its first value', () => {
    const query = new URLSearchParams(sentForm());
    query.append('every', 'year');
    query.append('gift', OTHER_GIFT_ID);
    const draft = draftFromForm(readQuery(`http://127.0.0.1/?${query}`));
    assert.equal(draft.every, 'month');
    assert.equal(draft.giftId, GIFT_ID);
  });

  test('only whole units where the currency has no smaller ones', () => {
    const yen = { currency: 'JPY', 'amount-month': '500' };
    assert.equal(amount(read(yen)), '500 JPY');
    assert.deepEqual(problems(read({ ...yen, 'amount-month': '', other: '500.5' })), [
      'other support.amount-too-many-decimals',
    ]);
  });
});

describe('a required address', () => {
  const strict = exampleNewsroom({ contactForPledges: 'required' });

  test('is asked for a pledge', () => {
    assert.deepEqual(problems(read({}, { newsroom: strict })), ['email support.email-required']);
    const given = read({ email: 'a@example.org' }, { newsroom: strict });
    assert.equal(given.kind, 'ready');
  });

  test('is not asked for a single gift', () => {
    const once = read({ every: 'once', 'amount-once': '500' }, { newsroom: strict });
    assert.equal(once.kind, 'ready');
  });
});

describe('a doubt is asked', () => {
  test('two readings of what was typed, least first', () => {
    const reading = read({ 'amount-month': '', other: '1.234' }, { language: 'ru' });
    assert.deepEqual(offers(reading), ['123400 USD']);
    const two = read({ 'amount-month': '', other: '1.230' }, { language: 'ru' });
    assert.deepEqual(offers(two), ['123 USD', '123000 USD']);
  });

  test('another currency’s sign', () => {
    assert.deepEqual(offers(read({ 'amount-month': '', other: '7 €' })), ['700 USD']);
  });

  test('a chosen amount beside a different typed one, least first, no amount twice', () => {
    assert.deepEqual(offers(read({ other: '3' })), ['300 USD', '500 USD']);
    assert.deepEqual(offers(read({ 'amount-month': '1000', other: '10,00' })), [
      '1000 USD',
      '100000 USD',
    ]);
  });

  test('the answer is the amount, whatever else stands in the form', () => {
    assert.equal(amount(read({ other: '1,2,3', meant: '700' })), '700 USD');
  });

  test('another problem is named beside the question', () => {
    const reading = read({ other: '3', email: 'x' });
    assert.deepEqual(problems(reading), ['email support.email-invalid']);
    assert.deepEqual(offers(reading), ['300 USD', '500 USD']);
  });
});

describe('any text', () => {
  test('never throws, and is ready only with an amount within the limits', () => {
    const noise = fc.string({ unit: 'binary', maxLength: 60 });
    const mostly = (usual: fc.Arbitrary<string>) =>
      fc.oneof({ weight: 9, arbitrary: usual }, { weight: 1, arbitrary: noise });
    const minor = fc.nat({ max: 2_000_000 }).map(String);
    const form = fc.record({
      gift: mostly(fc.constant(GIFT_ID)),
      every: mostly(fc.constantFrom('once', 'month', 'year')),
      currency: mostly(fc.constantFrom('USD', 'JPY')),
      'amount-month': mostly(fc.oneof(minor, fc.constant(''))),
      'amount-once': mostly(fc.constant('')),
      other: mostly(fc.oneof(fc.constant(''), fc.double().map(String), minor)),
      email: mostly(fc.oneof(fc.constant(''), fc.emailAddress())),
      appeal: mostly(fc.constant('')),
      variant: mostly(fc.constant('')),
      meant: mostly(fc.oneof(fc.constant(''), minor)),
      replaces: mostly(fc.constant('')),
    });
    let ready = 0;
    fc.assert(
      fc.property(form, (fields) => {
        const reading = read(fields);
        if (reading.kind !== 'ready')
          return reading.problems.length > 0 || reading.question !== null;
        ready += 1;
        const { money } = reading.gift;
        const set = newsroom.giving.amounts[money.currency];
        return set !== undefined && money.minor >= set.minimum && money.minor <= set.maximum;
      }),
      { numRuns: 1000 },
    );
    assert.ok(ready > 20, `the property met ${ready} whole forms`);
  });
});

describe('the form’s address', () => {
  const language = 'en';
  const fromLink = (query: string) =>
    draftFromLink(readQuery(`http://127.0.0.1/support?${query}`), { newsroom, language });

  test('a link chooses what it names and nothing else', () => {
    const draft = fromLink('every=month&currency=EUR&amount=200&appeal=spring&variant=b');
    assert.equal(draft.every, 'month');
    assert.equal(draft.currency, 'EUR');
    assert.deepEqual(draft.chosen, { once: '', month: '200', year: '' });
    assert.equal(draft.other, '');
    assert.equal(draft.appealId, 'spring');
    const bare = fromLink('');
    assert.equal(bare.every, '');
    assert.deepEqual(bare.chosen, { once: '', month: '', year: '' });
  });

  test('an amount without a button stands in the open field, and is read back as the same', () => {
    const draft = fromLink('every=month&currency=USD&amount=750');
    assert.deepEqual(draft.chosen, { once: '', month: '', year: '' });
    const read = parseAmount(draft.other, { currency: 'USD', language });
    assert.ok(read.ok);
    assert.equal(read.money.minor, 750n);
  });

  test('an amount of a currency that is not taken is left out', () => {
    const draft = fromLink('every=month&currency=GBP&amount=500');
    assert.equal(draft.currency, 'USD');
    assert.deepEqual(draft.chosen, { once: '', month: '', year: '' });
    assert.equal(draft.other, '');
  });

  test('never carries an address or an answer', () => {
    const draft = draftOf({ email: 'canary@example.org', meant: '500', replaces: OTHER_GIFT_ID });
    const address = supportAddress(draft, 'en');
    assert.doesNotMatch(address, /canary|example|meant|replaces/);
    assert.match(address, /gift=019abc00-0000-7000-8000-000000000001&language=en&every=month/);
  });

  test('a draft goes through its address unchanged, but for what an address may not carry', () => {
    const amounts = fc.constantFrom('500', '1000', '750', '123456');
    fc.assert(
      fc.property(fc.constantFrom('once', 'month', 'year'), amounts, (every, minor) => {
        const draft = withAmount(draftOf({ every, 'amount-month': '' }), minor, {
          newsroom,
          language,
        });
        const back = fromLink(supportAddress(draft, language).slice('/support?'.length));
        assert.deepEqual(back, draft);
      }),
    );
  });

  test('hostile links fill nothing in', () => {
    const draft = fromLink(
      'every=%00month&currency=__proto__&amount=-5&appeal=%3Cscript%3E&variant=a b&gift=../x',
    );
    assert.equal(draft.currency, 'USD');
    assert.equal(draft.appealId, '');
    assert.equal(draft.variantId, '');
    assert.equal(draft.other, '');
    assert.equal(isGiftId(draft.giftId), false);
  });
});

test('the limits named in problems are the newsroom’s own', () => {
  const reading = read({ 'amount-month': '1' });
  assert.ok(reading.kind === 'incomplete');
  const limit = reading.problems[0]?.limit;
  assert.ok(limit !== undefined);
  assert.equal(formatMoney(limit, 'en'), '$2.00');
});
