/**
 * The demo's bar and pages: who the viewer reads as, and the letters that would have been sent. None of this exists
 * outside a demo, where these routes are not mounted.
 */
import { Hono } from 'hono';
import { type MessageKey, translator } from '../../language/index.ts';
import { type Html, html, type RenderPage, readForm, readQuery } from '../../page/index.ts';
import { DEMO_READERS, type DemoReader, isDemoReader } from './demo-readers.ts';
import type { DemoState } from './demo-state.ts';

/** A letter as the demo keeps it in memory. */
export interface DemoLetter {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

export interface DemoRoutesDependencies {
  readonly state: DemoState;
  readonly render: RenderPage;
  readonly letters: () => readonly DemoLetter[];
  readonly bankOrigin: string;
}

const READER_WORDS: Readonly<Record<DemoReader, MessageKey>> = {
  germany: 'demo.germany',
  listed: 'demo.listed',
  unknown: 'demo.unknown',
  tor: 'demo.tor',
};

/** The bar as it stands in every page: a frame, so that the page itself is the same bytes whoever reads it. */
export function demoBar(path: string | undefined): Html {
  const back = encodeURIComponent(path ?? '/');
  return html`<iframe class="demo-bar" src="/demo/bar?back=${back}" title="Demo controls"></iframe>`;
}

export function createDemoRoutes(dependencies: DemoRoutesDependencies): Hono {
  const { state, render } = dependencies;
  const t = translator('en');
  const app = new Hono();

  app.get('/demo/bar', (c) => {
    const back = localPath(readQuery(c.req.url).text('back'));
    return render({
      kind: 'bare',
      language: 'en',
      title: t('demo.title'),
      body: html`<main class="demo"><form method="post" action="/demo/reader">
<p><strong>${t('demo.title')}</strong> ${t('demo.read-as')}</p>
<input type="hidden" name="back" value="${back}">
${DEMO_READERS.map(
  (reader) =>
    html`<button name="reader" value="${reader}" aria-pressed="${state.reader === reader ? 'true' : 'false'}">${t(READER_WORDS[reader])}</button>`,
)}
<a href="/demo">${t('demo.more')}</a>
</form></main>`,
    });
  });

  app.post('/demo/reader', async (c) => {
    const form = await readForm(c.req.raw);
    const reader = form.ok ? form.fields.text('reader') : '';
    if (isDemoReader(reader)) await state.readAs(reader);
    // Each choice is a new reader on a new device: what this browser kept for the last one goes.
    c.header('clear-site-data', '"storage"');
    return c.redirect(localPath(form.ok ? form.fields.text('back') : '/'), 303);
  });

  app.get('/demo', () =>
    render({
      kind: 'private',
      language: 'en',
      title: t('demo.title'),
      body: html`<h1>${t('demo.title')}</h1>
<p>${t('demo.what')}</p>
<p>${t('demo.device')}</p>
<ul>
<li><a href="/">${t('frame.front')}</a></li>
<li><a href="/support">${t('demo.support')}</a></li>
<li><a href="/desk">${t('demo.desk')}</a></li>
<li><a href="${dependencies.bankOrigin}/" rel="noreferrer">${t('demo.bank')}</a></li>
<li><a href="/demo/letters">${t('demo.letters')}</a></li>
</ul>`,
    }),
  );

  app.get('/demo/letters', () =>
    render({
      kind: 'private',
      language: 'en',
      title: t('demo.letters'),
      body: html`<h1>${t('demo.letters')}</h1><p>${t('demo.letters-what')}</p>
${dependencies.letters().map(
  (
    letter,
  ) => html`<section class="letter"><h2>${letter.subject}</h2><p class="quiet">${letter.to}</p>
<pre class="scrolls" tabindex="0">${letter.text}</pre></section>`,
)}`,
    }),
  );

  return app;
}

/** Only a path of ours: never another host, never a scheme. */
function localPath(text: string): string {
  return /^\/(?![/\\])[^\s\\]{0,500}$/.test(text) ? text : '/';
}
