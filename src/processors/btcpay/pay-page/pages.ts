/**
 * The HTML of the pay page, in every state that a payment in coins can have. No script, no picture, no request to any
 * host, and nothing that counts down: the page is the same after ten minutes in the background as when it was opened.
 *
 * What a person must not do twice is said in each state: coins that were sent are never asked for again.
 */
import type { HostedPaymentOrder } from '../../../giving/processor.ts';
import {
  direction,
  interfaceLanguage,
  type MessageKey,
  type Translate,
  translator,
} from '../../../language/index.ts';
import { formatMoney } from '../../../money/index.ts';
import { type Html, html, nothing, type PageContent } from '../../../page/index.ts';
import { assert } from '../../../problems/index.ts';
import { qrCode } from './qr-code.ts';
import type { WayToSend } from './ways-to-send.ts';

/** Where the links of a page lead. */
export interface PageLinks {
  /** This page, which looks again. */
  readonly self: string;
  /** What became of the gift. */
  readonly onward: string;
  /** Back to the form; `null` where nothing is left to change. */
  readonly back: string | null;
}

export interface PageFrame {
  readonly language: string;
  readonly links: PageLinks;
  /** Whether the supporter asked the page not to look by itself. */
  readonly isStill: boolean;
}

/** Kind to a slow link: one small page a minute while somebody looks at a wallet, fewer once there is only waiting. */
const LOOK_SECONDS = 60;
const WAIT_SECONDS = 120;

/** The page with addresses; `hasPart`: something came, and this is for the rest. */
export function sendPage(page: {
  readonly frame: PageFrame;
  readonly order: Pick<HostedPaymentOrder, 'money' | 'keepMandate'>;
  readonly ways: readonly WayToSend[];
  readonly minutesLeft: number;
  readonly hasPart: boolean;
}): PageContent {
  const { frame, order, ways, minutesLeft, hasPart } = page;
  assert(ways.length > 0, 'a page that asks for coins says where to send them');
  assert(minutesLeft >= 1, 'a price that is shown still holds');
  const t = translator(frame.language);
  const amount = amountText(order, frame.language);
  const hasLightning = ways.some(({ kind }) => kind === 'lightning');
  const body = html`<h1>${hasPart ? t('coins.part-heading') : t('coins.heading', { amount })}</h1>
<p>${hasPart ? t('coins.part') : t(termsOf(order))}</p>
<p>${t('coins.exact')} ${t('coins.price', { count: minutesLeft })}</p>
${ways.map((way) => wayToSend(way, t))}
<p>${t('coins.sent')}</p>`;
  const below = html`<h2 id="public">${t('coins.public-heading')}</h2>
<p>${t('coins.public')}</p>
${hasLightning ? html`<p>${t('coins.public-lightning')}</p>` : nothing}`;
  return whole(frame, { body, lookSeconds: LOOK_SECONDS, words: 'coins.refreshes', below });
}

function termsOf({ keepMandate }: Pick<HostedPaymentOrder, 'keepMandate'>): MessageKey {
  switch (keepMandate) {
    case null:
      return 'coins.once';
    case 'month':
      return 'coins.month';
    case 'year':
      return 'coins.year';
  }
}

function wayToSend(way: WayToSend, t: Translate): Html {
  const { kind, destination, amount, link, scanned } = way;
  const heading = `${kind}-heading`;
  const isChain = kind === 'chain';
  const code = html`<code class="number">${destination}</code>`;
  return html`<section aria-labelledby="${heading}">
<h2 id="${heading}">${t(isChain ? 'coins.chain-heading' : 'coins.lightning-heading')}</h2>
<dl class="facts">
<dt>${t('coins.amount')}</dt><dd><span class="number">${amount} BTC</span></dd>
${isChain ? html`<dt>${t('coins.address')}</dt><dd>${code}</dd>` : nothing}
</dl>
${isChain ? html`<p class="hint"><a href="#public">${t('coins.public-short')}</a></p>` : nothing}
<p><a class="button main" href="${link}">${t('coins.open')}</a></p>
<p>${qrCode({ text: scanned, label: t(isChain ? 'coins.qr-chain' : 'coins.qr-lightning') })}</p>
${isChain ? nothing : html`<details><summary>${t('coins.invoice')}</summary><p>${code}</p></details>`}
</section>`;
}

export interface StateWords {
  readonly heading: MessageKey;
  readonly texts: readonly MessageKey[];
  /** Whether there is anything to wait for. */
  readonly waits: boolean;
  readonly status?: number;
}

/** A page that says where the payment stands, and asks for nothing. */
export function statePage(page: {
  readonly frame: PageFrame;
  readonly words: StateWords;
  /** Of the gift, where a text names it. */
  readonly amount: string;
}): PageContent {
  const { frame, words, amount } = page;
  const t = translator(frame.language);
  const body = html`<h1>${t(words.heading, { amount })}</h1>
${words.texts.map((text) => html`<p>${t(text, { amount })}</p>`)}
${words.waits ? nothing : html`<p><a class="button main" href="${frame.links.onward}">${t('coins.go-on')}</a></p>`}`;
  const look = words.waits
    ? { lookSeconds: WAIT_SECONDS, words: 'coins.refreshes-slowly' as const }
    : { lookSeconds: null };
  return whole(frame, { body, ...look, ...(words.status ? { status: words.status } : {}) });
}

/** No attempt that anybody knows. */
export function nothingHerePage(language: string): PageContent {
  const t = translator(language);
  return {
    kind: 'private',
    title: t('support.title'),
    language: interfaceLanguage(language),
    status: 404,
    body: html`<h1>${t('coins.gone-heading')}</h1>
<p>${t('coins.gone')}</p>
<p><a class="button" href="/support?language=${interfaceLanguage(language)}">${t('coins.again')}</a></p>`,
  };
}

/** A look is a link like any other, and what looks by itself can be told not to. */
function whole(
  frame: PageFrame,
  page: {
    readonly body: Html;
    readonly lookSeconds: number | null;
    readonly words?: MessageKey;
    readonly status?: number;
    readonly below?: Html;
  },
): PageContent {
  const { links, isStill } = frame;
  const language = interfaceLanguage(frame.language);
  const t = translator(language);
  const looks = page.lookSeconds !== null && !isStill;
  return {
    kind: 'private',
    title: t('support.title'),
    language,
    ...(page.status === undefined ? {} : { status: page.status }),
    ...(looks && page.lookSeconds !== null ? { refreshSeconds: page.lookSeconds } : {}),
    body: html`${page.body}
${page.lookSeconds === null ? nothing : html`<p><a class="button" href="${links.self}${isStill ? '?still' : ''}">${t('coins.look')}</a></p>`}
${looks && page.words !== undefined ? html`<p class="hint">${t(page.words)} <a href="${links.self}?still">${t('coins.still')}</a></p>` : nothing}
${page.below ?? nothing}
${links.back === null ? nothing : html`<p><a href="${links.back}">${t('coins.back')}</a></p>`}`,
  };
}

const FIRST_STRONG_ISOLATE = '\u2068';
const POP_ISOLATE = '\u2069';

/** Its sign stays at its side in a line that runs the other way. */
export function amountText({ money }: Pick<HostedPaymentOrder, 'money'>, language: string): string {
  const shown = interfaceLanguage(language);
  const text = formatMoney(money, shown, { zeros: 'dropped' });
  return direction(shown) === 'rtl' ? FIRST_STRONG_ISOLATE + text + POP_ISOLATE : text;
}
