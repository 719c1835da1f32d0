import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readSecrets } from './read-secrets.ts';

const SECRET = 'rk_live_not_a_real_key_0001';
const FILES: Readonly<Record<string, string>> = {
  '/run/key': `${SECRET}\n`,
  '/run/empty': ' \n',
  '/run/long': 'x'.repeat(2_000),
};

const read = (environment: Record<string, string>) =>
  readSecrets(
    { kind: 'stripe', account: 'stripe-eu-1' },
    {
      environment: { TUPPENCE_STRIPE_EU_1_WEBHOOK_SECRET: 'whsec_00000000', ...environment },
      readFile: async (path) => FILES[path] ?? assert.fail('ENOENT'),
    },
  );

describe('secrets of a payment account', () => {
  it('come from the environment or from the file it names', async () => {
    const expected = {
      ok: true,
      secrets: {
        SECRET_KEY: SECRET,
        WEBHOOK_SECRET: 'whsec_00000000',
        CLIENT_SECRET: '',
        API_KEY: '',
      },
    };
    assert.deepEqual(await read({ TUPPENCE_STRIPE_EU_1_SECRET_KEY: SECRET }), expected);
    assert.deepEqual(await read({ TUPPENCE_STRIPE_EU_1_SECRET_KEY_FILE: '/run/key' }), expected);
  });

  const KEY = 'TUPPENCE_STRIPE_EU_1_SECRET_KEY';
  const refused: readonly (readonly [string, Record<string, string>, RegExp])[] = [
    ['missing', {}, /TUPPENCE_STRIPE_EU_1_SECRET_KEY is missing.*SECRET_KEY_FILE/],
    ['empty', { [KEY]: '' }, /is missing/],
    ['blank', { [KEY]: '  ' }, /is empty/],
    ['given twice', { [KEY]: SECRET, [`${KEY}_FILE`]: '/run/key' }, /both .* keep one/],
    ['in a file that is not there', { [`${KEY}_FILE`]: '/run/none' }, /cannot be read/],
    ['in an empty file', { [`${KEY}_FILE`]: '/run/empty' }, /names is empty/],
    ['in a file of something else', { [`${KEY}_FILE`]: '/run/long' }, /far more than one secret/],
  ];
  for (const [what, environment, says] of refused) {
    it(`are asked for when one is ${what}, without saying a value`, async () => {
      const answer = await read(environment);
      assert.ok(!answer.ok);
      assert.match(answer.sentence, says);
      assert.ok(!answer.sentence.includes(SECRET));
    });
  }

  it('are not needed by the sandbox', async () => {
    const source = { environment: {}, readFile: async () => assert.fail('nothing is read') };
    const answer = await readSecrets({ kind: 'sandbox', account: 'sandbox-1' }, source);
    assert.ok(answer.ok);
  });
});
