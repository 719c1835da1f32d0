/** For tests: the demo newsroom with its own appeals in a fresh database, and the routes over them. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { ManualClock } from '../../calendar/index.ts';
import { type TestDatabase, testDatabase } from '../../database/testing/test-database.ts';
import { type Newsroom, readNewsroom } from '../../newsroom/index.ts';
import type { PageContent } from '../../page/index.ts';
import type { PlaceClass } from '../../safety/index.ts';
import { type Appeals, createAppeals } from '../appeals.ts';
import { importAppeals } from '../import-appeals.ts';
import { createAppealRoutes } from '../routes.ts';

export const NOON = '2026-11-25T12:00:00Z';

export async function demoFile(name: string): Promise<string> {
  return readFile(new URL(`../../../demo/${name}`, import.meta.url), 'utf8');
}

export async function demoNewsroom(): Promise<Newsroom> {
  const reading = readNewsroom(await demoFile('newsroom.yaml'));
  assert.ok(reading.ok, 'the demo newsroom is sound');
  return reading.newsroom;
}

export interface AskingNewsroom {
  readonly database: TestDatabase;
  readonly clock: ManualClock;
  readonly newsroom: Newsroom;
  readonly appeals: Appeals;
  readonly problems: unknown[];
  readonly place: { class: PlaceClass };
  readonly payable: { now: boolean };
  /** The last page that was rendered. */
  readonly rendered: PageContent[];
  send(path: string, options?: RequestInit): Promise<Response>;
}

export async function askingNewsroom(): Promise<AskingNewsroom> {
  const database = await testDatabase();
  const clock = new ManualClock(NOON);
  const newsroom = await demoNewsroom();
  const source = await demoFile('appeals.yaml');
  await importAppeals({ db: database.db, clock, source, zone: newsroom.zone });
  const problems: unknown[] = [];
  const payable = { now: true };
  const appeals = createAppeals({
    db: database.db,
    clock,
    newsroom,
    isPayable: () => payable.now,
    onProblem: (error) => problems.push(error),
  });
  const place: { class: PlaceClass } = { class: 'safe' };
  const rendered: PageContent[] = [];
  const app = createAppealRoutes({
    appeals,
    decidePlace: () => ({ class: place.class, tor: false }),
    render: (content) => {
      rendered.push(content);
      return new Response(String(content.body), { status: content.status ?? 200 });
    },
  });
  return {
    database,
    clock,
    newsroom,
    appeals,
    problems,
    place,
    payable,
    rendered,
    send: async (path, options) => app.request(path, options),
  };
}
