/** 7. See it at the desk: a link that lets in once, the figures, and a month that passes through the real workers. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { visit } from './browser.ts';
import { give } from './giver.ts';
import { type House, openHouse } from './house.ts';
import { goToStoryEnd, payByCardButton, visibleText, withoutIsolates } from './steps.ts';
import { VIEWS, viewName } from './view.ts';

type Session = NonNullable<BrowserContextOptions['storageState']>;

let house: House;
let session: Session;

before(async () => {
  house = await openHouse();
});
after(() => house?.close());

const deskUrl = (): string => `${house.demo.origin}/desk`;

/** The figures on top: label and large figure. */
async function tilesOf(page: Page): Promise<Record<string, string>> {
  const labels = await page.locator('.tile dt').allInnerTexts();
  const figures = await page.locator('.tile dd').allInnerTexts();
  return Object.fromEntries(
    labels.map((label, at) => [label, withoutIsolates(figures[at] ?? '').replaceAll(/\s+/g, ' ')]),
  );
}

/** Rows of the table below a heading, as texts. */
async function rowsOf(page: Page, heading: string): Promise<readonly string[]> {
  const rows = page.getByRole('region', { name: heading }).locator('tbody tr');
  return (await rows.allInnerTexts()).map((row) =>
    withoutIsolates(row).replaceAll(/\s+/g, ' ').trim(),
  );
}

test('the link shows a button, lets in once, and then nobody', async () => {
  const visitor = await visit(house.browser, house.demo, { view: VIEWS[0] });
  const page = await visitor.tab();
  visitor.expectStatus(403);
  assert.equal((await page.goto(deskUrl()))?.status(), 403, 'locked without the link');
  assert.doesNotMatch(await visibleText(page.locator('main')), /\$/);
  await page.goto(house.demo.deskUrl);
  await page.goto(house.demo.deskUrl);
  await page.getByRole('button', { name: 'Enter' }).click();
  await page.waitForURL(deskUrl());
  session = await visitor.context.storageState();
  const [cookie] = await visitor.context.cookies();
  assert.ok(cookie !== undefined);
  assert.equal(cookie.httpOnly, true);
  assert.equal(cookie.sameSite, 'Strict');
  await visitor.leave();

  const other = await visit(house.browser, house.demo, { view: VIEWS[0] });
  const again = await other.tab();
  other.expectStatus(403);
  await again.goto(house.demo.deskUrl);
  const enter = again.getByRole('button', { name: 'Enter' });
  if ((await enter.count()) > 0) await enter.click();
  await again.getByText('This link was used already').waitFor();
  assert.equal((await again.goto(deskUrl()))?.status(), 403);
  await other.leave();
});

test('what was asked and given stands beside each other, and gifts move the figures', async () => {
  const [view] = VIEWS;
  const reader = await visit(house.browser, house.demo, { view });
  const page = await reader.tab();
  await page.goto(house.demo.storyUrl);
  await goToStoryEnd(page, view);
  await page.locator('tuppence-note').getByRole('button', { name: 'Support us monthly' }).click();
  await page.locator('tuppence-note').getByRole('link', { name: '$10' }).click();
  await page.waitForURL('**/support?**');
  await page.locator('#pay').click();
  await page.waitForURL('**/pay/**');
  await payByCardButton(page, 'pays');
  await page.waitForURL('**/thanks/**');
  await reader.leave();
  await give(house.demo.origin, { every: 'once', other: '25' });
  await give(house.demo.origin, { every: 'year', other: '60' });

  const staff = await visit(house.browser, house.demo, { view, storageState: session });
  const desk = await staff.tab();
  await desk.goto(deskUrl());
  const tiles = await tilesOf(desk);
  assert.match(tiles.Today ?? '', /^\$95(\.00)? 3 gifts$/);
  assert.match(tiles['This month'] ?? '', /^\$95(\.00)? 3 gifts$/);
  assert.match(tiles['Active pledges'] ?? '', /^2 /);
  // $10 a month and $60 a year.
  assert.match(tiles['Promised per month'] ?? '', /^\$15(\.00)? /);
  const [letter] = await rowsOf(desk, 'Asked and given');
  assert.match(letter ?? '', /^letter (plain|desk) 1 1 0 0 1 \$10(\.00)? \(1\)$/);
  await staff.leave();
});

describe('a month passes', () => {
  for (const [month, view] of VIEWS.entries()) {
    test(`the monthly pledge renews once through the workers, and the ledger moves: ${viewName(view)}`, async () => {
      const staff = await visit(house.browser, house.demo, { view, storageState: session });
      const page = await staff.tab();
      await page.goto(deskUrl());
      const ledgerBefore = await rowsOf(page, 'What the books say');
      const before = await house.ledger.settled();
      // Thirty days of every worker's work; on a busy machine that takes a while.
      const patience = { timeout: 60_000 };
      await page.getByRole('button', { name: 'Advance one month' }).click(patience);
      await page.waitForURL('**/desk?moved=1', patience);
      await page.getByRole('status').filter({ hasText: 'moved on by a month' }).waitFor();
      const settled = await house.ledger.agreesWith(house.bank);
      assert.equal(settled.length, before.length + 1, 'one gift more');
      const renewed = settled.filter(({ periodN }) => periodN === month + 1);
      assert.deepEqual(
        renewed.map(({ amountMinor }) => amountMinor),
        ['1000'],
      );
      assert.match((await tilesOf(page))['This month'] ?? '', /^\$10(\.00)? 1 gift$/);
      const ledgerAfter = await rowsOf(page, 'What the books say');
      assert.notDeepEqual(ledgerAfter, ledgerBefore);
      assert.equal(await page.locator('.alarm').count(), 0, 'no alarm rings');
      await staff.leave();
    });
  }
});

test('leaving ends the session for good', async () => {
  const staff = await visit(house.browser, house.demo, { view: VIEWS[0], storageState: session });
  const page = await staff.tab();
  await page.goto(deskUrl());
  await page.getByRole('button', { name: 'Leave the desk' }).click();
  await page.waitForURL(house.demo.frontUrl);
  await staff.leave();
  const late = await visit(house.browser, house.demo, { view: VIEWS[0], storageState: session });
  const again = await late.tab();
  late.expectStatus(403);
  assert.equal((await again.goto(deskUrl()))?.status(), 403);
  await late.leave();
});
