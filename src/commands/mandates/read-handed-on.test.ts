import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readHandedOn } from './read-handed-on.ts';

const BETWEEN = { from: 'first', to: 'second' };
const HEAD = 'old_customer,old_method,new_customer,new_method';
const read = (text: string) => readHandedOn(text, BETWEEN);

describe('a list of mandates handed on', () => {
  it('is read in any order of columns, with others passed over, as spreadsheets write it', () => {
    const text =
      '\uFEFF"new_method","note","old_method","new_customer","old_customer","new_fingerprint"\r\n' +
      '"m2","any word","m1"," c2 ","c1",""\r\n\r\n"m4",,"m3","c4","c3","f4"\r\n';
    assert.deepEqual(read(text), {
      ok: true,
      lines: [
        {
          line: 2,
          handed: {
            from: { accountId: 'first', customerRef: 'c1', methodRef: 'm1' },
            to: {
              accountId: 'second',
              customerRef: 'c2',
              methodRef: 'm2',
              methodFingerprint: null,
            },
          },
        },
        {
          line: 4,
          handed: {
            from: { accountId: 'first', customerRef: 'c3', methodRef: 'm3' },
            to: {
              accountId: 'second',
              customerRef: 'c4',
              methodRef: 'm4',
              methodFingerprint: 'f4',
            },
          },
        },
      ],
    });
  });

  const refused: readonly (readonly [what: string, text: string, line: number, says: RegExp])[] = [
    ['an empty file', '', 1, /missing: old_customer, old_method/],
    ['no headings', 'c1,m1,c2,m2', 1, /names the columns/],
    ['a value too few', `${HEAD}\nc1,m1,c2`, 2, /3 values, but there are 4/],
    ['a comma inside a value', `${HEAD}\n"c,1",m1,c2,m2`, 2, /5 values/],
    ['an empty reference', `${HEAD}\nc1,m1,,m2`, 2, /new_customer is empty/],
    ['a quote inside a value', `${HEAD}\nc1,m"1,c2,m2`, 2, /old_method is empty or is no/],
    ['a reference with a space', `${HEAD}\nc1,m1,c2,m 2`, 2, /new_method/],
    ['one mandate twice', `${HEAD}\nc1,m1,c2,m2\nc1,m1,c3,m3`, 3, /in line 2 already/],
    ['a wrong fingerprint', `${HEAD},new_fingerprint\nc1,m1,c2,m2,f f`, 2, /new_fingerprint/],
  ];
  for (const [what, text, line, says] of refused) {
    it(`is refused as a whole for ${what}`, () => {
      const answer = read(text);
      assert.ok(!answer.ok);
      assert.equal(answer.line, line);
      assert.match(answer.sentence, says);
    });
  }

  it('never says a value in a sentence, and never throws', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[^\r\n,]{4,40}$/), (secret) => {
        const answer = read(`${HEAD}\n${secret},m1,c2 !,m2`);
        assert.ok(!answer.ok);
        assert.ok(!answer.sentence.includes(`"${secret}"`));
        assert.match(answer.sentence, /^(old_customer|new_customer) is empty or is no reference$/);
      }),
    );
  });
});
