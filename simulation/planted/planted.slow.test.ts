/** A simulator that cannot fail proves nothing: three of the twenty mistakes, of three kinds, are found within seconds. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { Laboratory } from '../laboratory.ts';
import { PLANTED_BUGS } from './bugs.ts';
import { huntBug } from './hunt.ts';

/** Source, adapter and browser; `npm run simulate -- --planted` hunts all twenty. */
const QUICK = [8, 14, 18];
const laboratory = new Laboratory();
after(() => laboratory.close());

describe('a program with a mistake in it', () => {
  for (const bug of PLANTED_BUGS.filter(({ number }) => QUICK.includes(number))) {
    it(`is found out: ${bug.symptom}`, async () => {
      const { found, lived } = await huntBug(laboratory, bug, { seeds: 200, seconds: 20 });
      assert.ok(found !== null, `not found in ${lived} seeds`);
    });
  }
});
