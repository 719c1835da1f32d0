import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import fc from 'fast-check';
import { ManualClock } from '../calendar/index.ts';
import { INTERFACE_LANGUAGES } from '../language/index.ts';
import { readNewsroom } from '../newsroom/index.ts';
import type { PageContent } from '../page/index.ts';
import type { PlaceClass } from '../safety/index.ts';
import { createReminderRoutes } from './routes.ts';

const reading = readNewsroom(
  await readFile(new URL('../../demo/newsroom.yaml', import.meta.url), 'utf8'),
);
assert.ok(reading.ok);
const { newsroom } = reading;
const clock = new ManualClock('2026-11-25T12:00:00Z');
const place: { class: PlaceClass } = { class: 'safe' };
let last: PageContent | undefined;
const app = createReminderRoutes({
  clock,
  random: { bytes: (length) => new Uint8Array(length), uuid: () => '7-7-7' },
  newsroom,
  decidePlace: () => ({ class: place.class, tor: false }),
  render: (content) => {
    last = content;
    return new Response(String(content.body), { status: content.status ?? 200 });
  },
});

async function get(path: string): Promise<{ status: number; text: string; headers: Headers }> {
  const response = await app.request(`http://lantern.example${path}`);
  return { status: response.status, text: await response.text(), headers: response.headers };
}

test('the page offers the choices, keeps a neutral title, and fills in what the link says', async () => {
  const { status, text } = await get('/later?language=en&when=pay-day&day=28');
  assert.equal(status, 200);
  assert.equal(last?.title, 'Later');
  assert.equal(last?.kind, 'private');
  assert.match(text, /id="when-pay-day" name="when" value="pay-day" checked/);
  assert.match(text, /value="28"/);
  assert.match(text, /<form method="get" action="\/later\.ics">/);
  assert.match(text, /id="title-neutral" name="title" value="neutral" checked/);
});

for (const [query, start] of [
  ['when=evening', '20261125T190000'],
  ['when=month', '20261225'],
  ['when=pay-day&day=31', '20261130'],
  ['when=pay-day&day=1', '20261201'],
  ['when=date&date=2027-02-28', '20270228'],
] as const) {
  test(`${query} is a file, and nothing is stored`, async () => {
    const { status, text, headers } = await get(`/later.ics?language=en&${query}`);
    assert.equal(status, 200);
    assert.equal(headers.get('content-type'), 'text/calendar; charset=utf-8');
    assert.equal(headers.get('content-disposition'), 'attachment; filename="reminder.ics"');
    assert.equal(headers.get('cache-control'), 'no-store');
    assert.equal(headers.get('set-cookie'), null);
    assert.match(text, new RegExp(`\r\nDTSTART[^:]*:${start}\r\n`));
    assert.match(text, /\r\nSUMMARY:Reminder\r\n/);
    assert.doesNotMatch(text, /Lantern|URL:|example/i);
  });
}

test('title and address only as chosen; never text from the link', async () => {
  const chosen = await get('/later.ics?language=ru&when=month&title=newsroom&link=on');
  assert.match(chosen.text, /\r\nSUMMARY:The Lantern\r\n/);
  assert.match(chosen.text, /\r\nURL:http:\/\/lantern\.example\/support\?language=ru\r\n/);
  const forged = await get('/later.ics?language=%0D%0AX:1&when=month&link=on');
  assert.match(forged.text, /\r\nURL:http:\/\/lantern\.example\/support\?language=en\r\n/);
});

for (const [query, field, sentence] of [
  ['', 'when-evening', 'Choose when to be reminded.'],
  ['when=never', 'when-evening', 'Choose when to be reminded.'],
  ['when=pay-day&day=32', 'pay-day-of', 'Choose a day of the month, 1 to 31.'],
  ['when=pay-day&day=', 'pay-day-of', 'Choose a day of the month, 1 to 31.'],
  ['when=date&date=2026-11-25', 'date', 'Choose a day after today, within a year.'],
  ['when=date&date=2027-11-26', 'date', 'Choose a day after today, within a year.'],
  ['when=date&date=2027-02-30', 'date', 'Choose a day after today, within a year.'],
  ['when=date&date=%00', 'date', 'Choose a day after today, within a year.'],
  ['when=month&title=free', 'title-neutral', 'Choose one of the two titles.'],
] as const) {
  test(`"${query}" gets the page back, with the field named and what was typed`, async () => {
    const { status, text } = await get(`/later.ics?language=en&${query}`);
    assert.equal(status, 422);
    assert.equal(last?.title, 'Error: Later');
    assert.ok(text.includes(`<a href="#${field}">${sentence}</a>`));
    assert.ok(text.includes(`id="${field}"`), 'the summary leads to a field');
    assert.ok(text.includes(`id="${field}-error"`));
    const typed = new URLSearchParams(query).get('date') ?? '';
    if (typed.startsWith('20')) assert.ok(text.includes(`value="${typed}"`));
  });
}

test('whatever is asked: a file, a page, or a kind refusal, and markup is escaped', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(
        fc.constantFrom('when', 'day', 'date', 'title', 'link', 'language'),
        fc.oneof(
          fc.string(),
          fc.constantFrom('evening', 'date', 'pay-day', '"><b>', '9'.repeat(99)),
        ),
      ),
      async (fields) => {
        const { status, text } = await get(`/later.ics?${new URLSearchParams(fields)}`);
        assert.ok(status === 200 || status === 422);
        assert.doesNotMatch(text, /<b>/);
      },
    ),
  );
});

for (const silent of ['listed', 'unknown'] as const) {
  test(`${silent}: a neutral page without any choice, and no file`, async () => {
    place.class = silent;
    try {
      for (const language of INTERFACE_LANGUAGES) {
        const page = await get(`/later?language=${language}&when=month`);
        const file = await get(`/later.ics?language=${language}&when=month`);
        assert.equal(page.status, 200);
        assert.equal(file.status, 404);
        for (const { text } of [page, file]) {
          assert.doesNotMatch(text, /<form|later\.ics|BEGIN:VCALENDAR|support/i);
        }
        assert.equal(page.text, file.text);
      }
    } finally {
      place.class = 'safe';
    }
  });
}
