import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Instant } from '../../../calendar/index.ts';
import { testCard } from './test-cards.ts';
import { readTypedCard, type TypedCard } from './typed-card.ts';

const NOW = Instant.from('2026-11-25T10:00:00Z');
const GOOD: TypedCard = { number: testCard('pays').number, expiry: '04/29', code: '123' };

const problems = (typed: Partial<TypedCard>) => {
  const reading = readTypedCard({ ...GOOD, ...typed }, NOW);
  return reading.ok ? [] : reading.problems.map(([field, problem]) => `${field}: ${problem}`);
};

test('numbers are read as people type them', () => {
  const { number, shown } = testCard('pays');
  const typed = [
    number,
    shown,
    shown.replaceAll(' ', '-'),
    shown.replaceAll(' ', ' – '),
    ` ${shown.replaceAll(' ', '\u00a0')} `,
    `\u200e${number}\u200f`,
    number.replace(/\d/g, (digit) => String.fromCodePoint(0x0660 + Number(digit))),
    number.replace(/\d/g, (digit) => String.fromCodePoint(0x06f0 + Number(digit))),
    number.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
  ];
  for (const text of typed) {
    assert.deepEqual(readTypedCard({ ...GOOD, number: text }, NOW), {
      ok: true,
      cardNumber: number,
    });
  }
});

test('a number with a mistake is a field problem', () => {
  const { number } = testCard('pays');
  assert.deepEqual(problems({ number: '' }), ['number: number_missing']);
  assert.deepEqual(problems({ number: ' - ' }), ['number: number_missing']);
  for (const wrong of [
    '4000',
    `${number}0`,
    number.slice(1),
    `${number.slice(0, -1)}x`,
    '💳',
    '1e16',
  ]) {
    assert.deepEqual(problems({ number: wrong }), ['number: number_wrong'], wrong);
  }
  // Every single wrong digit is noticed by the check digit.
  for (let place = 0; place < number.length; place += 1) {
    const digit = (Number(number[place]) + 1) % 10;
    const altered = number.slice(0, place) + digit + number.slice(place + 1);
    assert.deepEqual(problems({ number: altered }), ['number: number_wrong'], altered);
  }
});

test('a valid number of anybody else is refused at the field', () => {
  for (const number of ['4242 4242 4242 4242', '5555 5555 5555 4444', '3782 822463 10005']) {
    assert.deepEqual(problems({ number }), ['number: number_not_ours']);
  }
});

test('expiry dates are read as people type them', () => {
  for (const expiry of [
    '04/29',
    '4/29',
    '04 29',
    '04-29',
    '04 / 2029',
    '4.2029',
    '0429',
    '042029',
    '٠٤/٢٩',
    '11/26',
  ]) {
    assert.deepEqual(problems({ expiry }), [], expiry);
  }
  const wrong: [string, string][] = [
    ['', 'expiry_missing'],
    ['  ', 'expiry_missing'],
    ['13/29', 'expiry_wrong'],
    ['00/29', 'expiry_wrong'],
    ['29', 'expiry_wrong'],
    ['04/292', 'expiry_wrong'],
    ['2029-04', 'expiry_wrong'],
    ['april 29', 'expiry_wrong'],
    ['10/26', 'expiry_past'],
    ['04/19', 'expiry_past'],
    ['01/99', 'expiry_wrong'],
  ];
  for (const [expiry, problem] of wrong) {
    assert.deepEqual(problems({ expiry }), [`expiry: ${problem}`], expiry);
  }
});

test('security codes have three or four digits', () => {
  for (const code of ['123', '1234', ' 12 3 ', '١٢٣'])
    assert.deepEqual(problems({ code }), [], code);
  assert.deepEqual(problems({ code: '' }), ['code: code_missing']);
  for (const code of ['12', '12345', '12a', '-12']) {
    assert.deepEqual(problems({ code }), ['code: code_wrong'], code);
  }
});

test('all problems are told at once', () => {
  assert.deepEqual(problems({ number: '', expiry: '', code: '' }), [
    'number: number_missing',
    'expiry: expiry_missing',
    'code: code_missing',
  ]);
});
