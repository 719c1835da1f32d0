/** Every mistake can still be planted: its sentence stands in today's source, once, and nothing in `src/` knows of any. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { PLANTED_BUGS } from './bugs.ts';
import { mutated } from './mutate.ts';

const PROJECT = join(import.meta.dirname, '..', '..');
const read = (file: string): string => readFileSync(join(PROJECT, file), 'utf8');

describe('the planted bugs', () => {
  it('are the twenty', () => {
    assert.deepEqual(
      PLANTED_BUGS.map(({ number }) => number),
      Array.from({ length: 20 }, (_, index) => index + 1),
    );
    for (const { mutations, plant } of PLANTED_BUGS) {
      assert.ok(mutations.length > 0 || plant !== undefined, 'a bug is something');
    }
  });

  for (const { number, symptom, mutations } of PLANTED_BUGS) {
    it(`${number} can be planted: ${symptom}`, () => {
      for (const mutation of mutations) {
        const source = read(mutation.file);
        assert.notEqual(mutated(source, mutation), source);
      }
    });
  }

  it('refuse a sentence that is not there once', () => {
    const mutation = { file: 'x.ts', find: 'a', put: 'b' };
    assert.equal(mutated('-a-', mutation), '-b-');
    assert.throws(() => mutated('-a-a-', mutation), /2 times/);
    assert.throws(() => mutated('-', mutation), /0 times/);
  });

  it('cannot be reached from the program', () => {
    const sources = readdirSync(join(PROJECT, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
      .map((name) => join('src', name));
    assert.ok(sources.length > 200, 'the program is there');
    for (const file of sources) {
      assert.doesNotMatch(read(file), /simulation\/|registerHooks|planted\/|planted-/, file);
    }
  });
});
