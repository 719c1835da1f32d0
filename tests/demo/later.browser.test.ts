/**
 * 5. Put it off: each choice silences this device until its day and offers a calendar file made on the device; without
 * script a page offers the same file. No address is asked for, and nothing is sent.
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser, visit } from './browser.ts';
import { type DemoPlace, type DemoProcess, demoPlace, startDemo } from './demo-process.ts';
import { goToStoryEnd, LETTER_FRAME } from './steps.ts';
import { VIEWS, viewName } from './view.ts';

/** Where the reader is; days begin and end here. */
const ZONE = 'Europe/Berlin';
/** A winter morning: nothing is special about the day, and the clock is not the server's. */
const NOW = '2027-01-20T09:30:00+01:00';

let place: DemoPlace;
let demo: DemoProcess;
let browser: Browser;

before(async () => {
  place = await demoPlace();
  demo = await startDemo(place);
  browser = await launchBrowser();
});
after(async () => {
  await browser?.close();
  await demo?.stop();
  await place?.close();
});

interface Choice {
  readonly label: string;
  readonly fill?: (page: Page) => Promise<unknown>;
  /** How the calendar file says when. */
  readonly start: string;
  /** The last moment of silence and the first after it. */
  readonly quietAt: string;
  readonly askedAt: string;
}

const CHOICES: readonly Choice[] = [
  {
    label: 'This evening',
    start: 'DTSTART:20270120T190000',
    quietAt: '2027-01-20T23:50:00+01:00',
    askedAt: '2027-01-21T00:10:00+01:00',
  },
  {
    label: 'In a month',
    start: 'DTSTART;VALUE=DATE:20270220',
    quietAt: '2027-02-19T23:50:00+01:00',
    askedAt: '2027-02-20T00:10:00+01:00',
  },
  {
    label: 'On my pay day',
    fill: (page) => page.locator('tuppence-note #pay').selectOption('31'),
    start: 'DTSTART;VALUE=DATE:20270131',
    quietAt: '2027-01-30T23:50:00+01:00',
    askedAt: '2027-01-31T00:10:00+01:00',
  },
  {
    label: 'On a day I choose',
    fill: (page) => page.locator('tuppence-note #date').fill('2027-03-15'),
    start: 'DTSTART;VALUE=DATE:20270315',
    quietAt: '2027-03-14T23:50:00+01:00',
    askedAt: '2027-03-15T00:10:00+01:00',
  },
];

/** RFC 5545, and not a word of what it is about. */
function checkNeutralFile(text: string, start: string): void {
  const lines = text.split('\r\n');
  assert.equal(lines.at(-1), '', 'every line ends in CRLF');
  assert.ok(!/[^\r]\n/.test(text), 'no line ends in LF alone');
  assert.equal(lines[0], 'BEGIN:VCALENDAR');
  assert.ok(lines.includes(start), `${start} in\n${text}`);
  assert.ok(lines.includes('SUMMARY:Reminder'));
  assert.ok(lines.includes('CLASS:PRIVATE'));
  assert.ok(lines.every((line) => Buffer.byteLength(line) <= 75));
  assert.doesNotMatch(text, /Lantern|support|gift|donat|localhost|URL|ORGANIZER|ATTENDEE/i);
}

async function isAskedAt(page: Page, at: string): Promise<boolean> {
  await page.context().clock.setFixedTime(at);
  await page.goto(demo.storyUrl);
  await goToStoryEnd(page, { width: 320, script: true, dark: false });
  const speaker = page.locator('tuppence-note #speaker');
  return speaker
    .waitFor({ timeout: 1_500 })
    .then(() => true)
    .catch(() => false);
}

describe('with script', { concurrency: 2 }, () => {
  for (const view of VIEWS.filter(({ script }) => script)) {
    for (const choice of CHOICES) {
      test(`"${choice.label}" is silence until then: ${viewName(view)}`, async () => {
        const visitor = await visit(browser, demo, { view, timezoneId: ZONE });
        const page = await visitor.tab();
        assert.equal(await isAskedAt(page, NOW), true);
        const note = page.locator('tuppence-note');
        await note.getByRole('button', { name: 'Remind me later' }).click();
        const sent: string[] = [];
        page.on('request', (request) => sent.push(`${request.method()} ${request.postData()}`));
        await note.getByLabel(choice.label).check();
        await choice.fill?.(page);
        await note.getByRole('button', { name: 'Stay quiet until then' }).click();
        await note.getByText(/^We stay quiet on this device until/).waitFor();
        const link = note.getByRole('link', { name: 'Save to my calendar' });
        assert.match((await link.getAttribute('href')) ?? '', /^blob:/, 'made on the device');
        const downloading = page.waitForEvent('download');
        await link.click();
        const download = await downloading;
        assert.equal(download.suggestedFilename(), 'reminder.ics');
        checkNeutralFile(await readFile(await download.path(), 'utf8'), choice.start);
        const day = /\d{8}/.exec(choice.start)?.[0] ?? '';
        assert.deepEqual(
          sent.filter((line) => line.includes(day) || line.includes(choice.label)),
          [],
          'the day is told to nobody',
        );
        assert.equal(await isAskedAt(page, choice.quietAt), false, 'silent until then');
        assert.equal(await isAskedAt(page, choice.askedAt), true, 'and from then on as before');
        await visitor.leave();
      });
    }

    test(`a day that is not after today is asked again: ${viewName(view)}`, async () => {
      const visitor = await visit(browser, demo, { view, timezoneId: ZONE });
      const page = await visitor.tab();
      assert.equal(await isAskedAt(page, NOW), true);
      const note = page.locator('tuppence-note');
      await note.getByRole('button', { name: 'Remind me later' }).click();
      for (const wrong of ['2027-01-20', '2026-05-01', '2029-01-01']) {
        await note.locator('#date').fill(wrong);
        await note.getByRole('button', { name: 'Stay quiet until then' }).click();
        await note.getByText('Choose a day after today, within a year.').waitFor();
      }
      await note.getByRole('button', { name: 'Back' }).click();
      await note.getByRole('group', { name: 'How often' }).waitFor();
      await visitor.leave();
    });
  }

  test('the title and the address of the page only where the reader wants them', async () => {
    const visitor = await visit(browser, demo, { view: VIEWS[0], timezoneId: ZONE });
    const page = await visitor.tab();
    assert.equal(await isAskedAt(page, NOW), true);
    const note = page.locator('tuppence-note');
    await note.getByRole('button', { name: 'Remind me later' }).click();
    await note.getByRole('radio', { name: 'The Lantern' }).check();
    await note.getByLabel('Put the address of the page into it').check();
    await note.getByRole('button', { name: 'Stay quiet until then' }).click();
    const downloading = page.waitForEvent('download');
    await note.getByRole('link', { name: 'Save to my calendar' }).click();
    const text = await readFile(await (await downloading).path(), 'utf8');
    assert.match(text, /^SUMMARY:The Lantern\r$/m);
    assert.match(text, new RegExp(`^URL:${demo.origin}/support\\?language=en\\r$`, 'm'));
    await visitor.leave();
  });
});

describe('without script', { concurrency: 2 }, () => {
  for (const view of VIEWS.filter(({ script }) => !script)) {
    test(`a page makes the same file: ${viewName(view)}`, async () => {
      const visitor = await visit(browser, demo, { view });
      const page = await visitor.tab();
      await page.goto(demo.storyUrl);
      await page.frameLocator(LETTER_FRAME).getByRole('link', { name: 'Remind me later' }).click();
      await page.waitForURL('**/later?**');
      visitor.expectStatus(422);
      await page.locator('#when-date').check();
      await page.locator('#date').fill('2001-02-03');
      await page.getByRole('button', { name: 'Make the calendar file' }).click();
      await page.locator('.error-summary:focus').waitFor();
      assert.equal(await page.locator('#date').inputValue(), '2001-02-03', 'what was typed stays');
      await page.locator('#when-pay-day').check();
      await page.locator('#pay-day-of').fill('15');
      const downloading = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Make the calendar file' }).click();
      const download = await downloading;
      assert.equal(download.suggestedFilename(), 'reminder.ics');
      const text = await readFile(await download.path(), 'utf8');
      const start = /^DTSTART;VALUE=DATE:\d{6}15\r$/m.exec(text)?.[0].trim() ?? 'no pay day';
      checkNeutralFile(text, start);
      await visitor.leave();
    });
  }
});
