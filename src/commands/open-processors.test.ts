/** A newsroom file with accounts at companies, as an operator writes it, and what is said about a wrong one. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Scratch, scratchFolder } from '../backup/testing/backed-up-world.ts';
import { ManualClock } from '../calendar/index.ts';
import { testDatabase } from '../database/testing/test-database.ts';
import { type Ran, runTuppence } from './testing/run-tuppence.ts';

const database = await testDatabase();
const clock = new ManualClock('2026-11-25T10:00:00Z');
const PRACTICE = '    - { kind: sandbox, account: sandbox-1 }';
const ORIGIN = 'origin: https://news.example\n';
const PAYPAL =
  '    - { kind: paypal, account: paypal-1, mode: test, client_id: a-client-id-01, webhook_id: WH-0001 }';
const SECRET = 'a-client-secret-that-nobody-sees';
const GIVEN = { TUPPENCE_PAYPAL_1_CLIENT_SECRET: SECRET };

let scratch: Scratch;
let demo: string;
before(async () => {
  scratch = await scratchFolder();
  demo = await readFile(join(import.meta.dirname, '..', '..', 'demo', 'newsroom.yaml'), 'utf8');
});
after(async () => {
  await scratch.remove();
  await database.close();
});

/** `start --only workers` with these entries: it refuses before it works. */
async function start(
  entries: string,
  environment: Record<string, string>,
  origin = ORIGIN,
): Promise<Ran> {
  const newsroomFile = join(scratch.folder, 'newsroom.yaml');
  await writeFile(newsroomFile, origin + demo.replace(PRACTICE, entries));
  return await runTuppence(
    {
      url: database.url,
      clock,
      dataDirectory: join(scratch.folder, 'data'),
      newsroomFile,
      environment: { ...environment, TUPPENCE_ORIGIN: 'https://news.example' },
    },
    ['start', '--only', 'workers'],
  );
}

async function lineOf(words: string): Promise<number> {
  const text = await readFile(join(scratch.folder, 'newsroom.yaml'), 'utf8');
  const at = text.split('\n').findIndex((line) => line.includes(words));
  assert.ok(at >= 0);
  return at + 1;
}

describe('accounts at companies', () => {
  const refused: readonly (readonly [
    what: string,
    entries: string,
    environment: Record<string, string>,
    line: string,
    says: RegExp,
  ])[] = [
    ['a missing secret', PAYPAL, {}, 'paypal-1', /TUPPENCE_PAYPAL_1_CLIENT_SECRET is missing/],
    [
      'a secret that is cut short',
      PAYPAL,
      { TUPPENCE_PAYPAL_1_CLIENT_SECRET: 'tiny-1' },
      'paypal-1',
      /TUPPENCE_PAYPAL_1_CLIENT_SECRET: The client secret is missing or cut short/,
    ],
    [
      'the client id in place of the secret',
      PAYPAL,
      { TUPPENCE_PAYPAL_1_CLIENT_SECRET: 'a-client-id-01' },
      'paypal-1',
      /The client id stands where the client secret belongs/,
    ],
    [
      'a key of the other mode',
      '    - { kind: stripe, account: stripe-1, mode: live, page: hosted }',
      {
        TUPPENCE_STRIPE_1_SECRET_KEY: `rk_test_${SECRET.replaceAll('-', '')}`,
        TUPPENCE_STRIPE_1_WEBHOOK_SECRET: 'whsec_0000000000000000',
      },
      'stripe-1',
      /TUPPENCE_STRIPE_1_SECRET_KEY: The key is of mode test, but the mode is live/,
    ],
    [
      'a currency the company does not take',
      PAYPAL.replace('mode: test', 'mode: test, currencies: [UAH]'),
      GIVEN,
      'paypal-1',
      /UAH/,
    ],
    [
      'an amount outside the newsroom’s own',
      PAYPAL.replace('mode: test', 'mode: test, minimum: { USD: 1 }'),
      GIVEN,
      'paypal-1',
      /minimum/,
    ],
  ];
  for (const [what, entries, environment, words, says] of refused) {
    it(`are refused at start for ${what}, with the line to change`, async () => {
      const ran = await start(entries, environment);
      assert.equal(ran.code, 1, ran.printed);
      assert.match(ran.complained, says);
      assert.match(ran.complained, new RegExp(`newsroom\\.yaml.*line ${await lineOf(words)}`, 's'));
      for (const value of Object.values(environment)) {
        assert.ok(!`${ran.printed}${ran.complained}`.includes(value), 'a secret is never said');
      }
    });
  }

  it('need to know where supporters come back to', async () => {
    const ran = await start(PAYPAL, GIVEN, '');
    assert.equal(ran.code, 1);
    assert.match(ran.complained, /origin.*is missing/);
  });

  it('tell all that is wrong at once', async () => {
    const two = `${PAYPAL}\n${PAYPAL.replaceAll('paypal-1', 'paypal-2')}`;
    const ran = await start(two, {});
    assert.match(ran.complained, /TUPPENCE_PAYPAL_1_.*\n.*TUPPENCE_PAYPAL_2_/);
  });
});
