/** The pay page's script in a real browser, under the real headers; see `testing/pay-page-site.ts`. */
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { type Browser, chromium, type Page } from 'playwright-core';
import { seriousFindings } from '../../../../tests/demo/browser.ts';
import { buildBrowserScript } from '../../../page/index.ts';
import { type PayPageSite, payPageSite } from './testing/pay-page-site.ts';

const PICTURES = process.env.TUPPENCE_PICTURES;
/** It serves one page; most of it is what that company's fields are told. */
const SCRIPT_LIMIT_BYTES = 2 * 1024;

let browser: Browser;
let site: PayPageSite;
before(async () => {
  browser = await chromium.launch({
    executablePath: process.env.TUPPENCE_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
});
after(() => browser.close());
beforeEach(async () => {
  site = await payPageSite(browser);
});
afterEach(() => site.close());

const fields = (page: Page) => page.frameLocator('#card-fields iframe');

async function open(page: Page, path: string): Promise<void> {
  await page.goto(site.origin + path);
  await page.locator('#pay:enabled').waitFor();
}

async function type(page: Page, number: string): Promise<void> {
  await fields(page).getByLabel('Card number').fill(number);
}

/** By key: a click soon after a scroll may still be given to the frame that was there before. */
const press = (page: Page): Promise<void> => page.locator('#pay').press('Enter');

const stateOf = (page: Page): Promise<string | null> => page.locator('#state').textContent();
const presses = (): number => site.asked.filter((one) => one.startsWith('POST http://127')).length;
const companyHosts = (): readonly string[] => [
  ...new Set(
    site.asked
      .map((one) => new URL(one.split(' ')[1] ?? ''))
      .filter(({ origin }) => origin !== site.origin)
      .map(({ host }) => host),
  ),
];

describe('with script', () => {
  test('is paid with a keyboard alone, without a complaint of the policy', async () => {
    const { page, complaints } = await site.visit();
    const { path, giftId } = await site.world.begin();
    await open(page, path);
    await page.keyboard.press('Tab');
    const toFields = 'document.activeElement?.tagName === "IFRAME"';
    for (let n = 0; n < 30 && (await page.evaluate(toFields)) !== true; n += 1) {
      await page.keyboard.press('Tab');
    }
    await page.keyboard.type('4242424242424242');
    await page.keyboard.press('Tab');
    await page.keyboard.type('1230');
    await page.keyboard.press('Tab');
    await page.keyboard.type('123');
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate('document.activeElement.id'), 'pay');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/support/return/**');
    assert.equal(await stateOf(page), 'paid');
    assert.equal((await site.world.view(giftId)).state, 'settled');
    assert.deepEqual(complaints, []);
    assert.deepEqual(companyHosts(), ['js.stripe.com', 'api.stripe.com']);
    assert.ok(
      site.asked.every((one) => !one.includes('ctoken') && !one.includes('4242')),
      'neither card nor token is ever in an address',
    );
  });

  test('tells the company what its newest release wants: cards alone, no address, our look and language', async () => {
    const { page } = await site.visit({ colorScheme: 'light' });
    await open(page, (await site.world.begin({ interval: 'month', language: 'ru' })).path);
    const seen = await page.evaluate('JSON.parse(JSON.stringify(window.standIn))');
    assert.ok(typeof seen === 'object' && seen !== null && 'made' in seen && 'elements' in seen);
    assert.deepEqual(seen.made, { key: 'pk_test_0123456789', options: { locale: 'ru' } });
    const { appearance, ...group } = Object(seen.elements);
    assert.deepEqual(group, {
      mode: 'payment',
      amount: 500,
      currency: 'eur',
      locale: 'ru',
      allowedPaymentMethodTypes: ['card'],
      setupFutureUsage: 'off_session',
    });
    assert.deepEqual(
      [appearance.theme, appearance.variables.colorBackground, appearance.variables.colorText],
      ['stripe', '#fdfcf9', '#1b1a18'],
    );
    assert.match(appearance.variables.fontFamily, /system-ui/);
    const further = await page.evaluate('window.further');
    assert.equal(further, true, 'its further scripts come from its own host');
  });

  test('lets no other script and no HTML in, whatever the company’s script is made to do', async () => {
    const { page } = await site.visit();
    await open(page, (await site.world.begin()).path);
    const tried = (code: string): Promise<unknown> =>
      page.evaluate(
        `(() => { try { ${code}; return 'done' } catch (error) { return error.name } })()`,
      );
    for (const address of [
      'https://evil.example/x.js',
      'https://js.stripe.com.evil.example/x.js',
      'http://js.stripe.com/x.js',
      'data:text/javascript,0',
      '/exit.js',
    ]) {
      const code = `document.createElement('script').src = ${JSON.stringify(address)}`;
      assert.equal(await tried(code), 'TypeError', address);
    }
    assert.equal(await tried('document.body.innerHTML = "<b>x</b>"'), 'TypeError');
    assert.equal(await tried('document.createElement("div").innerHTML = ""'), 'done');
    assert.equal(await tried('trustedTypes.createPolicy("more", {})'), 'TypeError');
    assert.equal(
      await tried('document.createElement("script").src = "https://js.stripe.com/endive/x.js"'),
      'done',
    );
  });

  test('says what is wrong with a card and that nothing was charged, and goes on', async () => {
    const { page } = await site.visit();
    await open(page, (await site.world.begin()).path);
    await type(page, '4242');
    await press(page);
    const alert = page.locator('#card [role="alert"]');
    await alert.getByText('incomplete').waitFor();
    assert.equal(
      await alert.textContent(),
      'Your card number is incomplete. Nothing was charged by this try.',
    );
    await type(page, '4000000000000119');
    await press(page);
    await alert.getByText('invalid').waitFor();
    assert.equal(presses(), 0);
    assert.equal(await page.locator('#card [role="status"]').textContent(), '');
    await type(page, '4242424242424242');
    await press(page);
    await page.waitForURL('**/support/return/**');
    assert.equal(await stateOf(page), 'paid');
  });

  test('sends one token for any number of presses', async () => {
    const { page } = await site.visit();
    await open(page, (await site.world.begin()).path);
    await type(page, '4242424242424242');
    await page.evaluate('for (let n = 0; n < 3; n += 1) document.querySelector("#pay").click()');
    await page.waitForURL('**/support/return/**');
    assert.equal(presses(), 1);
    const tokens = site.asked.filter((one) => one.includes('/v1/confirmation_tokens'));
    assert.equal(tokens.length, 1);
    assert.equal(site.world.company.captured('EUR'), 500n);
  });

  test('refuses a card of a listed country with nothing made', async () => {
    const { page } = await site.visit();
    await open(page, (await site.world.begin()).path);
    await type(page, '4000000000000001');
    await press(page);
    await page.waitForURL('**/support/return/**');
    assert.equal(await stateOf(page), 'refused-country');
    assert.equal(site.world.company.payments.size, 0);
  });

  test('takes another card after a decline, by the gift’s page or by the back button', async () => {
    const { page, complaints } = await site.visit();
    const { path } = await site.world.begin();
    await open(page, path);
    await type(page, '4000000000009995');
    await press(page);
    await page.waitForURL('**/support/return/**');
    assert.equal(await stateOf(page), 'declined');
    await page.goBack();
    await page.locator('#pay:enabled').waitFor();
    await type(page, '4242424242424242');
    await press(page);
    await page.waitForURL('**/support/return/**');
    assert.equal(await stateOf(page), 'paid');
    assert.equal(site.world.company.payments.size, 1);
    await page.goBack();
    await page.waitForURL('**/support/return/**');
    assert.deepEqual(complaints, []);
  });

  test('leads to the bank that asks, and comes back paid', async () => {
    const { page, complaints } = await site.visit();
    const { path, attemptId, giftId } = await site.world.begin();
    await open(page, path);
    await type(page, '4000000000003220');
    await press(page);
    await page.waitForURL('https://hooks.stripe.example/**');
    const { objectRef } = site.world.company.ofAttempt(attemptId);
    site.world.company.confirmAtBank(objectRef);
    await page.goto(`${site.origin}/support/return/${giftId}`);
    assert.equal(await stateOf(page), 'paid');
    assert.deepEqual(complaints, []);
  });

  test('shows again what the server could not take, with the words on top', async () => {
    const { page } = await site.visit();
    await open(page, (await site.world.begin()).path);
    site.world.company.countryLosses.push('lost-before');
    await type(page, '4242424242424242');
    await press(page);
    await page.getByRole('alert').filter({ hasText: 'did not answer' }).waitFor();
    assert.equal(await page.title(), 'Error: Page');
    await page.locator('#pay:enabled').waitFor();
    await type(page, '4242424242424242');
    await press(page);
    await page.waitForURL('**/support/return/**');
    assert.equal(await stateOf(page), 'paid');
  });

  test('is small', async (context) => {
    const { body, brotli } = await buildBrowserScript('card-fields');
    context.diagnostic(`card-fields.js: ${body.length} bytes, ${brotli.length} with brotli`);
    assert.ok(brotli.length <= SCRIPT_LIMIT_BYTES);
    const text = new TextDecoder().decode(body);
    assert.doesNotMatch(text, /innerHTML|insertAdjacentHTML|document\.write|eval\(|new Function/);
    assert.doesNotMatch(text, /fetch\(|XMLHttpRequest|sendBeacon|localStorage|cookie/);
  });
});

describe('without what it needs', () => {
  test('says without script that it needs it and that nothing was charged, and leads back', async () => {
    const { page } = await site.visit({ javaScriptEnabled: false });
    const { path, giftId } = await site.world.begin();
    await page.goto(site.origin + path);
    const instead = page.locator('#instead');
    assert.ok(await instead.isVisible());
    assert.match((await instead.textContent()) ?? '', /needs JavaScript.*Nothing was charged/s);
    assert.equal(await page.locator('#card').isVisible(), false);
    assert.deepEqual(companyHosts(), [], 'and the company hears nothing');
    await instead.getByRole('link', { name: 'Go back' }).click();
    assert.match(page.url(), new RegExp(`/support\\?gift=${giftId}&`));
    assert.equal(await stateOf(page), 'form');
  });

  for (const what of ['blocked', 'broken'] as const) {
    test(`says so when the company’s script is ${what}`, async () => {
      site.scriptIs = what;
      const { page } = await site.visit();
      await page.goto(site.origin + (await site.world.begin()).path);
      const instead = page.getByRole('alert').filter({ hasText: 'could not be loaded' });
      await instead.waitFor();
      assert.match(
        (await instead.textContent()) ?? '',
        /The card fields are missing.*Nothing was charged/s,
      );
      assert.ok(await instead.getByRole('link', { name: 'Go back' }).isVisible());
      assert.equal(await page.locator('#card').isVisible(), false);
    });
  }

  test('waits no longer than it must for a script that never comes', async () => {
    site.scriptIs = 'never';
    const { page } = await site.visit();
    await page.clock.install();
    await page.goto(site.origin + (await site.world.begin()).path, { waitUntil: 'commit' });
    await page.getByText('The card fields are on their way').waitFor();
    await page.clock.fastForward(20_000);
    await page.getByRole('alert').filter({ hasText: 'could not be loaded' }).waitFor();
  });

  test('says so when the fields fail to load, and leaves fields alone that are there', async () => {
    const { page } = await site.visit();
    const { path } = await site.world.begin();
    await page.context().route('**/elements-inner.html*', (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: '<script>parent.postMessage("loaderror", "*")</script>',
      }),
    );
    await page.goto(site.origin + path);
    await page.getByRole('alert').filter({ hasText: 'could not be loaded' }).waitFor();
  });
});

describe('how it looks', () => {
  const LOOKS = [
    { name: 'en-320-light', language: 'en', width: 320, scheme: 'light' },
    { name: 'en-1280-dark', language: 'en', width: 1280, scheme: 'dark' },
    { name: 'ar-320-dark', language: 'ar', width: 320, scheme: 'dark' },
    { name: 'ar-320-light', language: 'ar', width: 320, scheme: 'light' },
    { name: 'ru-320-light', language: 'ru', width: 320, scheme: 'light' },
  ] as const;
  for (const { name, language, width, scheme } of LOOKS) {
    test(`${name}: nothing scrolls sideways, axe finds nothing serious`, async () => {
      const visit = await site.visit({
        viewport: { width, height: 720 },
        colorScheme: scheme,
        bypassCSP: true,
      });
      const { page } = visit;
      const { path } = await site.world.begin({ language, interval: 'month' });
      await open(page, path);
      const wide = await page.evaluate(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      assert.equal(wide, 0);
      assert.equal(
        await page.evaluate('document.documentElement.dir'),
        language === 'ar' ? 'rtl' : 'ltr',
      );
      assert.deepEqual(await seriousFindings(page), []);
      const height = (await page.locator('#pay').boundingBox())?.height ?? 0;
      assert.ok(height >= 44, `the button is ${height} px high`);
      await picture(page, name);
    });
  }

  test('follows the reader’s theme while it is open', async () => {
    const { page } = await site.visit({ colorScheme: 'light' });
    await open(page, (await site.world.begin()).path);
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.waitForFunction('window.standIn.updates.length === 1');
    const update = await page.evaluate('window.standIn.updates[0].appearance');
    assert.deepEqual(
      [Object(update).theme, Object(update).variables.colorBackground],
      ['night', '#171614'],
    );
  });

  test('without script and without fields it is whole too', async () => {
    const { page } = await site.visit({
      viewport: { width: 320, height: 720 },
      javaScriptEnabled: false,
    });
    await page.goto(site.origin + (await site.world.begin({ language: 'ar' })).path);
    await picture(page, 'ar-320-no-script');
    site.scriptIs = 'blocked';
    const blocked = await site.visit({ viewport: { width: 320, height: 720 }, bypassCSP: true });
    await blocked.page.goto(site.origin + (await site.world.begin()).path);
    await blocked.page.getByRole('alert').filter({ hasText: 'could not be loaded' }).waitFor();
    assert.deepEqual(await seriousFindings(blocked.page), []);
    await picture(blocked.page, 'en-320-blocked');
  });
});

async function picture(page: Page, name: string): Promise<void> {
  if (PICTURES === undefined) return;
  await mkdir(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `pay-page-${name}.png`), fullPage: true });
}
