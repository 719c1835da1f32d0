/** The note once it is opened: amounts, reasons, reminders, and a browser that keeps nothing. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { sql } from 'kysely';
import type { BrowserContext } from 'playwright-core';
import {
  database,
  daysAhead,
  kept,
  noteRequests,
  open,
  openLetter,
  reader,
  served,
  settle,
} from './testing/note-session.ts';

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
