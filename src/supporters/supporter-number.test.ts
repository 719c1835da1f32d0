import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SeededRandom } from '../calendar/index.ts';
import {
  formatSupporterNumber,
  makeSupporterNumber,
  parseSupporterNumber,
} from './supporter-number.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const seeds = fc.integer({ min: 0, max: 2 ** 31 });
const numberOf = (seed: number) => makeSupporterNumber(new SeededRandom(seed));

test('a number has 24 characters, 23 of them random: 115 bits', () => {
  const number = numberOf(1);
  assert.match(number, /^[0-9A-HJKMNP-TV-Z]{24}$/);
  assert.match(
    formatSupporterNumber(number),
    /^(?:[0-9A-HJKMNP-TV-Z]{4}-){5}[0-9A-HJKMNP-TV-Z]{4}$/,
  );
  const bytesAsked: number[] = [];
  makeSupporterNumber({
    bytes: (length) => {
      bytesAsked.push(length);
      return new Uint8Array(length).fill(255);
    },
    uuid: () => '',
  });
  assert.deepEqual(bytesAsked, [23]);
});

test('every character of the alphabet comes up at every random place', () => {
  const seen = Array.from({ length: 24 }, () => new Set<string>());
  const random = new SeededRandom(2);
  for (let count = 0; count < 1500; count += 1) {
    [...makeSupporterNumber(random)].forEach((sign, at) => {
      seen[at]?.add(sign);
    });
  }
  assert.deepEqual(
    seen.map((signs) => signs.size),
    Array.from({ length: 24 }, () => 32),
  );
});

test('a number reads back however it is written', () => {
  const scripts = ['0', '٠', '۰', '०', '０'];
  const dashes = ['-', ' ', '–', '\u2011', '\u00a0', '.', ' - ', '\u200f', '', '\n', '\t'];
  fc.assert(
    fc.property(
      seeds,
      fc.array(fc.constantFrom(...dashes), { minLength: 24, maxLength: 24 }),
      fc.array(fc.boolean(), { minLength: 24, maxLength: 24 }),
      fc.constantFrom(...scripts),
      (seed, gaps, lower, zero) => {
        const number = numberOf(seed);
        const typed = [...number]
          .map((sign, at) => {
            const isDigit = sign >= '0' && sign <= '9';
            const written = isDigit
              ? String.fromCodePoint((zero.codePointAt(0) ?? 0) + Number(sign))
              : lower[at] === true
                ? sign.toLowerCase()
                : sign;
            return written + (gaps[at] ?? '');
          })
          .join('');
        assert.deepEqual(parseSupporterNumber(typed), { ok: true, number });
      },
    ),
  );
});

test('look-alikes read as what was meant, in Latin and on a Cyrillic keyboard', () => {
  const lookAlikes: Record<string, readonly string[]> = {
    '0': ['O', 'o', 'О', 'о'],
    '1': ['I', 'l', 'L', 'i', 'І'],
    V: ['U', 'u'],
    '3': ['З'],
    A: ['А', 'а'],
    B: ['В'],
    C: ['С', 'с'],
    E: ['Е'],
    H: ['Н'],
    K: ['К'],
    M: ['М'],
    P: ['Р'],
    T: ['Т'],
    X: ['Х'],
    Y: ['У'],
  };
  fc.assert(
    fc.property(seeds, fc.nat(), (seed, pick) => {
      const number = numberOf(seed);
      const typed = [...number].map((sign) => {
        const others = lookAlikes[sign];
        return others === undefined ? sign : (others[pick % others.length] ?? sign);
      });
      assert.deepEqual(parseSupporterNumber(typed.join('')), { ok: true, number });
    }),
  );
});

test('any single wrong character is told, at every place and with every character', () => {
  const number = numberOf(3);
  let told = 0;
  for (let at = 0; at < 24; at += 1) {
    for (const sign of ALPHABET) {
      if (sign === number[at]) continue;
      const typed = number.slice(0, at) + sign + number.slice(at + 1);
      assert.deepEqual(parseSupporterNumber(typed), { ok: false, problem: 'typo' });
      told += 1;
    }
  }
  assert.equal(told, 24 * 31);
});

test('any two characters that changed places are told, near or far', () => {
  fc.assert(
    fc.property(seeds, fc.nat({ max: 23 }), fc.nat({ max: 23 }), (seed, first, second) => {
      const signs = [...numberOf(seed)];
      fc.pre(signs[first] !== signs[second]);
      [signs[first], signs[second]] = [signs[second] ?? '', signs[first] ?? ''];
      assert.deepEqual(parseSupporterNumber(signs.join('')), { ok: false, problem: 'typo' });
    }),
    { numRuns: 500 },
  );
});

test('each other slip has its own name', () => {
  const number = numberOf(4);
  const problems: readonly (readonly [string, string])[] = [
    ['', 'empty'],
    [' - \u200f\n', 'empty'],
    [number.slice(0, 23), 'too-short'],
    [`${number}0`, 'too-long'],
    ['A'.repeat(201), 'too-long'],
    [`${number.slice(0, 23)}*`, 'foreign-character'],
    [`${number.slice(0, 23)}Ж`, 'foreign-character'],
    ['💛', 'foreign-character'],
    [`${number}@example.org`, 'foreign-character'],
    ['½'.repeat(24), 'foreign-character'],
  ];
  for (const [typed, problem] of problems) {
    assert.deepEqual(parseSupporterNumber(typed), { ok: false, problem }, JSON.stringify(typed));
  }
});

test('nothing that anybody types makes the reader throw or accept something new', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 250 }), (typed) => {
      const read = parseSupporterNumber(typed);
      if (read.ok) assert.deepEqual(parseSupporterNumber(read.number), read);
    }),
    { numRuns: 2000 },
  );
});
