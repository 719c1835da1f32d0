/**
 * 3. Give, and 4. be thanked: from the letter to the page that stays true, by card and by one tap, with every way a card
 * can fail. What it costs a person in taps and typed fields is counted, and may not grow.
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { testCard } from '../../src/processors/sandbox/bank/test-cards.ts';
import { type Visitor, visit } from './browser.ts';
import { type House, openHouse } from './house.ts';
import {
  Effort,
  factsOf,
  goToStoryEnd,
  LETTER_FRAME,
  payByCardButton,
  payByTyping,
  visibleText,
  withoutIsolates,
} from './steps.ts';
import { VIEWS, type View, viewName } from './view.ts';

/** Three taps and the self-check that everybody sees; four fields by card, none by wallet. */
const MOST_TAPS = 3 + 1;
const MOST_TYPED_BY_CARD = 4;

let house: House;

before(async () => {
  house = await openHouse();
});
after(() => house?.close());

/** From the story's end to the support page with $5 a month chosen. */
async function followTheLetter(page: Page, view: View, effort: Effort): Promise<void> {
  await page.goto(house.demo.storyUrl);
  await goToStoryEnd(page, view);
  if (view.script) {
    const note = page.locator('tuppence-note');
    await effort.tap(note.getByRole('button', { name: 'Support us monthly' }));
    await effort.tap(note.getByRole('link', { name: '$5' }));
  } else {
    await effort.tap(
      page.frameLocator(LETTER_FRAME).getByRole('link', { name: 'Support us monthly' }),
    );
    await page.waitForURL('**/support?**');
    await effort.tap(page.locator('#amount-month-500'));
  }
  await page.waitForURL('**/support?**');
  assert.equal(await page.locator('#every-month').isChecked(), true);
  assert.equal(await page.locator('#amount-month-500').isChecked(), true);
}

async function thankedFor(page: Page, amount: string): Promise<void> {
  await page.waitForURL('**/thanks/**');
  assert.equal(await visibleText(page.locator('h1')), 'Thank you');
  const facts = await factsOf(page);
  assert.equal(withoutIsolates(facts.Gift ?? ''), amount);
  assert.match(facts.Reference ?? '', /^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/);
  assert.equal(facts['On your bank statement'], 'OAK STREET MEDIA');
}

/** The page stays as it is: after a reload, and from a bookmark on a device that knows nothing. */
async function staysTrue(page: Page, visitor: Visitor): Promise<void> {
  const text = await visibleText(page.locator('main'));
  assert.match(withoutIsolates(text), /The next charges are on .*, .* and \d{1,2} \w+ \d{4}/);
  await page.reload();
  assert.equal(await visibleText(page.locator('main')), text);
  const elsewhere = await visit(house.browser, house.demo, { view: visitor.view });
  const bookmark = await elsewhere.tab();
  await bookmark.goto(page.url());
  assert.equal(await visibleText(bookmark.locator('main')), text);
  await elsewhere.leave();
}

/**
 * No number is shown twice. Pressed again at once ("it did not arrive"), the page makes another one and the first means
 * nothing any more; once a number was used, no press shows one.
 */
async function showsNoNumberTwice(page: Page, visitor: Visitor): Promise<void> {
  const thanks = page.url();
  const press = async (): Promise<string | null> => {
    await page.goto(thanks);
    await page.getByRole('button', { name: 'Show my supporter number' }).click();
    await page.waitForURL('**/number');
    const shown = page.locator('p.number');
    return (await shown.count()) === 0 ? null : await visibleText(shown);
  };
  const first = await press();
  const second = await press();
  assert.ok(first !== null && second !== null);
  assert.match(second, /^[0-9A-Z]{4}(-[0-9A-Z]{4}){5}$/);
  assert.notEqual(second, first);
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save it as a file' }).click();
  const download = await downloading;
  assert.equal(download.suggestedFilename(), 'note.txt');
  const kept = await readFile(await download.path(), 'utf8');
  assert.ok(kept.startsWith(`${second}\n`), 'the file begins with the number');
  for (const [number, isKnown] of [
    [first, false],
    [second, true],
  ] as const) {
    await page.goto(`${house.demo.origin}/manage`);
    await page.locator('#number').fill(number);
    await page.locator('form button').first().click();
    await page.waitForLoadState();
    assert.equal((await page.locator('section h2').count()) > 0, isKnown, number);
  }
  visitor.expectStatus(410);
  assert.equal(await press(), null);
  assert.match(await visibleText(page.locator('main')), /was shown already/);
}

describe('from the letter', { concurrency: 2 }, () => {
  for (const view of VIEWS) {
    test(`by card, and be thanked: ${viewName(view)}`, async (t) => {
      const visitor = await visit(house.browser, house.demo, { view });
      const page = await visitor.tab();
      const effort = new Effort();
      await followTheLetter(page, view, effort);
      if (view.script) {
        const label = await visibleText(page.locator('#pay'));
        assert.equal(label, 'None of this applies to me: give $5 a month');
      }
      await effort.type(page.locator('#email'), 'reader+gifts@example.org');
      await effort.tap(page.locator('#pay'));
      await page.waitForURL('**/pay/**');
      await payByTyping(page, 'pays', effort);
      await thankedFor(page, '$5 a month');
      t.diagnostic(`by card: ${effort}`);
      assert.ok(effort.taps <= MOST_TAPS, String(effort));
      assert.ok(effort.typedFields <= MOST_TYPED_BY_CARD, String(effort));
      await staysTrue(page, visitor);
      await showsNoNumberTwice(page, visitor);
      await visitor.leave();
    });
  }

  test('as by a wallet: nothing is typed', async (t) => {
    const [view] = VIEWS;
    const visitor = await visit(house.browser, house.demo, { view });
    const page = await visitor.tab();
    const effort = new Effort();
    await followTheLetter(page, view, effort);
    await effort.tap(page.locator('#pay'));
    await page.waitForURL('**/pay/**');
    await payByCardButton(page, 'pays', effort);
    await thankedFor(page, '$5 a month');
    t.diagnostic(`by wallet: ${effort}`);
    assert.ok(effort.taps <= MOST_TAPS, String(effort));
    assert.equal(effort.typedFields, 0);
    await visitor.leave();
  });
});

/** Opens the form by its plain address and chooses how often; nothing is chosen before. */
async function openForm(page: Page, every: 'once' | 'month' | 'year'): Promise<void> {
  await page.goto(house.demo.supportUrl);
  assert.equal(await page.locator('input:checked').count(), 0, 'nothing is chosen for anybody');
  await page.locator(`#every-${every}`).click();
}

describe('from the support page', { concurrency: 2 }, () => {
  for (const view of VIEWS) {
    test(`once, another amount as people type it: ${viewName(view)}`, async () => {
      const visitor = await visit(house.browser, house.demo, { view });
      const page = await visitor.tab();
      await openForm(page, 'once');
      await page.locator('#other').fill('$ 7.5');
      await page.locator('#pay').click();
      await page.waitForURL('**/pay/**');
      assert.match(await visibleText(page.locator('h1')), /\$7\.50/);
      await payByCardButton(page, 'pays');
      await thankedFor(page, '$7.50');
      assert.match(await visibleText(page.locator('main')), /Nothing more is charged/);
      await visitor.leave();
    });

    test(`yearly, an amount that can be read in two ways is asked: ${viewName(view)}`, async () => {
      const visitor = await visit(house.browser, house.demo, { view });
      const page = await visitor.tab();
      const gifts = await house.ledger.giftCount();
      await openForm(page, 'year');
      await page.locator('#other').fill('10,00');
      // Without script the server asks, and says with its status that the form is not done.
      visitor.expectStatus(422);
      await page.locator('#pay').click();
      const readings = page.getByRole('button', { name: /^.?\$1.*00.?$/ });
      await readings.first().waitFor();
      const offers = (await readings.allInnerTexts()).map(withoutIsolates);
      assert.deepEqual(offers, ['$10.00', '$1,000.00']);
      assert.equal(await page.locator('#other').inputValue(), '10,00', 'what was typed is kept');
      assert.equal(await page.locator('#every-year').isChecked(), true);
      assert.ok((await house.ledger.giftCount()) >= gifts);
      await readings.first().click();
      await page.waitForURL('**/pay/**');
      await payByCardButton(page, 'pays');
      await thankedFor(page, '$10 a year');
      await visitor.leave();
    });

    test(`what is wrong is said on top, led to, and everything typed stays: ${viewName(view)}`, async () => {
      const visitor = await visit(house.browser, house.demo, { view });
      const page = await visitor.tab();
      await openForm(page, 'month');
      await page.locator('#other').fill('a cup of tea');
      await page.locator('#email').fill('not an address');
      visitor.expectStatus(422);
      await page.locator('#pay').click();
      await page.locator('.error-summary:focus').waitFor();
      assert.match(await page.title(), /^Error/);
      const links = page.locator('.error-summary a');
      assert.equal(await links.count(), 2);
      for (const link of await links.all()) {
        const field = (await link.getAttribute('href')) ?? '';
        const words = await visibleText(link);
        assert.equal(await visibleText(page.locator(`${field}-error`)), words);
      }
      assert.equal(await page.locator('#other').inputValue(), 'a cup of tea');
      assert.equal(await page.locator('#email').inputValue(), 'not an address');
      assert.equal(await page.locator('#every-month').isChecked(), true);
      await visitor.leave();
    });
  }
});

describe('cards that do not simply pay', { concurrency: 2 }, () => {
  for (const view of VIEWS) {
    test(`declined, too little money, confirmed: one gift on one page: ${viewName(view)}`, async () => {
      const visitor = await visit(house.browser, house.demo, { view });
      const page = await visitor.tab();
      await openForm(page, 'once');
      await page.locator('#amount-once-1500').click();
      await page.locator('#pay').click();
      await page.waitForURL('**/pay/**');
      const bankPage = page.url();
      await payByCardButton(page, 'declined');
      await page.getByText('The bank declined this card. Nothing was charged.').waitFor();
      await payByTyping(page, 'insufficient', new Effort());
      await page.getByText('There is not enough money on this account. Nothing was').waitFor();
      assert.equal(await page.locator('#number').inputValue(), testCard('insufficient').shown);
      assert.equal(await page.locator('#code').inputValue(), '', 'the code is never sent back');
      assert.equal(page.url(), bankPage);
      // Off to the newsroom, whose form is as it was left, and back to the very same page.
      await page.locator('a.cancel').click();
      await page.waitForURL('**/support?**');
      assert.equal(await page.locator('#amount-once-1500').isChecked(), true);
      await page.locator('#pay').click();
      await page.waitForURL(bankPage);
      await payByCardButton(page, 'confirms');
      await page.waitForURL('**/issuer/**');
      await page.getByRole('button', { name: 'Yes, confirm' }).click();
      await thankedFor(page, '$15');
      await visitor.leave();
    });

    test(`issued in a listed country: refused before its issuer sees anything: ${viewName(view)}`, async () => {
      const visitor = await visit(house.browser, house.demo, { view });
      const page = await visitor.tab();
      const settled = await house.ledger.giftCount('settled');
      await openForm(page, 'month');
      await page.locator('#amount-month-200').click();
      await page.locator('#pay').click();
      await page.waitForURL('**/pay/**');
      await payByTyping(page, 'russia', new Effort());
      await page.getByText('it has seen nothing, and nothing was charged').waitFor();
      assert.equal(await page.locator('#number').inputValue(), '', 'the number is not shown again');
      const issuer = await house.bank.issuerOf(testCard('russia').number);
      assert.ok(issuer.turnedAway > 0);
      assert.equal(issuer.seen, 0);
      assert.ok((await house.ledger.giftCount('settled')) >= settled);
      await visitor.leave();
    });
  }
});

/** Moves with Tab alone until the focus is on what is looked for. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let press = 0; press < 80; press += 1) {
    await page.keyboard.press('Tab');
    if ((await page.locator(`${selector}:focus`).count()) > 0) return;
  }
  assert.fail(`${selector} is not reached by keyboard`);
}

describe('with a keyboard alone', () => {
  for (const view of VIEWS.filter(({ width }) => width === 1280)) {
    test(viewName(view), async () => {
      const visitor = await visit(house.browser, house.demo, { view });
      const page = await visitor.tab();
      await page.goto(house.demo.supportUrl);
      await tabTo(page, 'a.skip');
      await tabTo(page, '#every-once');
      await page.keyboard.press('Space');
      await page.keyboard.press('ArrowDown');
      assert.equal(await page.locator('#every-month').isChecked(), true);
      await tabTo(page, '#amount-month-200');
      await page.keyboard.press('Space');
      await page.keyboard.press('ArrowDown');
      assert.equal(await page.locator('#amount-month-500').isChecked(), true);
      await tabTo(page, '#pay');
      await page.keyboard.press('Enter');
      await page.waitForURL('**/pay/**');
      await tabTo(page, '#number');
      await page.keyboard.type(testCard('pays').shown);
      await page.keyboard.press('Tab');
      await page.keyboard.type('0431');
      await page.keyboard.press('Tab');
      await page.keyboard.type('123');
      await page.keyboard.press('Enter');
      await thankedFor(page, '$5 a month');
      await tabTo(page, 'form[action$="/number"] button');
      await page.keyboard.press('Enter');
      await page.locator('p.number').waitFor();
      await visitor.leave();
    });
  }
});

test('two tabs of one reader are one gift', async () => {
  const visitor = await visit(house.browser, house.demo, { view: VIEWS[0] });
  const [one, other] = [await visitor.tab(), await visitor.tab()];
  const before = await house.ledger.giftCount('settled');
  for (const page of [one, other]) {
    await openForm(page, 'once');
    await page.locator('#amount-once-500').click();
  }
  await one.locator('#pay').click();
  await one.waitForURL('**/pay/**');
  await other.locator('#pay').click();
  await other.waitForURL('**/pay/**');
  assert.equal(other.url(), one.url(), 'the same page of the bank');
  await payByCardButton(one, 'pays');
  await one.waitForURL('**/thanks/**');
  await payByCardButton(other, 'pays');
  await other.waitForURL('**/thanks/**');
  assert.equal(other.url(), one.url());
  assert.equal(await house.ledger.giftCount('settled'), before + 1);
  // The back button of the browser, and the press again.
  await one.goBack();
  await one.waitForLoadState();
  assert.equal(await house.ledger.giftCount('settled'), before + 1);
  await visitor.leave();
});
