import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { ManualClock } from '../../calendar/index.ts';
import { type TestDatabase, testDatabase } from '../../database/testing/test-database.ts';
import { SHIPPED_LISTED_COUNTRIES } from '../listed-countries.ts';
import { Listing } from './listing-store.ts';

let t: TestDatabase;
before(async () => {
  t = await testDatabase();
});
after(() => t.close());

const clock = new ManualClock('2026-11-25T12:00:00Z');
const file = [{ country: 'TR', reason: 'the newsroom says so', since: '2026-01-01' }];
const process = () => new Listing({ db: t.db, clock, file });
const act = (country: string, by = 'one') => ({
  actId: randomUUID(),
  country,
  by,
  reason: 'they say so',
});

describe('listed countries', () => {
  it('ships each with a reason, a source and the day it was looked at', () => {
    for (const row of SHIPPED_LISTED_COUNTRIES) {
      assert.match(row.country, /^[A-Z]{2}$/);
      assert.ok(row.reason.length > 20 && row.source.length > 8, row.country);
      assert.match(row.reviewed, /^20\d\d-\d\d-\d\d$/);
    }
    assert.deepEqual(process().codes(), ['BY', 'CN', 'HK', 'IR', 'MM', 'NI', 'RU', 'TR']);
  });

  it('are added by one, at once here and with the next look elsewhere', async () => {
    const here = process();
    const there = process();
    await here.add({ ...act('KZ'), source: 'example.org 2026-11-20' });
    assert.ok(here.set().has('KZ'));
    assert.ok(!there.set().has('KZ'));
    await there.look();
    assert.ok(there.set().has('KZ'));
  });

  it('C14.2: are taken away by two, within ten minutes, for thirty days at most', async () => {
    const desk = process();
    assert.equal(await desk.askRemoval({ ...act('NI'), days: null }), 'end');
    assert.equal(await desk.askRemoval({ ...act('NI'), days: 31 }), 'end');
    assert.equal(await desk.askRemoval({ ...act('DE'), days: 3 }), 'not-listed');
    assert.equal(await desk.askRemoval({ ...act('TR'), days: 3 }), 'in-file');
    const late = act('NI');
    assert.equal(await desk.askRemoval({ ...late, days: 3 }), 'ok');
    clock.advance({ minutes: 10 });
    const confirm = (askedIn: string, by: string) =>
      desk.confirmRemoval({ actId: randomUUID(), country: 'NI', by, askedIn });
    assert.equal(await confirm(late.actId, 'two'), 'gone');
    const wish = act('NI');
    assert.equal(await desk.askRemoval({ ...wish, days: 3 }), 'ok');
    assert.equal(await confirm(wish.actId, 'one'), 'same-person');
    assert.equal(await confirm(randomUUID(), 'two'), 'gone');
    assert.ok(desk.set().has('NI'), 'a wish changes nothing');
    assert.equal(await confirm(wish.actId, 'two'), 'ok');
    assert.ok(!desk.set().has('NI'));
    assert.equal(await confirm(wish.actId, 'three'), 'gone', 'once');
    clock.advance({ hours: 71 });
    await desk.look();
    assert.ok(!desk.set().has('NI'));
    clock.advance({ hours: 1 });
    await desk.look();
    assert.ok(desk.set().has('NI'), 'listed again by itself');
  });

  it('two confirmations at once make one removal, and adding ends what was agreed', async () => {
    const desks = [process(), process(), process()];
    const wish = act('MM');
    await process().askRemoval({ ...wish, days: 5 });
    const answers = await Promise.all(
      desks.map((desk, at) =>
        desk.confirmRemoval({
          actId: randomUUID(),
          country: 'MM',
          by: `other ${at}`,
          askedIn: wish.actId,
        }),
      ),
    );
    assert.deepEqual(answers.toSorted(), ['gone', 'gone', 'ok']);
    const desk = process();
    await desk.look();
    assert.ok(!desk.set().has('MM'));
    await desk.add({ ...act('MM'), source: 'example.org today' });
    assert.ok(desk.set().has('MM'));
  });

  it('keeps every decision: no row is changed or deleted', async () => {
    await assert.rejects(t.db.deleteFrom('listing_act').execute(), /stays written/);
    await assert.rejects(
      t.db.updateTable('listing_act').set({ reason: 'no longer' }).execute(),
      /stays written/,
    );
  });
});
