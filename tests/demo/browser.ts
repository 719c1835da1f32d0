/**
 * A real Chromium that looks at the demo as a person would, and a watcher beside it that hears what people do not see:
 * a request to another host, a violation of the content policy, an error on the console, a page that scrolls sideways.
 *
 * Nothing outside this machine can be reached from this browser: every other name fails to resolve, so a page of ours that
 * asked for one would fail here and not in a newsroom.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Frame,
  type Page,
} from 'playwright-core';
import type { DemoProcess } from './demo-process.ts';
import { type View, viewName } from './view.ts';

const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
];

/** How long anything on a page may take; everything is on this machine. */
const PATIENCE_MS = 10_000;

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.TUPPENCE_CHROMIUM ?? '/usr/bin/chromium',
    args: ARGUMENTS,
  });
}

/** A browser profile of its own: nothing of another visitor is in it. */
export interface Visitor {
  readonly context: BrowserContext;
  readonly view: View;
  /** Opens a tab; what goes wrong in it is heard. */
  tab(): Promise<Page>;
  /** From now on documents may answer with this status without that being a complaint. */
  expectStatus(status: number): void;
  /** Fails with every complaint heard so far; then closes the profile. */
  leave(): Promise<void>;
}

export interface VisitorOptions extends BrowserContextOptions {
  /** Runs before any script of a page. */
  readonly before?: (context: BrowserContext) => Promise<void>;
}

export async function visit(
  browser: Browser,
  demo: Pick<DemoProcess, 'origin' | 'bankUrl'>,
  options: { readonly view: View } & VisitorOptions,
): Promise<Visitor> {
  const { view, before, ...more } = options;
  const context = await browser.newContext({
    viewport: { width: view.width, height: view.width === 320 ? 640 : 900 },
    colorScheme: view.dark ? 'dark' : 'light',
    javaScriptEnabled: view.script,
    locale: 'en-GB',
    ...more,
  });
  context.setDefaultTimeout(PATIENCE_MS);
  await before?.(context);
  const watcher = watch(context, [demo.origin, new URL(demo.bankUrl).origin]);
  return {
    context,
    view,
    tab: () => context.newPage(),
    expectStatus: (status) => watcher.statuses.add(status),
    async leave() {
      for (const page of context.pages()) watcher.complaints.push(...(await sidewaysOf(page)));
      await context.close();
      assert.deepEqual(watcher.complaints, [], `heard at ${viewName(view)}`);
    },
  };
}

interface Watcher {
  readonly complaints: string[];
  readonly statuses: Set<number>;
}

function watch(context: BrowserContext, origins: readonly string[]): Watcher {
  const complaints: string[] = [];
  const statuses = new Set<number>();
  context.on('request', (request) => {
    const url = new URL(request.url());
    const isOurs =
      origins.includes(url.origin) || url.protocol === 'data:' || url.protocol === 'blob:';
    if (!isOurs) complaints.push(`request to another host: ${request.url()}`);
  });
  context.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    const status = /the server responded with a status of (\d{3})/.exec(message.text())?.[1];
    if (status !== undefined && statuses.has(Number(status))) return;
    complaints.push(`console: ${message.text()} (${message.location().url})`);
  });
  context.on('weberror', (error) => complaints.push(`page error: ${error.error().message}`));
  context.on('page', (page) => {
    page.on('load', async () => {
      complaints.push(...(await sidewaysOf(page)));
    });
  });
  return { complaints, statuses };
}

/** What scrolls sideways on a page and in its frames, as complaints. A page that is gone has nothing to say. */
async function sidewaysOf(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const frame of page.frames()) {
    const extra = await frame
      .evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      .catch(() => 0);
    if (extra > 0) found.push(`scrolls sideways by ${extra} px: ${frame.url()}`);
  }
  return found;
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * What axe finds serious or critical, on the page and in its frames, as lines. Only for a visitor made with `bypassCSP`:
 * axe works inside the page, and a page of ours lets nobody in.
 */
export async function seriousFindings(
  page: Page,
  rules: readonly string[] | 'all' = 'all',
): Promise<string[]> {
  const found: string[] = [];
  for (const frame of page.frames()) found.push(...(await findingsOf(frame, rules)));
  return found;
}

async function findingsOf(frame: Frame, rules: readonly string[] | 'all'): Promise<string[]> {
  const options = {
    iframes: false,
    resultTypes: ['violations'],
    ...(rules === 'all' ? {} : { runOnly: { type: 'rule', values: rules } }),
  };
  const isThere = await frame.evaluate("typeof axe !== 'undefined'");
  const findings: unknown = await frame.evaluate(
    `${isThere === true ? '' : AXE};axe.run(document, ${JSON.stringify(options)}).then((result) => result.violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => id + ': ' + html.slice(0, 200) + ' ' + failureSummary)))`,
  );
  assert.ok(Array.isArray(findings), 'axe answers with a list');
  return findings.map((finding) => `${frame.url()}: ${String(finding)}`);
}
