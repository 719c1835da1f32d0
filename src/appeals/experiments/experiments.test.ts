import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import type { ValuePerVariant, ValueQuestion } from '../../giving/index.ts';
import { assert as sure } from '../../problems/index.ts';
import { readAsking, saveAppeal } from '../appeal-store.ts';
import { UNASSIGNED } from '../assignment.ts';
import { type AskingNewsroom, askingNewsroom } from '../testing/asking-newsroom.ts';
import { canonical, definitionHash, readDefinition } from './experiment.ts';
import { readExperiments, writeDefinition } from './experiment-store.ts';
import { createExperiments, type Experiments } from './experiments.ts';
import { LIBRARY } from './library.ts';

let asking: AskingNewsroom;
let experiments: Experiments;
let given: ValuePerVariant[] = [];
const asked: ValueQuestion[] = [];

before(async () => {
  asking = await askingNewsroom();
  experiments = createExperiments({
    db: asking.database.db,
    clock: asking.clock,
    zone: 'Europe/Berlin',
    currency: 'USD',
    capMinor: 20_000n,
    valuePerVariant: async (question) => {
      asked.push(question);
      return given;
    },
    flush: () => asking.appeals.flush(),
  });
});
after(() => asking.database.close());

const [hypothesis] = LIBRARY;
sure(hypothesis !== undefined, 'the library is not empty');
const request = {
  hypothesis,
  appealId: 'letter',
  words: {
    question: 'Who should speak?',
    hypothesis: 'A person brings more.',
    stopRule: 'After 8 weeks.',
  },
  by: 'desk',
};

const only = async () => {
  const [one] = await experiments.list();
  sure(one !== undefined, 'one experiment was started');
  return one;
};
const db = () => asking.database.db;

async function count(row: {
  day: string;
  variant: string;
  kind: string;
  total: number;
  placement?: string;
}) {
  await sql`
    insert into appeal_counts values (${row.day}, 'letter', ${row.variant}, 'en', ${row.placement ?? 'story'}, ${row.kind}, ${row.total})
    on conflict (day, appeal_id, variant_id, language, placement, kind) do update set total = appeal_counts.total + excluded.total
  `.execute(db());
}

const gifts = (variantId: string, times: number): ValuePerVariant => ({
  variantId,
  gifts: times,
  sum: BigInt(times) * 1000n,
  squares: BigInt(times) * 1_000_000n,
  uncapped: BigInt(times) * 1000n,
  otherCurrencies: 0,
  pledges: 0,
  cancelled: 0,
  undone: 0,
});

test('a start writes the definition down, deals the slots anew and counts from tomorrow; pressed twice it starts once', async () => {
  const before = (await readAsking(db())).appeals.find(({ id }) => id === 'letter');
  assert.deepEqual((await experiments.candidates())[0]?.variantIds, ['plain', 'desk']);
  assert.equal(await experiments.start(request), 'started');
  assert.equal(await experiments.start(request), 'already');
  const [, other] = LIBRARY;
  sure(other !== undefined, 'the library has more than one');
  assert.equal(await experiments.start({ ...request, hypothesis: other }), 'another-runs');
  assert.equal(await experiments.start({ ...request, appealId: 'nothing' }), 'no-variants');
  const { definition, state, steps, results } = await only();
  assert.deepEqual([state, results.days], ['running', 0]);
  assert.deepEqual(results.verdict, { kind: 'too-early', reason: 'days' });
  assert.equal(steps.find((step) => step.state === 'running')?.day?.toString(), '2026-11-26');
  const appeal = (await readAsking(db())).appeals.find(({ id }) => id === 'letter');
  assert.equal(appeal?.experimentKey, definition.key);
  assert.notEqual(appeal?.experimentKey, before?.experimentKey);
  assert.deepEqual(
    appeal?.variants.map(({ share }) => share),
    [50, 50],
  );
});

test('what was written down is frozen: another definition, a change, a deletion and a skipped state are refused', async () => {
  const { definition } = await only();
  const tx = <T>(
    work: Parameters<ReturnType<ReturnType<typeof db>['transaction']>['execute']>[0],
  ) => db().transaction().execute(work) as Promise<T>;
  const at = asking.clock.now();
  assert.equal(await tx((one) => writeDefinition(one, { definition, at })), 'same');
  const other = { ...definition, leastAsks: 100 };
  assert.equal(await tx((one) => writeDefinition(one, { definition: other, at })), 'changed');
  assert.equal((await only()).definition.leastAsks, hypothesis.leastAsks);
  for (const statement of [
    sql`update experiment set definition = '{}'`,
    sql`delete from experiment_step`,
    sql`truncate experiment, experiment_step`,
  ]) {
    await assert.rejects(statement.execute(db()), /is refused/);
  }
  await assert.rejects(
    sql`insert into experiment values ('forged', 'letter', '{}', sha256('{ }'), now())`.execute(
      db(),
    ),
    /definition_hash|check constraint/,
  );
  await assert.rejects(
    sql`insert into experiment_step values (${definition.key}, 4, 'decided', null, 'desk', 'me', '', now())`.execute(
      db(),
    ),
    /cannot be decided yet/,
  );
  assert.deepEqual(readDefinition(canonical(definition)), definition);
  const [kept] = await readExperiments(db());
  sure(kept !== undefined, 'it is kept');
  assert.ok(definitionHash(kept.definition).equals(definitionHash(definition)));
});

test('whole days are counted, and readers without a slot, frames and the day of the start are not', async () => {
  for (const variant of ['plain', 'desk']) {
    await count({ day: '2026-11-25', variant, kind: 'shown', total: 777 });
    await count({ day: '2026-11-26', variant, kind: 'shown', total: 30_000 });
    await count({ day: '2026-11-26', variant, kind: 'closed', total: 600 });
    await count({ day: '2026-12-10', variant, kind: 'shown', total: 555 });
    await count({
      day: '2026-11-27',
      variant: 'plain',
      kind: 'shown',
      total: 9000,
      placement: 'frame',
    });
    await count({
      day: '2026-11-27',
      variant: 'plain',
      kind: 'shown',
      total: 9000,
      placement: 'story-no-slot',
    });
  }
  given = [gifts('plain', 200), gifts('desk', 500)];
  asking.clock.set('2026-12-10T12:00:00Z');
  const { results } = await only();
  assert.equal(results.days, 14);
  assert.deepEqual(
    results.variants.map(({ counts }) => counts.asks),
    [30_000n, 30_000n],
  );
  const question = asked.at(-1);
  assert.equal(question?.from.toString(), '2026-11-25T23:00:00Z');
  assert.equal(question?.to.toString(), '2026-12-09T23:00:00Z');
  assert.equal(results.verdict.kind, 'more');
  assert.deepEqual(
    results.variants.map(({ lift }) => lift === null),
    [true, false],
  );
});

test('words that change while it runs void it', async () => {
  const appeal = (await readAsking(db())).appeals.find(({ id }) => id === 'letter');
  sure(appeal !== undefined, 'the letter is there');
  const save = (one: typeof appeal) =>
    db()
      .transaction()
      .execute((tx) => saveAppeal(tx, one, asking.clock));
  await save({ ...appeal, firstInterval: 'once' });
  assert.equal((await only()).results.verdict.kind, 'void-changed');
  await save({ ...appeal, priority: 7 });
  assert.equal((await only()).results.verdict.kind, 'more', 'a rank shows no other words');
});

test('stopped and decided, once each, and then it stands', async () => {
  const { definition } = await only();
  const key = { key: definition.key, by: 'desk' };
  const decision = { ...key, reason: 'it brings more', variantId: 'desk' };
  assert.equal(await experiments.decide(decision), 'not-running');
  assert.equal(await experiments.stop({ ...key, reason: 'known' }), 'done');
  assert.equal(await experiments.stop({ ...key, reason: 'again' }), 'not-running');
  asking.clock.set('2026-12-20T12:00:00Z');
  assert.equal((await only()).results.days, 14, 'days after it stopped count no more');
  assert.equal(await experiments.decide(decision), 'done');
  const { state, steps } = await only();
  assert.equal(state, 'decided');
  assert.deepEqual(
    steps.map((step) => step.state),
    ['draft', 'running', 'stopped', 'decided'],
  );
});

test('a gift of a reader without a slot counts for its appeal and for no variant', async () => {
  const knows = (appealId: string, variantId: string) =>
    asking.appeals.knowsAppeal({ appealId, variantId });
  assert.equal(await knows('letter', UNASSIGNED), true);
  assert.equal(await knows('made-up', UNASSIGNED), false);
  assert.equal(await knows('letter', 'made-up'), false);
  assert.equal(await knows('letter', 'desk'), true);
  given = [gifts('plain', 20), gifts(UNASSIGNED, 500)];
  assert.deepEqual(
    (await only()).results.variants.map(({ counts }) => counts.gifts),
    [20, 0],
  );
});
