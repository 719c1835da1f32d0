/**
 * 6. Change or stop: with the supporter number alone, on a device that knows nothing. The gift itself is made beforehand;
 * what matters here begins with the number.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { type Visitor, visit } from './browser.ts';
import { give, numberOf } from './giver.ts';
import { type House, openHouse } from './house.ts';
import { Effort, factsOf, visibleText, withoutIsolates } from './steps.ts';
import { VIEWS, type View, viewName } from './view.ts';

let house: House;

before(async () => {
  house = await openHouse();
});
after(() => house?.close());

/** Somebody gives $6 a month; somebody on another device has the number. */
async function withNumber(
  view: View,
): Promise<{ readonly number: string; readonly visitor: Visitor; readonly page: Page }> {
  const { giftId } = await give(house.demo.origin, { every: 'month', other: '6' });
  const number = await numberOf(house.demo.origin, giftId);
  const visitor = await visit(house.browser, house.demo, { view });
  return { number, visitor, page: await visitor.tab() };
}

async function openOverview(page: Page, number: string): Promise<void> {
  await page.goto(`${house.demo.origin}/manage`);
  await page.locator('#number').fill(number);
  await page.getByRole('button', { name: 'Go on', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'What you give' }).waitFor();
}

const sumOf = async (page: Page): Promise<string> =>
  await visibleText(page.locator('section h2').first());

describe('with the number alone', { concurrency: 2 }, () => {
  for (const view of VIEWS) {
    test(`see the pledge and its gifts, change the amount, pause, go on: ${viewName(view)}`, async () => {
      const { number, visitor, page } = await withNumber(view);
      // As a hand writes it: small letters, blanks instead of dashes.
      await openOverview(page, number.toLowerCase().replaceAll('-', ' '));
      assert.equal(await sumOf(page), '$6 a month');
      assert.match(await visibleText(page.locator('table')), /\$6/);
      const dates = (await factsOf(page))['Next dates'] ?? '';
      assert.match(dates, /\d{4}/);

      await page.getByRole('button', { name: 'Change the amount' }).click();
      await page.locator('input[name="amount"]').fill('4');
      await page.locator('input[name="amount"]').press('Enter');
      const facts = await factsOf(page);
      assert.deepEqual(
        Object.values(facts).slice(0, 2).map(withoutIsolates),
        ['$6 a month', '$4 a month'],
        'old and new side by side',
      );
      await page.locator('button[name="confirm"]').click();
      await page
        .getByText(/\$4.* a month/)
        .first()
        .waitFor();

      await openOverview(page, number);
      assert.equal(await sumOf(page), '$4 a month');
      await page.locator('button[formaction="/manage/pause"]').click();
      await page.locator('button[name="months"][value="2"]').click();
      await openOverview(page, number);
      const resume = page.locator('button[formaction="/manage/resume"]');
      await resume.click();
      await openOverview(page, number);
      assert.equal(await page.locator('button[formaction="/manage/pause"]').count(), 1);
      await visitor.leave();
    });

    test(`stop in two taps, no login, no reason: ${viewName(view)}`, async (t) => {
      const { number, visitor, page } = await withNumber(view);
      const effort = new Effort();
      await page.goto(`${house.demo.origin}/stop`);
      await effort.type(page.locator('#number'), number);
      await effort.tap(page.locator('form button').first());
      await effort.tap(page.locator('button[name="confirm"]'));
      await page
        .getByText(/Nothing more will be charged|stopped/i)
        .first()
        .waitFor();
      t.diagnostic(`stop: ${effort}`);
      assert.equal(effort.taps, 2);
      assert.equal(effort.typedFields, 1);
      assert.equal(await page.locator('textarea, select, input:not([type=hidden])').count(), 0);
      await openOverview(page, number);
      assert.equal(await page.locator('button[formaction="/manage/stop"]').count(), 0);
      assert.deepEqual(await visitor.context.cookies(), []);
      await visitor.leave();
    });

    test(`be forgotten; the number means nothing any more: ${viewName(view)}`, async () => {
      const { number, visitor, page } = await withNumber(view);
      await openOverview(page, number);
      await page.locator('button[formaction="/manage/forget"]').click();
      await page.locator('button[name="confirm"]').click();
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.goto(`${house.demo.origin}/manage`);
      await page.locator('#number').fill(number);
      await page.getByRole('button', { name: 'Go on', exact: true }).click();
      await page.locator('.error-summary:focus').waitFor();
      assert.equal(await page.locator('#number').inputValue(), number, 'what was typed is kept');
      await visitor.leave();
    });

    test(`a slip in the number is told, and kept to be mended: ${viewName(view)}`, async () => {
      const { number, visitor, page } = await withNumber(view);
      const other = number.startsWith('A') ? 'B' : 'A';
      const slip = other + number.slice(1);
      visitor.expectStatus(400);
      await page.goto(`${house.demo.origin}/manage`);
      await page.locator('#number').fill(slip);
      await page.locator('#number').press('Enter');
      await page.locator('.error-summary:focus').waitFor();
      assert.match(await page.title(), /^Error/);
      assert.equal(await page.locator('#number').inputValue(), slip);
      await visitor.leave();
    });
  }
});
