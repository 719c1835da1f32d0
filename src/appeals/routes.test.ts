import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { sql } from 'kysely';
import { PlainDate } from '../calendar/index.ts';
import type { NoteAnswer } from './answer.ts';
import { saveAppeal, setSwitch } from './appeal-store.ts';
import { variantPosition } from './assignment.ts';
import { type AppealCountsRow, countsPerAppeal } from './counters.ts';
import { readAppealsFile } from './import-appeals.ts';
import { noteAtOnce } from './note-response.ts';
import { type AskingNewsroom, askingNewsroom, demoFile, NOON } from './testing/asking-newsroom.ts';

const asking: AskingNewsroom = await askingNewsroom();
const { database, clock, appeals, place, send } = asking;
after(() => database.close());
beforeEach(async () => {
  place.class = 'safe';
  asking.payable.now = true;
  clock.set(NOON);
  await appeals.flush();
  await sql`delete from appeal_counts`.execute(database.db);
});

const body = async (path: string, headers: Record<string, string> = {}): Promise<Buffer> =>
  Buffer.from(await (await send(path, { headers })).arrayBuffer());

const answerOf = async (path: string): Promise<NoteAnswer> =>
  JSON.parse((await body(path)).toString('utf8'));

async function counted(): Promise<AppealCountsRow[]> {
  await appeals.flush();
  const day = PlainDate.from('2026-11-25');
  return countsPerAppeal(database.db, { from: day, to: day });
}

/** An empty 204 that no cache keeps and that tells nothing, not even of what. */
function assertSilent(response: Response): void {
  assert.equal(response.status, 204);
  assert.equal(response.body, null);
  assert.equal(response.headers.get('cache-control'), 'no-store');
  for (const name of ['set-cookie', 'vary', 'content-type', 'content-encoding', 'etag']) {
    assert.equal(response.headers.get(name), null);
  }
}

describe('GET /note', () => {
  test('safe: 200 and no-store; the same bytes for every reader, slot and repeat', async () => {
    const first = await send('/note?language=en');
    assert.equal(first.status, 200);
    assert.equal(first.headers.get('cache-control'), 'no-store');
    assert.equal(first.headers.get('set-cookie'), null);
    assert.equal(first.headers.get('vary'), null);
    const bytes = Buffer.from(await first.arrayBuffer());
    for (const path of [
      '/note?language=en&slot=3',
      '/note?slot=99&language=en',
      '/note?language=EN-gb',
    ]) {
      assert.deepEqual(await body(path), bytes);
    }
    const zipped = await body('/note?language=en', { 'accept-encoding': 'gzip, br' });
    assert.deepEqual(brotliDecompressSync(zipped), bytes);
    assert.deepEqual(
      gunzipSync(await body('/note?language=en', { 'accept-encoding': 'gzip' })),
      bytes,
    );
  });

  for (const silent of ['listed', 'unknown'] as const) {
    test(`${silent}: an empty 204, no-store, no cookie, no Vary, before and after a safe reader`, async () => {
      for (const next of [silent, 'safe', silent] as const) {
        place.class = next;
        const response = await send('/note?language=en&slot=5');
        if (next === 'safe') continue;
        assert.equal(response.status, 204);
        assert.equal(await response.text(), '');
        assertSilent(response);
      }
    });
  }

  test('a language without text is silence, never another language', async () => {
    for (const language of ['de', '', 'x'.repeat(5000), '../en', 'constructor']) {
      const response = await send(`/note?language=${encodeURIComponent(language)}`);
      assert.equal(response.status, 204, language.slice(0, 20));
    }
    assert.equal((await send('/note')).status, 204);
    assert.equal((await answerOf('/note?language=ar-EG')).direction, 'rtl');
  });

  test('the answer keeps to its budget, and every place in it is filled', async () => {
    for (const language of ['en', 'ru', 'ar']) {
      const packed = await body(`/note?language=${language}`, { 'accept-encoding': 'br' });
      console.log(`answer in ${language}: ${packed.length} bytes brotli`);
      assert.ok(packed.length <= 4096);
      const answer = await answerOf(`/note?language=${language}`);
      const shown = JSON.stringify(answer).replace('{date}', '');
      assert.doesNotMatch(shown, /\{[a-z]+\}/);
      for (const variant of answer.appeals[0]?.variants ?? []) {
        // It must fit into the kept space.
        assert.ok(variant.lead.length <= 80);
      }
    }
  });
});

describe('at once', () => {
  const asked = { method: 'GET', target: '/note?language=en&slot=5', acceptEncoding: 'gzip, br' };

  test('the same bytes and headers as the route, without Request and Response', async () => {
    const response = await send(asked.target, { headers: { 'accept-encoding': 'gzip, br' } });
    const atOnce = noteAtOnce(appeals, asked, () => true);
    assert.equal(atOnce?.status, 200);
    assert.deepEqual(Buffer.from(atOnce?.body ?? []), Buffer.from(await response.arrayBuffer()));
    assert.deepEqual(atOnce?.headers, Object.fromEntries(response.headers));
    for (const target of [
      '/note?slot=5&language=en',
      '/note?language=%65n&slot=5',
      '/note?language=en&x=1',
    ]) {
      assert.deepEqual(
        noteAtOnce(appeals, { ...asked, target }, () => true),
        atOnce,
        target,
      );
    }
    const silent = noteAtOnce(appeals, asked, () => false);
    assert.equal(silent?.status, 204);
    assert.equal(silent?.headers['cache-control'], 'no-store');
    assert.equal(silent?.body, null);
    assert.equal(noteAtOnce(appeals, { ...asked, target: '/note' }, () => true)?.status, 204);
  });

  test('other requests, and answers that have grown old, are the route’s', () => {
    const never = () => assert.fail('no place is decided for another address');
    for (const target of ['/note.js', '/note/frame/en', '/notes', '/', '//note?language=en']) {
      assert.equal(noteAtOnce(appeals, { ...asked, target }, never), undefined, target);
    }
    assert.equal(noteAtOnce(appeals, { ...asked, method: 'HEAD' }, never), undefined);
    clock.advance({ seconds: 4 });
    assert.equal(noteAtOnce(appeals, asked, never), undefined);
  });
});

describe('a change is seen', () => {
  test('a stop works within seconds, for element and frame, and so does its end', async () => {
    const off = { name: 'all', isOn: false, reason: 'a test' } as const;
    assert.equal((await send('/note?language=en')).status, 200);
    await setSwitch(database.db, off, clock);
    clock.advance({ seconds: 3 });
    assert.equal((await send('/note?language=en')).status, 204);
    assert.equal((await send('/note/frame/en')).status, 204);
    await setSwitch(database.db, { ...off, isOn: true }, clock);
    clock.advance({ seconds: 3 });
    assert.equal((await send('/note?language=en')).status, 200);
  });

  test('one channel can be stopped alone', async () => {
    await setSwitch(database.db, { name: 'frame', isOn: false, reason: 'a test' }, clock);
    clock.advance({ seconds: 3 });
    assert.equal((await send('/note?language=en')).status, 200);
    assert.equal((await send('/note/frame/en')).status, 204);
    await setSwitch(database.db, { name: 'frame', isOn: true, reason: 'a test' }, clock);
    clock.advance({ seconds: 3 });
    assert.equal((await send('/note/frame/en')).status, 200);
  });

  test('no live processor for the currency: silence', async () => {
    asking.payable.now = false;
    clock.advance({ seconds: 3 });
    assert.equal((await send('/note?language=en')).status, 204);
  });

  test('a schedule starts and ends at its very second, without anybody touching the database', async () => {
    const [letter] = readAppealsFile(await demoFile('appeals.yaml'), { zone: 'Europe/Berlin' });
    assert.ok(letter);
    const start = clock.now().add({ seconds: 60 });
    const end = start.add({ seconds: 60 });
    const scheduled = {
      ...letter,
      startMs: start.epochMilliseconds,
      endMs: end.epochMilliseconds,
    };
    await database.db.transaction().execute((tx) => saveAppeal(tx, scheduled, clock));
    const at = async (moment: typeof start) => {
      clock.set(moment);
      return (await send('/note?language=en')).status;
    };
    assert.equal(await at(start.subtract({ milliseconds: 1 })), 204);
    assert.equal(await at(start), 200);
    assert.equal(await at(end.subtract({ milliseconds: 1 })), 200);
    assert.equal(await at(end), 204);
    await database.db.transaction().execute((tx) => saveAppeal(tx, letter, clock));
  });

  test('a text without a signature is not shown, nor one with an open place', async () => {
    const hidden = async (change: ReturnType<typeof sql>) => {
      await change.execute(database.db);
      clock.advance({ seconds: 3 });
      return (await send('/note?language=en')).status;
    };
    assert.equal(
      await hidden(
        sql`update appeal_texts set signed_off_by = null where language = 'en' and variant_id = 'desk'`,
      ),
      204,
    );
    assert.equal(
      await hidden(sql`update appeal_texts set signed_off_by = 'M.' where language = 'en'`),
      200,
    );
    assert.equal(
      await hidden(
        sql`update appeal_texts set lead = 'From {sum}' where language = 'en' and variant_id = 'plain'`,
      ),
      204,
    );
    assert.equal(
      await hidden(sql`update appeal_texts set lead = 'Words' where language = 'en'`),
      200,
    );
  });

  test('a database that hangs holds nobody for long, and is seen again when it answers', async () => {
    await send('/note?language=en');
    await database.db.transaction().execute(async (tx) => {
      await sql`lock table appeal_revision in access exclusive mode`.execute(tx);
      clock.advance({ seconds: 3 });
      const waiting = send('/note?language=en');
      clock.advance({ milliseconds: 1_000 });
      // Would never come back before the lock is given up.
      assert.equal((await send('/note?language=en')).status, 200);
      await sql`update appeal_texts set signed_off_by = null where language = 'en'`.execute(tx);
      return { waiting };
    });
    clock.advance({ seconds: 3 });
    await appeals.answers.refresh();
    clock.advance({ seconds: 3 });
    assert.equal((await send('/note?language=en')).status, 204);
    await sql`update appeal_texts set signed_off_by = 'M.' where language = 'en'`.execute(
      database.db,
    );
    clock.advance({ seconds: 3 });
    assert.equal((await send('/note?language=en')).status, 200);
  });

  test('when the database cannot be asked, the last good answers stay', async () => {
    await send('/note?language=en');
    await sql`alter table appeal_revision rename to appeal_revision_gone`.execute(database.db);
    clock.advance({ seconds: 10 });
    assert.equal((await send('/note?language=en')).status, 200);
    assert.equal(asking.problems.length, 1);
    await sql`alter table appeal_revision_gone rename to appeal_revision`.execute(database.db);
  });
});

describe('the database refuses', () => {
  const refused = async (statement: ReturnType<typeof sql>) =>
    assert.rejects(statement.execute(database.db), /check constraint|violates/);

  test('reversed schedules, caps above the ceiling, leads that do not fit', async () => {
    await refused(sql`update appeals set starts_at = '2027-01-02', ends_at = '2027-01-01'`);
    await refused(sql`update appeals set cap = 9`);
    await refused(sql`update appeal_texts set lead = ${'x'.repeat(81)}`);
    await refused(
      sql`insert into appeal_counts values ('2026-01-01', 'a', 'b', 'en', 'story', 'person', 1)`,
    );
  });
});

describe('GET /note/frame', () => {
  test('the control variant, with links that lead out, no script, no form without an address', async () => {
    const response = await send('/note/frame/ru');
    assert.equal(response.status, 200);
    const text = await response.text();
    const answer = await answerOf('/note?language=ru');
    assert.ok(text.includes(answer.appeals[0]?.variants[0]?.lead ?? '?'));
    assert.ok(!text.includes(answer.appeals[0]?.variants[1]?.lead ?? '?'));
    assert.match(
      text,
      /href="\/support\?language=ru&amp;every=month&amp;currency=USD&amp;appeal=letter&amp;variant=unassigned"/,
    );
    assert.match(text, /href="\/later\?language=ru"/);
    assert.doesNotMatch(text, /<script|onclick|javascript:/i);
    assert.equal(asking.rendered.at(-1)?.kind, 'bare');
  });

  test('silence for listed, unknown, and a language nobody wrote', async () => {
    assert.equal((await send('/note/frame/de')).status, 204);
    for (const silent of ['listed', 'unknown'] as const) {
      place.class = silent;
      for (const path of ['/note/frame/en', '/note/frame/en?closed']) {
        const response = await send(path);
        assert.equal(response.status, 204);
        assertSilent(response);
      }
    }
  });

  test('an appeal with lists is not for a frame, which knows no section', async () => {
    await sql`update appeals set exclude = array['games']`.execute(database.db);
    clock.advance({ seconds: 3 });
    assert.equal((await send('/note?language=en')).status, 200);
    assert.equal((await send('/note/frame/en')).status, 204);
    await sql`update appeals set exclude = '{}'`.execute(database.db);
  });
});

describe('counting', () => {
  const told = {
    appeal: 'letter',
    variant: 'plain',
    language: 'en',
    placement: 'story',
    kind: 'opened',
  };
  const tell = (message: unknown) =>
    send('/note/count', { method: 'POST', body: JSON.stringify(message) });

  test('what is shown is counted by the request, by the variant of its slot', async () => {
    const {
      appeals: [letter],
    } = await answerOf('/note?language=en');
    assert.ok(letter);
    await appeals.flush();
    await sql`delete from appeal_counts`.execute(database.db);
    const expected = new Map<string, bigint>();
    for (let slot = 0; slot < 100; slot += 3) {
      await send(`/note?language=en&slot=${slot}`);
      const id = letter.variants[variantPosition(letter, slot)]?.id ?? '';
      expected.set(id, (expected.get(id) ?? 0n) + 1n);
    }
    for (const slot of ['100', '-1', '1e1', '07x', ''])
      await send(`/note?language=en&slot=${slot}`);
    const rows = await counted();
    for (const [variantId, total] of expected) {
      const row = rows.find((one) => one.variantId === variantId && one.placement === 'story');
      assert.equal(row?.counts.shown, total);
    }
    const withoutSlot = rows.filter((row) => row.placement === 'story-no-slot');
    assert.deepEqual(
      withoutSlot.map((row) => [row.variantId, row.counts.shown]),
      [['plain', 5n]],
      'no slot is always the control',
    );
  });

  test('taps are added up, over several writes, and the frame’s own counts stand apart', async () => {
    for (const kind of ['opened', 'opened', 'closed', 'postponed', 'followed']) {
      assert.equal((await tell({ ...told, kind })).status, 204);
      await appeals.flush();
    }
    await send('/note/frame/en');
    await send('/note/frame/en?closed');
    const rows = await counted();
    assert.deepEqual(rows, [
      {
        appealId: 'letter',
        variantId: 'plain',
        placement: 'frame',
        counts: { shown: 1n, opened: 0n, closed: 1n, postponed: 0n, followed: 0n },
      },
      {
        appealId: 'letter',
        variantId: 'plain',
        placement: 'story',
        counts: { shown: 0n, opened: 2n, closed: 1n, postponed: 1n, followed: 1n },
      },
    ]);
  });

  test('bad input gets a 4xx, unknown ids and other places are ignored, nothing is ever a 500', async () => {
    assert.equal((await tell({ ...told, kind: 'shown' })).status, 400, 'nobody claims a showing');
    assert.equal((await tell({ ...told, person: 'x' })).status, 400);
    assert.equal((await tell('x'.repeat(400))).status, 413);
    assert.equal((await tell({ ...told, appeal: 'another' })).status, 204);
    assert.equal((await tell({ ...told, variant: 'another' })).status, 204);
    assert.equal((await tell({ ...told, language: 'de' })).status, 204);
    for (const site of ['cross-site', 'same-site', 'none']) {
      const headers = { 'sec-fetch-site': site };
      await send('/note/count', { method: 'POST', headers, body: JSON.stringify(told) });
    }
    place.class = 'listed';
    assert.equal((await tell(told)).status, 204);
    assert.deepEqual(await counted(), []);
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async (text) => {
        const response = await send('/note/count', { method: 'POST', body: text });
        assert.ok(response.status === 400 || response.status === 413);
      }),
      { numRuns: 50 },
    );
  });

  test('a flood costs the database nothing until the minute is over, and then one row', async () => {
    await send('/note?language=en');
    await appeals.flush();
    await sql`delete from appeal_counts`.execute(database.db);
    // With the tables gone, any touch of the database would fail aloud.
    await sql`alter table appeal_counts rename to appeal_counts_gone`.execute(database.db);
    await sql`alter table appeal_revision rename to appeal_revision_gone`.execute(database.db);
    const problemsBefore = asking.problems.length;
    for (let times = 0; times < 3_000; times++) {
      const message = times % 2 === 0 ? told : { ...told, appeal: `made-up-${times}` };
      assert.equal((await tell(message)).status, 204);
    }
    assert.equal(asking.problems.length, problemsBefore);
    await sql`alter table appeal_counts_gone rename to appeal_counts`.execute(database.db);
    await sql`alter table appeal_revision_gone rename to appeal_revision`.execute(database.db);
    const [row, ...more] = await counted();
    assert.equal(row?.counts.opened, 1_500n);
    assert.deepEqual(more, []);
  });

  test('a write that fails loses nothing', async () => {
    await tell(told);
    await sql`alter table appeal_counts rename to appeal_counts_gone`.execute(database.db);
    await assert.rejects(appeals.flush());
    await sql`alter table appeal_counts_gone rename to appeal_counts`.execute(database.db);
    await tell(told);
    assert.equal((await counted())[0]?.counts.opened, 2n);
  });

  test('a count belongs to the newsroom’s day, and a mark is known for ever', async () => {
    clock.set('2026-11-24T23:30:00Z');
    await tell(told);
    clock.set('2026-11-24T22:30:00Z');
    await tell(told);
    await appeals.flush();
    const { rows } = await sql<{ day: PlainDate; total: bigint }>`
      select day, total from appeal_counts order by day`.execute(database.db);
    assert.deepEqual(
      rows.map((row) => [row.day.toString(), row.total]),
      [
        ['2026-11-24', 1n],
        ['2026-11-25', 1n],
      ],
    );
    assert.equal(await appeals.knowsAppeal({ appealId: 'letter', variantId: 'plain' }), true);
    assert.equal(await appeals.knowsAppeal({ appealId: 'letter', variantId: 'x' }), false);
  });
});
