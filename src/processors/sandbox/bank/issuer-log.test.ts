import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import type { TestCardId } from './test-cards.ts';
import { testCard } from './test-cards.ts';
import { hostedOrder, mandateOrder, TestBank } from './testing/test-bank.ts';

let bank: TestBank;
before(async () => {
  bank = await TestBank.start();
});
after(() => bank.stop());

const refused: readonly TestCardId[] = ['russia', 'belarus', 'unknownCountry'];

for (const id of refused) {
  test(`${id}: its issuer sees nothing, by one tap or typed, once or monthly`, async () => {
    const { number, shown } = testCard(id);
    const journalBefore = await readFile(bank.journalFile, 'utf8');
    let opened = 0;
    for (const keepMandate of [null, 'month', 'year'] as const) {
      const page = await bank.processor().openHostedPayment(hostedOrder({ keepMandate }));
      assert.ok(page.kind === 'opened');
      opened += 1;
      const tapped = await bank.submit(page.pageUrl, { use: id });
      const typed = await bank.submit(page.pageUrl, {
        number: shown,
        expiry: '04/29',
        code: '123',
      });
      for (const answer of [tapped, typed]) {
        assert.equal(answer.status, 200);
        assert.match(answer.html, id === 'unknownCountry' ? /could not tell/ : /has seen nothing/);
        assert.match(answer.html, /nothing was charged/);
        assert.ok(!answer.html.includes(`value="${shown}"`), 'the number is not shown again');
      }
      const found = await bank.processor().lookUp({ attemptId: null, objectRef: page.objectRef });
      assert.ok(found.kind === 'evidence');
      assert.deepEqual(found.evidence, { state: 'open', declinedCode: null });
      assert.equal((await bank.submit(page.pageUrl, { use: 'pays' })).status, 303);
    }
    const row = await bank.issuerRow(number);
    assert.deepEqual(row.seen, []);
    assert.equal(row.turned_away, opened * 2);
    // Nothing of the card was written down either.
    const journal = (await readFile(bank.journalFile, 'utf8')).slice(journalBefore.length);
    assert.ok(journal.length > 0 && !journal.includes(number));
    assert.equal(
      (await bank.charges()).every((charge) => charge.id.startsWith('ch_')),
      true,
    );
  });
}

test('where nobody refuses a country, the same cards reach their issuers', async () => {
  const { objectRef } = await bank.pay('belarus', { refusedCountries: [] });
  const found = await bank.processor().lookUp({ attemptId: null, objectRef });
  assert.ok(found.kind === 'evidence' && found.evidence.state === 'succeeded');
  assert.equal(found.evidence.payerCountry, 'BY');
  assert.equal((await bank.issuerRow(testCard('belarus').number)).seen.length, 1);
});

test('a renewal whose card was replaced by one from a listed country is not charged and not seen', async () => {
  const mandate = await bank.mandateOf('reissuedAbroad');
  const awayBefore = (await bank.issuerRow(testCard('russia').number)).turned_away;
  const chargesBefore = (await bank.charges()).length;
  const answer = await bank.processor().chargeMandate(mandateOrder(mandate));
  assert.ok(answer.kind === 'evidence');
  assert.deepEqual(answer.evidence, {
    state: 'declined',
    code: 'country_refused',
    advice: 'refused-country',
  });
  assert.equal((await bank.charges()).length, chargesBefore);
  // It saw the first payment, and nothing of the second; nor did the issuer of the new card.
  assert.equal((await bank.issuerRow(testCard('reissuedAbroad').number)).seen.length, 1);
  const replacement = await bank.issuerRow(testCard('russia').number);
  assert.deepEqual(replacement.seen, []);
  assert.equal(replacement.turned_away, awayBefore + 1);
});

test('a country that was listed after the pledge began stops its renewals before the issuer', async () => {
  const mandate = await bank.mandateOf('pays');
  const seenBefore = (await bank.issuerRow(testCard('pays').number)).seen.length;
  const order = mandateOrder(mandate, { refusedCountries: ['DE'] });
  const answer = await bank.processor().chargeMandate(order);
  assert.ok(answer.kind === 'evidence' && answer.evidence.state === 'declined');
  assert.equal(answer.evidence.advice, 'refused-country');
  assert.equal((await bank.issuerRow(testCard('pays').number)).seen.length, seenBefore);
});

test('issuers see authorisations and challenges, and never a zero amount', async () => {
  const { objectRef } = await bank.pay('confirms', { keepMandate: 'month' });
  await bank.submit(`/issuer/${objectRef}`, { answer: 'confirm' });
  const { seen } = await bank.issuerRow(testCard('confirms').number);
  assert.deepEqual(
    seen.map(({ what, amount, outcome }) => [what, amount, outcome]),
    [
      ['authorisation', '500', 'confirmation_needed'],
      ['challenge', '500', 'approved'],
    ],
  );
  const page = await bank.open('/issuers');
  assert.equal(page.status, 200);
  assert.doesNotMatch(page.html, /zero_amount/);
});

test('mistakes in a field reach no issuer', async () => {
  const page = await bank.processor().openHostedPayment(hostedOrder());
  assert.ok(page.kind === 'opened');
  const { number } = testCard('declined');
  const wrong = [
    { number, expiry: '04/19', code: '123' },
    { number, expiry: '04/29', code: '12' },
    {
      number: number.replace(/.$/, (digit) => String((Number(digit) + 1) % 10)),
      expiry: '04/29',
      code: '123',
    },
  ];
  for (const typed of wrong) assert.equal((await bank.submit(page.pageUrl, typed)).status, 422);
  assert.deepEqual((await bank.issuerRow(number)).seen, []);
});
