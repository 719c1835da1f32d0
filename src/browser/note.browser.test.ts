/** The note before anything is tapped: what is drawn, what is sent, and when there is silence. A real browser, real headers, a real database. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { variantPosition } from '../appeals/assignment.ts';
import {
  daysAhead,
  kept,
  noteRequests,
  open,
  openLetter,
  PICTURES,
  picture,
  reader,
  served,
  settle,
} from './testing/note-session.ts';

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
