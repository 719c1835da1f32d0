import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { csvCell, csvRow, readCsvCell } from './csv.ts';

const trickyText = fc.string({
  unit: fc.oneof(
    fc.constantFrom(...'\'"=+-@;\t\r\n ,a＝＋－＠\u00a0\u200b\u202e\ufeff'),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
  ),
  maxLength: 24,
});

test('every text comes back exactly as it went in', () => {
  fc.assert(
    fc.property(trickyText, (text) => {
      const out = csvCell(text);
      if (!out.ok) return assert.ok(text.includes('\0') || !text.isWellFormed());
      assert.deepEqual(readCsvCell(out.csv), { ok: true, text });
    }),
    { numRuns: 20_000 },
  );
});

test('no cell of the file begins with a formula, whatever the separator of the spreadsheet', () => {
  fc.assert(
    fc.property(trickyText, (text) => {
      const out = csvCell(text);
      if (!out.ok) return;
      const written = out.csv.slice(1, -1).replaceAll('""', '"');
      assert.doesNotMatch(written, /^[\t\r\n]/);
      for (const cell of written.split(/[\t\r\n;]/)) {
        const seen = cell.replace(
          // The blanks of rule E1; a spreadsheet does not skip others before it looks for a formula.
          /^[ \u00a0\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]*/,
          '',
        );
        assert.doesNotMatch(seen, /^[=+\-@＝＋－＠]/, JSON.stringify(written));
      }
    }),
    { numRuns: 20_000 },
  );
});

test('a guarded text gets one apostrophe and no more', () => {
  const written = (text: string) => {
    const out = csvCell(text);
    return out.ok ? out.csv : out.error;
  };
  assert.equal(written("''=1"), `"'''=1"`);
  assert.equal(written("' =1"), `"'' =1"`);
  assert.equal(written(' \t=1'), `"' \t'=1"`);
  assert.equal(written("'\t"), `"''\t"`);
  assert.equal(written('a\tb'), '"a\tb"');
  assert.equal(written('a;\u200f@b'), `"a;'\u200f@b"`);
  assert.equal(written('a; \tb'), '"a; \tb"');
  assert.equal(written('a\ud800'), 'lone-surrogate');
  assert.equal(written('a\0'), 'nul');
});

test('a cell from elsewhere', () => {
  const read = (csv: string) => {
    const cell = readCsvCell(csv);
    return cell.ok ? cell.text : cell.error;
  };
  assert.equal(read('plain'), 'plain');
  assert.equal(read(''), '');
  assert.equal(read('""'), '');
  assert.equal(read("'=1"), '=1');
  assert.equal(read('a"b'), 'a"b');
  for (const broken of ['"', '"a', '"a"b"', '"a"b', '"""'])
    assert.equal(read(broken), 'broken-quotes', broken);
  assert.equal(read('"a\0"'), 'nul');
});

test('a row is as bad as its worst cell', () => {
  assert.deepEqual(csvRow([]), { ok: true, csv: '\r\n' });
  assert.deepEqual(csvRow(['a', 'b\0', '\ud800']), { ok: false, error: 'nul' });
});
