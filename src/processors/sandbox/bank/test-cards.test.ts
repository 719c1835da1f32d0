import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countryOfCard, isRefusedCountry } from './card-countries.ts';
import { askIssuer, currentCardNumber } from './issuer.ts';
import { behaviourOf, hasValidCheckDigit, TEST_CARDS, testCard } from './test-cards.ts';

test('every listed card is a valid number of this bank, and no two are the same', () => {
  for (const card of TEST_CARDS) {
    assert.ok(hasValidCheckDigit(card.number), card.id);
    assert.notEqual(behaviourOf(card.number), null, card.id);
    assert.equal(card.shown.replaceAll(' ', ''), card.number);
  }
  assert.equal(new Set(TEST_CARDS.map((card) => card.number)).size, TEST_CARDS.length);
});

test('check digits agree with published examples', () => {
  for (const number of ['79927398713', '4242424242424242', '378282246310005']) {
    assert.ok(hasValidCheckDigit(number));
  }
  assert.equal(hasValidCheckDigit('79927398710'), false);
});

test('the country stands in the number', () => {
  assert.equal(countryOfCard(testCard('pays').number), 'DE');
  assert.equal(countryOfCard(testCard('russia').number), 'RU');
  assert.equal(countryOfCard(testCard('belarus').number), 'BY');
  assert.equal(countryOfCard(testCard('unknownCountry').number), null);
});

test('who refuses any country refuses an unknown one', () => {
  assert.equal(isRefusedCountry('RU', ['RU']), true);
  assert.equal(isRefusedCountry('DE', ['RU']), false);
  assert.equal(isRefusedCountry(null, ['RU']), true);
  assert.equal(isRefusedCountry(null, []), false);
});

test('each issuer behaves as its card says, payer present and absent', () => {
  const outcome = (id: Parameters<typeof testCard>[0], payer: 'present' | 'absent') => {
    const answer = askIssuer(testCard(id).number, payer);
    return answer.kind === 'declined' ? answer.code : answer.kind;
  };
  const expected: [Parameters<typeof testCard>[0], string, string][] = [
    ['pays', 'approved', 'approved'],
    ['declined', 'card_declined', 'card_declined'],
    ['unavailable', 'issuer_unavailable', 'issuer_unavailable'],
    ['insufficient', 'insufficient_funds', 'insufficient_funds'],
    ['confirms', 'confirmation_needed', 'approved'],
    ['lost', 'lost_card', 'lost_card'],
    ['expired', 'expired_card', 'expired_card'],
    ['declinesRenewals', 'approved', 'insufficient_funds'],
    ['confirmsRenewals', 'approved', 'confirmation_needed'],
    ['answerLost', 'approved', 'approved'],
    ['disputed', 'approved', 'approved'],
  ];
  for (const [id, present, absent] of expected) {
    assert.equal(outcome(id, 'present'), present, id);
    assert.equal(outcome(id, 'absent'), absent, id);
  }
});

test('one card is replaced by one from Russia; the others stay what they are', () => {
  for (const card of TEST_CARDS) {
    const current = currentCardNumber(card.number);
    if (card.id === 'reissuedAbroad') assert.equal(countryOfCard(current), 'RU');
    else assert.equal(current, card.number);
  }
});
