/**
 * Ghost's cards, the boxes of its editor, as HTML. The same card has the same data in Lexical and in Mobiledoc, so both
 * readers come here.
 *
 * Whatever asks a reader for something (sign-up, call to action, e-mail, paywall, button) is dropped and named: a story
 * holds no appeal. Players and bookmarks become plain links.
 */
import { z } from 'zod';
import { escapeText } from '../clean.ts';
import { markdownToHtml } from './markdown-html.ts';

export type Card =
  | { readonly html: string }
  /** The card's name, for the list of what was left out. */
  | { readonly dropped: string };

const text = z.string().catch('');
const cardData = z.object({
  src: text,
  alt: text,
  caption: text,
  href: text,
  url: text,
  html: text,
  markdown: text,
  code: text,
  calloutText: text,
  heading: text,
  subheading: text,
  subheader: text,
  header: text,
  content: text,
  title: text,
  fileName: text,
  fileTitle: text,
  fileCaption: text,
  productTitle: text,
  productDescription: text,
  productImageSrc: text,
  metadata: z.object({ title: text, description: text }).catch({ title: '', description: '' }),
  images: z.array(z.object({ src: text, alt: text, caption: text, fileName: text })).catch([]),
});
type CardData = z.infer<typeof cardData>;

const DRAWN: Readonly<Record<string, (card: CardData) => string>> = {
  image: (card) => figure(picture(card.src, card.alt, card.href), card.caption),
  gallery: (card) =>
    card.images.map((image) => figure(picture(image.src, image.alt, ''), image.caption)).join('') +
    (card.caption === '' ? '' : `<p>${card.caption}</p>`),
  markdown: (card) => markdownToHtml(card.markdown),
  'card-markdown': (card) => markdownToHtml(card.markdown),
  html: (card) => card.html,
  code: (card) => code(card),
  codeblock: (card) => code(card),
  hr: () => '<hr>',
  horizontalrule: () => '<hr>',
  callout: (card) => `<blockquote><p>${card.calloutText}</p></blockquote>`,
  toggle: (card) => `<h4>${card.heading}</h4>${card.content}`,
  header: (card) => headings(card.header || card.heading, card.subheader || card.subheading),
  bookmark: (card) => link(card.url, card.metadata.title || card.title || card.url, card.caption),
  embed: (card) => link(card.url, card.caption === '' ? card.url : '', card.caption),
  video: (card) => link(card.src, card.fileName || card.src, card.caption),
  audio: (card) => link(card.src, card.title || card.src, card.caption),
  file: (card) => link(card.src, card.fileTitle || card.fileName || card.src, card.fileCaption),
  product: (card) =>
    (card.productImageSrc === '' ? '' : figure(picture(card.productImageSrc, '', ''), '')) +
    headings(card.productTitle, '') +
    card.productDescription,
  /** A mark inside the text that editors need and readers do not. */
  zwnj: () => '',
};

/** Draws one card. `data` is whatever the export holds. The result is not clean yet. */
export function drawCard(name: string, data: unknown): Card {
  const draw = Object.hasOwn(DRAWN, name) ? DRAWN[name] : undefined;
  const reading = cardData.safeParse(data);
  if (draw === undefined || !reading.success) return { dropped: `card ${name}` };
  return { html: draw(reading.data) };
}

function picture(src: string, alt: string, href: string): string {
  if (src === '') return '';
  const image = `<img src="${attribute(src)}" alt="${attribute(alt)}">`;
  return href === '' ? image : `<a href="${attribute(href)}">${image}</a>`;
}

/** Captions are HTML in Ghost's data. */
function figure(inner: string, caption: string): string {
  if (inner === '') return '';
  return `<figure>${inner}${caption === '' ? '' : `<figcaption>${caption}</figcaption>`}</figure>`;
}

function code(card: CardData): string {
  return figure(`<pre><code>${escapeText(card.code)}</code></pre>`, card.caption);
}

function headings(first: string, second: string): string {
  return (
    (first.trim() === '' ? '' : `<h2>${first}</h2>`) +
    (second.trim() === '' ? '' : `<p>${second}</p>`)
  );
}

function link(url: string, words: string, caption: string): string {
  if (url === '') return caption === '' ? '' : `<p>${caption}</p>`;
  const shown = words === '' ? `${caption}` : escapeText(words);
  const after = words === '' || caption === '' ? '' : `<br>${caption}`;
  return `<p><a href="${attribute(url)}">${shown}</a>${after}</p>`;
}

function attribute(value: string): string {
  return escapeText(value).replaceAll('"', '&quot;');
}
