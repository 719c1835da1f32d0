import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ManualClock } from '../calendar/index.ts';
import { FinishedPages } from './finished-pages.ts';

const START = '2026-11-25T12:00:00Z';
const page = (text: string) => async () =>
  new Response(text, { headers: { 'content-type': 'text/plain' } });
const textOf = (made: Awaited<ReturnType<FinishedPages['get']>>) =>
  new TextDecoder().decode(made?.bodies.identity);

describe('kept pages', () => {
  test('are made once for all who wait, and asked for at most once a second', async () => {
    const clock = new ManualClock(START);
    let made = 0;
    let asked = 0;
    const pages = new FinishedPages({
      clock,
      revision: async () => {
        asked += 1;
        return 1n;
      },
    });
    const make = async () => {
      made += 1;
      return new Response(`page ${made}`);
    };
    const all = await Promise.all(Array.from({ length: 50 }, () => pages.get('a', make)));
    assert.deepEqual(new Set(all.map(textOf)), new Set(['page 1']));
    clock.advance({ milliseconds: 999 });
    await pages.get('a', make);
    assert.deepEqual([made, asked], [1, 1]);
    clock.advance({ milliseconds: 1 });
    await pages.get('a', make);
    assert.deepEqual([made, asked], [1, 2]);
  });

  test('are forgotten when the revision rises', async () => {
    const clock = new ManualClock(START);
    let revision = 1n;
    const pages = new FinishedPages({ clock, revision: async () => revision });
    await pages.get('a', page('old'));
    revision = 2n;
    clock.advance({ seconds: 1 });
    assert.equal(textOf(await pages.get('a', page('new'))), 'new');
  });

  test('a page made while the revision rose is sent but not kept', async () => {
    const clock = new ManualClock(START);
    let revision = 1n;
    const pages = new FinishedPages({ clock, revision: async () => revision });
    const slow = pages.get('a', async () => {
      revision = 2n;
      clock.advance({ seconds: 1 });
      await pages.get('b', page('b'));
      return new Response('made of old data');
    });
    assert.equal(textOf(await slow), 'made of old data');
    assert.equal(textOf(await pages.get('a', page('new'))), 'new');
  });

  test('nothing found is not kept, and a failure neither', async () => {
    const pages = new FinishedPages({ clock: new ManualClock(START), revision: async () => 1n });
    assert.equal(await pages.get('a', async () => undefined), undefined);
    await assert.rejects(
      pages.get('a', async () => {
        throw new Error('no');
      }),
    );
    assert.equal(textOf(await pages.get('a', page('found'))), 'found');
  });

  test('memory is bounded: the oldest go', async () => {
    const pages = new FinishedPages({
      clock: new ManualClock(START),
      revision: async () => 1n,
      bytesLimit: 1000,
    });
    for (let number = 0; number < 50; number += 1)
      await pages.get(`k${number}`, page('x'.repeat(100)));
    assert.equal(pages.peek('k0'), undefined);
    assert.ok(pages.peek('k49') !== undefined);
  });

  test('without a database and without copies it is an error, not an empty page', async () => {
    const pages = new FinishedPages({
      clock: new ManualClock(START),
      revision: async () => {
        throw new Error('down');
      },
    });
    await assert.rejects(pages.get('a', page('x')), /down/);
  });
});
