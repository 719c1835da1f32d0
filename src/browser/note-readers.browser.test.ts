/** The note for every reader: right to left, by touch, dark, by axe, and without script. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { FRAME_HEIGHT } from '../appeals/index.ts';
import {
  newReader,
  open,
  openLetter,
  PICTURES,
  picture,
  reader,
  served,
} from './testing/note-session.ts';

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
    await newReader({ javaScriptEnabled: false, viewport: { width: 320, height: 900 } });
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
