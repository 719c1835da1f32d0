/**
 * The watcher of the journeys is watched: each thing that it must hear is done once by a page made for it, so that a silent
 * journey means a quiet page and not a deaf watcher.
 */
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { launchBrowser, seriousFindings, visit } from './browser.ts';
import { VIEWS } from './view.ts';

const PAGES: Readonly<Record<string, string>> = {
  '/quiet': '<h1>Quiet</h1>',
  '/elsewhere': '<h1>Page</h1><img src="http://elsewhere.example/pixel.png" alt="">',
  '/policy': '<h1>Page</h1><p style="color: red">Styled in place</p>',
  '/wide': '<h1>Page</h1><div style="width: 2000px; height: 1px"></div>',
  '/throws': '<h1>Page</h1><script>throw new Error("thrown on purpose")</script>',
  '/complains': '<h1>Page</h1><script>console.error("said on purpose")</script>',
  '/missing': '<h1>Page</h1><img src="/not-there.png" alt="">',
  '/unreadable': '<h1>Page</h1><img src="/quiet"><input>',
};

let server: Server;
let origin: string;
let browser: Browser;

before(async () => {
  server = createServer((request, response) => {
    const page = PAGES[request.url ?? ''];
    response.setHeader('content-type', 'text/html');
    if (request.url === '/policy') {
      response.setHeader('content-security-policy', "default-src 'none'; style-src 'self'");
    }
    response.statusCode = page === undefined && request.url !== '/favicon.ico' ? 404 : 200;
    response.end(
      page === undefined ? '' : `<!doctype html><html lang="en"><title>Page</title>${page}`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  origin = `http://127.0.0.1:${address.port}`;
  browser = await launchBrowser();
});
after(async () => {
  await browser?.close();
  server?.close();
});

async function heardOn(path: string, view: (typeof VIEWS)[number]): Promise<string> {
  const visitor = await visit(browser, { origin, bankUrl: origin }, { view });
  const page = await visitor.tab();
  await page.goto(origin + path, { waitUntil: 'load' });
  await page.waitForTimeout(100);
  return visitor.leave().then(
    () => '',
    (error: Error) => error.message,
  );
}

const HEARD: readonly (readonly [string, RegExp, boolean])[] = [
  ['/elsewhere', /request to another host: http:\/\/elsewhere\.example/, false],
  ['/policy', /Content Security Policy/, false],
  ['/wide', /scrolls sideways/, false],
  ['/missing', /status of 404/, false],
  ['/throws', /page error: thrown on purpose/, true],
  ['/complains', /console: said on purpose/, true],
];

describe('what a journey hears', () => {
  for (const [path, message, needsScript] of HEARD) {
    test(path, async () => {
      for (const view of VIEWS) {
        if (needsScript && !view.script) continue;
        assert.match(await heardOn(path, view), message);
      }
    });
  }

  test('and nothing on a quiet page', async () => {
    for (const view of VIEWS) assert.equal(await heardOn('/quiet', view), '');
  });

  test('a status only where the journey did not expect it', async () => {
    const visitor = await visit(browser, { origin, bankUrl: origin }, { view: VIEWS[0] });
    visitor.expectStatus(404);
    const page = await visitor.tab();
    await page.goto(`${origin}/missing`);
    await visitor.leave();
  });

  test('axe finds what is serious', async () => {
    const visitor = await visit(
      browser,
      { origin, bankUrl: origin },
      { view: VIEWS[0], bypassCSP: true },
    );
    const page = await visitor.tab();
    await page.goto(`${origin}/unreadable`);
    const found = (await seriousFindings(page)).join('\n');
    assert.match(found, /image-alt/);
    assert.match(found, /label/);
    await visitor.leave();
  });
});
