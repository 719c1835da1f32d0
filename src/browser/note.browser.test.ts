/** The note in a real browser, under the real headers and style, over real appeals in a real database. */
import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { sql } from 'kysely';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { variantPosition } from '../appeals/assignment.ts';
import { FRAME_HEIGHT } from '../appeals/index.ts';
import { ManualClock } from '../calendar/index.ts';
import { testDatabase } from '../database/testing/test-database.ts';
import { type NotePage, openReader, type Reader, serveNotePage } from './testing/note-page.ts';

const PICTURES = process.env.TUPPENCE_PICTURES;

let browser: Browser;
let served: NotePage;
let reader: Reader;
let database: Awaited<ReturnType<typeof testDatabase>>;
const clock = new ManualClock(new Date().toISOString());

before(async () => {
  browser = await chromium.launch({
    executablePath: process.env.TUPPENCE_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
  });
  database = await testDatabase();
  served = await serveNotePage({ db: database.db, clock });
});
after(async () => {
  await browser?.close();
  await served?.close();
  await database?.close();
});
beforeEach(async () => {
  served.place.class = 'safe';
  served.delay.scriptMs = 0;
  reader = await openReader(browser, { viewport: { width: 320, height: 640 } });
  // What a browser asks for by itself before the first page is no part of a test.
  served.requests.length = 0;
  served.noteHeaders.length = 0;
});
afterEach(() => reader.context.close());

async function open(path: string, page: Page = reader.page): Promise<Page> {
  await page.goto(served.origin + path);
  return page;
}

/** Opens the whole letter as a reader does. */
async function openLetter(path = '/story/en/short'): Promise<Page> {
  const page = await open(path);
  await page.getByRole('button', { name: 'Support us monthly' }).click();
  return page;
}

const kept = (page: Page): Promise<string | null> =>
  page.evaluate(() => localStorage.getItem('note'));

function noteRequests(): string[] {
  return served.requests.filter((request) => !request.includes('favicon'));
}

/** Long enough for a script that would still do something to do it. */
const settle = (page: Page): Promise<void> => page.waitForTimeout(400);

const daysAhead = (days: number): number => {
  const now = new Date();
  return Date.UTC(now.getFullYear(), now.getMonth(), now.getDate() + days) / 86_400_000;
};

describe('the first state', () => {
  for (const width of [320, 360, 768, 1280]) {
    for (const language of ['en', 'ru', 'ar']) {
      test(`moves nothing at ${width} px in ${language}, the script late, and after the tap`, async () => {
        await reader.page.setViewportSize({ width, height: 720 });
        served.delay.scriptMs = 150;
        const page = await open(`/story/${language}/short`);
        const strut = await page.locator('tuppence-note').boundingBox();
        const opener = page.locator('tuppence-note section button').first();
        await opener.waitFor();
        const drawn = await page.locator('tuppence-note').boundingBox();
        assert.equal(drawn?.height, strut?.height, 'the letter fits into the kept space');
        const inner = await page.locator('tuppence-note section').boundingBox();
        assert.ok((inner?.height ?? 0) <= (strut?.height ?? 0), 'and does not run over it');
        if (PICTURES !== undefined) await picture(page, `note-${language}-${width}-first`);
        await opener.click();
        await settle(page);
        assert.equal(await reader.shift(), 0);
        const sideways = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        assert.equal(sideways, 0, 'nothing scrolls sideways');
        if (PICTURES !== undefined) await picture(page, `note-${language}-${width}-open`);
        assert.deepEqual(reader.complaints, []);
      });
    }
  }

  test('a first sentence of eighty letters still fits the kept space at 320 px', async () => {
    await reader.page.route('**/note?*', async (route) => {
      const response = await route.fetch();
      const answer = await response.json();
      for (const variant of answer.appeals[0].variants) {
        variant.lead =
          'Мы пишем о том, о чём другие молчат, и живём на то, что присылают наши читатели.';
      }
      await route.fulfill({ response, json: answer });
    });
    const page = await open('/story/ru/short');
    const strut = await page.locator('tuppence-note').boundingBox();
    await page.locator('tuppence-note section').waitFor();
    await settle(page);
    assert.equal((await page.locator('tuppence-note').boundingBox())?.height, strut?.height);
    assert.equal(await reader.shift(), 0);
  });

  test('asks once, plainly, and sends nothing else before a tap', async () => {
    const page = await open('/story/en/short');
    await page.getByRole('button', { name: 'Support us monthly' }).waitFor();
    await settle(page);
    const [script, ask, ...more] = noteRequests();
    assert.equal(script, 'GET /note.js');
    assert.match(ask ?? '', /^GET \/note\?language=en&slot=\d{1,2}$/);
    assert.deepEqual(more, []);
    const [headers] = served.noteHeaders;
    assert.equal(headers?.get('cookie'), null);
    assert.equal(headers?.get('referer'), null);
    assert.deepEqual(await reader.context.cookies(), []);
  });

  test('asks only when it is within one view', async () => {
    const page = await open('/story/en/long');
    await settle(page);
    assert.deepEqual(noteRequests(), ['GET /note.js']);
    await page.locator('#after').scrollIntoViewIfNeeded();
    await page.getByRole('button', { name: 'Support us monthly' }).waitFor();
    assert.equal(await reader.shift(), 0);
  });

  test('two on a page, one added later, and one put elsewhere: one letter, one request', async () => {
    const page = await open('/story/en/two');
    await page.locator('tuppence-note section').first().waitFor();
    await page.evaluate(() => {
      const later = document.createElement('tuppence-note');
      later.lang = 'en';
      document.querySelector('#after')?.after(later);
    });
    await settle(page);
    assert.equal(await page.locator('tuppence-note section').count(), 1);
    await page.evaluate(() => {
      const note = document.querySelector('tuppence-note');
      if (note !== null) document.querySelector('#after')?.after(note);
    });
    await settle(page);
    assert.equal(await page.locator('tuppence-note section').count(), 1);
    assert.equal(noteRequests().filter((request) => request.startsWith('GET /note?')).length, 1);
  });
});

describe('the device’s own rules', () => {
  /** Lets the server's answer through with one thing changed in every appeal. */
  const changeAppeals = (change: object) =>
    reader.page.route('**/note?*', async (route) => {
      const response = await route.fetch();
      const answer = await response.json();
      for (const appeal of answer.appeals) Object.assign(appeal, change);
      await route.fulfill({ response, json: answer });
    });

  const isDrawn = async (path: string): Promise<boolean> => {
    const page = await open(path);
    await settle(page);
    return (await page.locator('tuppence-note section').count()) === 1;
  };

  test('the slot that is kept decides the variant, as on the server', async () => {
    const page = await openLetter();
    const slot: number = JSON.parse((await kept(page)) ?? '[]')[4];
    assert.ok(noteRequests().includes(`GET /note?language=en&slot=${slot}`));
    const href = await page.getByRole('link', { name: '$5' }).getAttribute('href');
    const shares = { experimentKey: 'letter-1', variants: [{ share: 50 }, { share: 50 }] };
    const id = ['plain', 'desk'][variantPosition(shares, slot)];
    assert.equal(new URL(href ?? '', served.origin).searchParams.get('variant'), id);
  });

  test('a list that does not name the story’s section or tags is silence', async () => {
    await changeAppeals({ include: ['city'] });
    assert.equal(await isDrawn('/story/en/short'), false);
    assert.equal(await isDrawn('/story/en/section'), true);
  });

  test('under a sensitive story only a calm appeal stands', async () => {
    await changeAppeals({ calm: false });
    assert.equal(await isDrawn('/story/en/sensitive'), false);
    assert.equal(await isDrawn('/story/en/short'), true);
  });

  test('an appeal that starts later, or is over, is silence', async () => {
    await changeAppeals({ endMs: Date.now() - 1_000 });
    assert.equal(await isDrawn('/story/en/short'), false);
  });

  test('stories are counted only while an appeal needs it', async () => {
    await changeAppeals({ minStories: 2 });
    assert.equal(await isDrawn('/story/en/short'), false);
    assert.equal(JSON.parse((await kept(reader.page)) ?? '[]')[3], 1);
    assert.equal(await isDrawn('/story/en/short'), true);
    await reader.page.unroute('**/note?*');
    await reader.page.evaluate(() => localStorage.removeItem('note'));
    assert.equal(await isDrawn('/story/en/short'), true);
    assert.equal(JSON.parse((await kept(reader.page)) ?? '[]')[3], 0);
  });
});

describe('silence', () => {
  for (const place of ['listed', 'unknown'] as const) {
    test(`${place}: nothing is drawn, nothing is kept, nothing moves`, async () => {
      served.place.class = place;
      const page = await open('/story/en/short');
      await settle(page);
      assert.equal(await page.locator('tuppence-note section').count(), 0);
      assert.equal(await kept(page), null);
      assert.equal(await reader.shift(), 0);
      assert.deepEqual(reader.complaints, []);
    });
  }

  test('a failed request is silence', async () => {
    await reader.page.route('**/note?*', (route) => route.abort());
    const page = await open('/story/en/short');
    await settle(page);
    assert.equal(await page.locator('tuppence-note section').count(), 0);
    assert.equal(await reader.shift(), 0);
  });

  test('a broken answer is silence', async () => {
    await reader.page.route('**/note?*', (route) =>
      route.fulfill({ status: 200, contentType: 'application/json', body: '{"appeals":7}' }),
    );
    const page = await open('/story/en/short');
    await settle(page);
    assert.equal(await page.locator('tuppence-note section').count(), 0);
    assert.deepEqual(reader.complaints, []);
  });

  test('a late answer is silence', async () => {
    await reader.page.route('**/note?*', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 2_400));
      await route.continue().catch(() => {});
    });
    const page = await open('/story/en/short');
    await page.waitForTimeout(2_900);
    assert.equal(await page.locator('tuppence-note section').count(), 0);
  });

  test('after "Not now" nothing is sent for thirty days', async () => {
    const page = await open('/story/en/short');
    await page.getByRole('button', { name: 'Not now' }).click();
    await page.getByText('We stay quiet on this device until').waitFor();
    assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'TUPPENCE-NOTE');
    assert.equal(JSON.parse((await kept(page)) ?? '[]')[1], daysAhead(30));
    served.requests.length = 0;
    await open('/story/en/short');
    await settle(page);
    assert.deepEqual(
      noteRequests().filter((request) => request !== 'GET /note.js'),
      [],
    );
    assert.equal(await page.locator('tuppence-note section').count(), 0);
  });

  test('after a true view the device is not asked again that day', async () => {
    const page = await open('/story/en/short');
    await page.getByRole('button', { name: 'Not now' }).waitFor();
    await page.waitForFunction(
      () => JSON.parse(localStorage.getItem('note') ?? '[]')[6]?.length === 1,
    );
    served.requests.length = 0;
    await open('/story/en/short');
    await settle(page);
    assert.deepEqual(
      noteRequests().filter((request) => request !== 'GET /note.js'),
      [],
    );
  });

  test('the thanks page keeps what "a year" keeps, and draws nothing', async () => {
    const page = await open('/thanks');
    await page.waitForFunction(() => localStorage.getItem('note') !== null);
    const quiet = JSON.parse((await kept(page)) ?? '[]')[1];
    assert.ok(quiet === daysAhead(365) || quiet === daysAhead(366));
    assert.equal(await page.locator('tuppence-note').isVisible(), false);
    assert.deepEqual(reader.complaints, []);
  });
});

describe('the whole letter', () => {
  test('focus goes to the first choice, and the keyboard reaches everything and leaves', async () => {
    const page = await open('/story/en/short');
    await page.getByRole('button', { name: 'Support us monthly' }).focus();
    await page.keyboard.press('Enter');
    const focused = () =>
      page.evaluate(() => {
        const active = document.querySelector('tuppence-note')?.shadowRoot?.activeElement;
        return active?.closest('label')?.textContent ?? active?.textContent ?? '';
      });
    assert.equal(await focused(), 'Every month');
    const reached = [];
    for (let taps = 0; taps < 14; taps++) {
      await page.keyboard.press('Tab');
      reached.push(await focused());
    }
    for (const name of ['$2', '$10', 'Continue', 'Remind me later', 'Not now', 'I already give']) {
      assert.ok(reached.includes(name), `${name} is reached`);
    }
    assert.equal(
      await page.evaluate(() => document.activeElement?.closest('tuppence-note') ?? null),
      null,
      'and left',
    );
  });

  test('an amount is a plain link that carries interval, appeal and variant, and no page', async () => {
    const page = await openLetter();
    await page.getByLabel('Once').check();
    await page.getByRole('link', { name: '$15' }).click();
    await page.waitForURL(/\/support/);
    const address = new URL(page.url());
    assert.deepEqual(Object.fromEntries(address.searchParams), {
      language: 'en',
      every: 'once',
      currency: 'USD',
      appeal: 'letter',
      variant: address.searchParams.get('variant') ?? '',
      amount: '1500',
    });
    assert.match(address.searchParams.get('variant') ?? '', /^(plain|desk)$/);
  });

  test('a clear amount goes on in minor units', async () => {
    const page = await openLetter();
    await page.getByLabel('Another amount, in USD').fill('7.50');
    await page.keyboard.press('Enter');
    await page.waitForURL(/amount=750/);
  });

  test('a doubtful amount is asked, with both readings', async () => {
    const page = await openLetter();
    await page.getByLabel('Another amount, in USD').fill('10,00');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('Which one did you mean?').waitFor();
    const readings = page.locator('#said a');
    assert.deepEqual(await readings.allTextContents(), ['$10', '$1000']);
    await readings.nth(1).click();
    await page.waitForURL(/amount=100000/);
  });

  for (const [typed, said] of [
    ['', 'Type an amount first.'],
    ['abc', 'This is not an amount we can read.'],
    ['-5', 'This is not an amount we can read.'],
    ['1', 'The smallest amount is'],
    ['999999999', 'The largest amount is'],
    ['2.5555', 'This has more decimals than the currency.'],
  ] as const) {
    test(`"${typed}" gets a sentence and stays`, async () => {
      const page = await openLetter();
      const field = page.getByLabel('Another amount, in USD');
      await field.fill(typed);
      await field.press('Enter');
      await page.getByText(said).waitFor();
      assert.equal(await field.inputValue(), typed);
      assert.equal(await field.getAttribute('aria-invalid'), 'true');
    });
  }

  test('"Why am I seeing this?" tells the rules in words, and forgets on demand', async () => {
    const page = await openLetter();
    await page.getByText('Why am I seeing this?').click();
    assert.equal(await page.locator('tuppence-note li').count(), 16);
    assert.match(
      (await page.locator('tuppence-note li').nth(11).textContent()) ?? '',
      /^✓ You have not asked for quiet/,
    );
    assert.notEqual(await kept(page), null);
    await page.getByRole('button', { name: 'Forget this' }).click();
    assert.equal(await kept(page), null);
  });

  test('what it says comes back as counts, and only after a tap', async () => {
    await served.appeals.flush();
    await sql`delete from appeal_counts`.execute(database.db);
    const page = await openLetter();
    await page.getByRole('button', { name: 'Not now' }).click();
    await page.getByText('We stay quiet').waitFor();
    await settle(page);
    assert.deepEqual(
      noteRequests().filter((request) => request.startsWith('POST')),
      ['POST /note/count', 'POST /note/count'],
    );
    await served.appeals.flush();
    const { rows } = await sql<{ kind: string; placement: string; total: bigint }>`
      select kind, placement, total from appeal_counts order by kind`.execute(database.db);
    assert.deepEqual(rows, [
      { kind: 'closed', placement: 'story', total: 1n },
      { kind: 'opened', placement: 'story', total: 1n },
      { kind: 'shown', placement: 'story', total: 1n },
    ]);
  });
});

describe('remind me later', () => {
  test('in a month: quiet until then, and a calendar file with neutral words, made here', async () => {
    const page = await open('/story/en/short');
    await page.getByRole('button', { name: 'Remind me later' }).click();
    await page.getByLabel('In a month').check();
    served.requests.length = 0;
    await page.getByRole('button', { name: 'Stay quiet until then' }).click();
    const downloading = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Save to my calendar' }).click();
    const download = await downloading;
    assert.equal(download.suggestedFilename(), 'reminder.ics');
    const text = await readFile((await download.path()) ?? '', 'utf8');
    assert.match(text, /^BEGIN:VCALENDAR\r\n/);
    assert.match(text, /\r\nSUMMARY:Reminder\r\n/);
    assert.doesNotMatch(text, /Lantern|support|127\.0\.0\.1|http/i);
    const quiet: number = JSON.parse((await kept(page)) ?? '[]')[1];
    const day = new Date(quiet * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '');
    assert.ok(text.includes(`DTSTART;VALUE=DATE:${day}\r\n`));
    assert.ok(quiet >= daysAhead(28) && quiet <= daysAhead(31));
    assert.deepEqual(noteRequests(), ['POST /note/count']);
    assert.deepEqual(reader.complaints, []);
  });

  test('this evening is timed and leaves today quiet; title and address only as chosen', async () => {
    const page = await open('/story/en/short');
    await page.getByRole('button', { name: 'Remind me later' }).click();
    await page.getByRole('radio', { name: 'The Lantern' }).check();
    await page.getByLabel('Put the address of the page into it').check();
    await page.getByRole('button', { name: 'Stay quiet until then' }).click();
    const downloading = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Save to my calendar' }).click();
    const text = await readFile((await (await downloading).path()) ?? '', 'utf8');
    assert.match(text, /\r\nDTSTART:\d{8}T190000\r\n/);
    assert.match(text, /\r\nSUMMARY:The Lantern\r\n/);
    assert.ok(text.includes(`URL:${served.origin}/support?language=en\r\n`));
    assert.equal(JSON.parse((await kept(page)) ?? '[]')[1], daysAhead(1));
  });

  test('a pay day and a date of one’s own are picked by touching their fields', async () => {
    const page = await open('/story/en/short');
    await page.getByRole('button', { name: 'Remind me later' }).click();
    await page.getByLabel('Day of the month').selectOption('28');
    assert.equal(await page.getByLabel('On my pay day').isChecked(), true);
    await page.locator('#date').fill('2020-01-01');
    assert.equal(await page.getByLabel('On a day I choose').isChecked(), true);
    await page.getByRole('button', { name: 'Stay quiet until then' }).click();
    await page.getByText('Choose a day after today').waitFor();
    assert.equal(JSON.parse((await kept(page)) ?? '[]')[1], null);
    await page.getByRole('button', { name: 'Back' }).click();
    await page.getByLabel('Every month').waitFor();
  });
});

describe('storage refused', () => {
  const refuse = (context: BrowserContext) =>
    context.addInitScript(() => {
      Object.defineProperty(window, 'localStorage', {
        get() {
          throw new DOMException('refused', 'SecurityError');
        },
      });
    });

  test('the letter works, has no slot, and says that nothing is kept', async () => {
    await refuse(reader.context);
    const page = await open('/story/en/short');
    await page.getByRole('button', { name: 'Not now' }).click();
    await page.getByText('This browser keeps nothing').waitFor();
    assert.ok(noteRequests().includes('GET /note?language=en'));
    assert.deepEqual(reader.complaints, []);
  });
});

describe('every reader', () => {
  test('in Arabic the letter runs from the right', async () => {
    const page = await open('/story/ar/short');
    const section = page.locator('tuppence-note section');
    await section.waitFor();
    assert.equal(await section.evaluate((one) => getComputedStyle(one).direction), 'rtl');
    const [later, notNow] = await Promise.all([
      page.getByRole('button', { name: 'ذكّرني لاحقًا' }).boundingBox(),
      page.getByRole('button', { name: 'ليس الآن' }).boundingBox(),
    ]);
    assert.ok((later?.x ?? 0) > (notNow?.x ?? 0), 'the first choice stands on the right');
  });

  test('every target is at least 44 px high, the two quiet choices are equal', async () => {
    const page = await openLetter();
    const heights = await page
      .locator('tuppence-note :is(button, a, summary, input:not([type]), label:has(input))')
      .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().height));
    assert.ok(heights.length > 10);
    assert.ok(
      heights.every((height) => height >= 44),
      heights.join(' '),
    );
    const [later, notNow] = await Promise.all([
      page.getByRole('button', { name: 'Remind me later' }).boundingBox(),
      page.getByRole('button', { name: 'Not now' }).boundingBox(),
    ]);
    assert.equal(later?.width, notNow?.width);
    assert.equal(later?.height, notNow?.height);
  });

  for (const scheme of ['light', 'dark'] as const) {
    test(`axe finds nothing in any state (${scheme})`, async () => {
      await reader.page.emulateMedia({ colorScheme: scheme });
      const page = await open('/story/en/short');
      await page.getByRole('button', { name: 'Support us monthly' }).waitFor();
      await clean(page, `${scheme}-first`);
      await page.getByRole('button', { name: 'Support us monthly' }).click();
      await clean(page, `${scheme}-open`);
      await page.getByText('Why am I seeing this?').click();
      await clean(page, `${scheme}-why`);
      await page.getByRole('button', { name: 'Remind me later' }).click();
      await clean(page, `${scheme}-later`);
      await page.getByRole('button', { name: 'Stay quiet until then' }).click();
      await page.getByRole('link', { name: 'Save to my calendar' }).waitFor();
      await clean(page, `${scheme}-set`);
    });

    test(`axe finds nothing on the pages for readers without script (${scheme})`, async () => {
      await reader.page.emulateMedia({ colorScheme: scheme });
      for (const [name, path] of [
        ['later', '/later?language=en'],
        ['later-wrong', '/later.ics?language=en&when=pay-day&day=40&title=x'],
        ['later-ar', '/later?language=ar'],
        ['frame', '/note/frame/en'],
        ['frame-closed', '/note/frame/ar?closed'],
      ] as const) {
        await clean(await open(path), `${scheme}-${name}`);
      }
      served.place.class = 'listed';
      await clean(await open('/later?language=en'), `${scheme}-neutral`);
    });
  }
});

/** axe over the whole page, the shadow tree included. The debugger may evaluate what the page's policy forbids the page. */
async function clean(page: Page, state: string): Promise<void> {
  if (PICTURES !== undefined) await picture(page, `note-${state}`);
  const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
  await page.evaluate(await readFile(axe, 'utf8'));
  const found = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: {
        run(root: Element): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
      };
    };
    const { violations } = await axe.run(document.documentElement);
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map((one) => one.html).join(' ')}`);
  });
  assert.deepEqual(found, [], state);
}

describe('without script', () => {
  test('a frame of fixed height holds the letter; nothing shifts; a listed reader has an empty one', async () => {
    await reader.context.close();
    reader = await openReader(browser, {
      javaScriptEnabled: false,
      viewport: { width: 320, height: 900 },
    });
    const page = await open('/story/en/short');
    for (const language of ['en', 'ru', 'ar']) {
      await open(`/story/${language}/short`);
      const inner = page.frameLocator('iframe').locator('section');
      const box = await inner.boundingBox();
      assert.ok((box?.height ?? 0) <= FRAME_HEIGHT, `${language}: ${box?.height} px`);
    }
    await open('/story/en/short');
    const frame = page.frameLocator('iframe');
    await frame.getByRole('link', { name: 'Support us monthly' }).waitFor();
    if (PICTURES !== undefined) await picture(page, 'note-frame');
    assert.deepEqual(reader.complaints, []);
    await frame.getByRole('link', { name: 'Not now' }).click();
    await frame.getByText('keeps no note of it').waitFor();
    assert.ok(page.url().endsWith('/story/en/short'), 'the story stays');
    await frame.getByRole('link', { name: 'Back to the letter' }).click();
    await frame.getByRole('link', { name: 'Remind me later' }).click();
    await page.waitForURL(/\/later\?language=en/);
    served.place.class = 'listed';
    await open('/story/en/short');
    assert.equal(await page.frameLocator('iframe').locator('body').textContent(), '');
  });
});

async function picture(page: Page, name: string): Promise<void> {
  await mkdir(PICTURES ?? '', { recursive: true });
  await page.screenshot({ path: `${PICTURES}/${name}.png`, fullPage: true });
}
