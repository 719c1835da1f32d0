/** Mobiledoc 0.3 (Ghost 1 to 4) as HTML: numbered sections with markers that open and close marks by number. */
import { z } from 'zod';
import { escapeText } from '../clean.ts';
import { drawCard } from './cards.ts';
import type { Drawn } from './lexical.ts';

const marker = z.tuple([
  z.number(),
  z.array(z.number()),
  z.number(),
  z.union([z.string(), z.number()]),
]);
const documentShape = z.object({
  markups: z.array(z.array(z.unknown())).default([]),
  atoms: z.array(z.array(z.unknown())).default([]),
  cards: z.array(z.array(z.unknown())).default([]),
  sections: z.array(z.array(z.unknown())).default([]),
});
type Mobiledoc = z.infer<typeof documentShape>;
type Marker = z.infer<typeof marker>;

const MARKUP_SECTION = 1;
const IMAGE_SECTION = 2;
const LIST_SECTION = 3;
const CARD_SECTION = 10;
const ATOM = 1;
const SECTION_TAGS = new Set([
  'p',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'blockquote',
  'aside',
  'pull-quote',
]);
const MARKS = new Set(['strong', 'b', 'em', 'i', 'a', 'code', 'sub', 'sup']);

/** Null when the text is no Mobiledoc document. */
export function mobiledocToHtml(source: string): Drawn | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(source);
  } catch {
    return null;
  }
  const reading = documentShape.safeParse(parsed);
  if (!reading.success) return null;
  const dropped: string[] = [];
  const html = reading.data.sections
    .map((section) => drawSection(section, reading.data, dropped))
    .join('');
  return { html, dropped };
}

function drawSection(section: readonly unknown[], document: Mobiledoc, dropped: string[]): string {
  const [kind, second, third] = section;
  if (kind === MARKUP_SECTION) return paragraph(second, drawMarkers(third, document));
  if (kind === IMAGE_SECTION) return image(second);
  if (kind === CARD_SECTION) return drawNumberedCard(second, document, dropped);
  if (kind !== LIST_SECTION) return '';
  const tag = second === 'ol' ? 'ol' : 'ul';
  const items = Array.isArray(third) ? third : [];
  return `<${tag}>${items.map((item) => `<li>${drawMarkers(item, document)}</li>`).join('')}</${tag}>`;
}

function paragraph(tag: unknown, inner: string): string {
  const name = typeof tag === 'string' && SECTION_TAGS.has(tag) ? tag : 'p';
  const isQuote = name === 'blockquote' || name === 'aside' || name === 'pull-quote';
  return isQuote ? `<blockquote><p>${inner}</p></blockquote>` : `<${name}>${inner}</${name}>`;
}

function image(src: unknown): string {
  const drawn = drawCard('image', { src });
  return 'html' in drawn ? drawn.html : '';
}

function drawNumberedCard(number: unknown, document: Mobiledoc, dropped: string[]): string {
  const [name, data] = typeof number === 'number' ? (document.cards[number] ?? []) : [];
  const drawn = drawCard(typeof name === 'string' ? name : 'unknown', data);
  if ('html' in drawn) return drawn.html;
  dropped.push(drawn.dropped);
  return '';
}

/** Marks stay open across markers, until as many are closed as a marker says. */
function drawMarkers(markers: unknown, document: Mobiledoc): string {
  const reading = z.array(marker).safeParse(markers);
  if (!reading.success) return '';
  const open: string[] = [];
  let html = '';
  for (const item of reading.data) {
    for (const number of item[1]) {
      const mark = openMark(document.markups[number]);
      open.push(mark.tag);
      html += mark.html;
    }
    html += markerText(item, document);
    for (let closed = 0; closed < item[2]; closed += 1) html += closeMark(open.pop());
  }
  return html + open.reverse().map(closeMark).join('');
}

function openMark(markup: readonly unknown[] | undefined): { tag: string; html: string } {
  const [tag, attributes] = markup ?? [];
  if (typeof tag !== 'string' || !MARKS.has(tag)) return { tag: '', html: '' };
  const list = Array.isArray(attributes) ? attributes : [];
  const at = list.indexOf('href');
  const href = at === -1 ? '' : String(list[at + 1] ?? '');
  const written = tag === 'a' ? ` href="${escapeText(href).replaceAll('"', '&quot;')}"` : '';
  return { tag, html: `<${tag}${written}>` };
}

function closeMark(tag: string | undefined): string {
  return tag === undefined || tag === '' ? '' : `</${tag}>`;
}

function markerText(item: Marker, document: Mobiledoc): string {
  if (item[0] !== ATOM) return escapeText(String(item[3]));
  const [name, text] = document.atoms[Number(item[3])] ?? [];
  return name === 'soft-return' ? '<br>' : escapeText(typeof text === 'string' ? text : '');
}
