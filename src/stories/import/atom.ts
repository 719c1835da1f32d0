/** One `entry` of Atom 1.0 (and of the older 0.3) as a feed item: rules F4 to F9 for this family. */
import { resolveWebAddress } from '../addresses.ts';
import { cleanHtml, plainTitle, textOrNull } from '../clean.ts';
import { type FeedItem, type ItemBody, shortText } from './item.ts';
import { escapedMarkup, xhtmlMarkup } from './markup.ts';
import { firstDate, ItemFields } from './rss.ts';
import { childElements, textOf, type XmlElement } from './xml.ts';

/** RFC 4287 section 4.2.7.2: a registered relation may also be written as an address. */
const RELATIONS = 'http://www.iana.org/assignments/relation/';
const DUBLIN_CORE = ['http://purl.org/dc/elements/1.1/', 'dc:'];

/** Whether an element is a story of an Atom feed, or an entry document of its own. */
export function isAtomEntry(element: XmlElement, parent: XmlElement | null): boolean {
  return element.name === 'entry' && (parent === null || parent.name === 'feed');
}

/** Reads one `entry`. `fetchedFrom` is the address of the feed. */
export function readAtomEntry(entry: XmlElement, fetchedFrom: string | null): FeedItem {
  const fields = new ItemFields(entry);
  const [title] = fields.own('title');
  const [summary] = fields.own('summary');
  const chosen = bodyOf(fields);
  const updated = firstDate([...fields.own('updated'), ...fields.own('modified')]);
  const published = firstDate([
    ...fields.own('published'),
    ...fields.own('issued'),
    ...fields.own('created'),
  ]);
  return {
    statedIdentity:
      fields
        .own('id')
        .map((id) => textOf(id).trim())
        .find(Boolean) ?? '',
    title: title === undefined ? null : titleOf(title),
    url: urlOf(fields, fetchedFrom),
    published: published ?? updated,
    updated,
    ownLanguage: ownLanguageOf(fields, entry, chosen?.element),
    body: chosen?.body ?? null,
    summary: chosen?.body.isContent === true && summary !== undefined ? summaryOf(summary) : null,
    authors: fields
      .own('author')
      .map((author) => new ItemFields(author).own('name').map(textOf).join(' ')),
    tags: fields
      .own('category')
      .map((category) =>
        (category.attributes.get('label') ?? category.attributes.get('term') ?? '').trim(),
      )
      .filter(Boolean),
    left: enclosures(fields),
  };
}

/** The language of the feed: what is in scope at its root. */
export function atomLanguage(root: XmlElement): string | null {
  const stated = new ItemFields(root)
    .of(DUBLIN_CORE, 'language')
    .map((language) => textOf(language).trim())
    .find(Boolean);
  return root.language ?? stated ?? null;
}

/** The address of the next page of a paged feed (RFC 5005), resolved, or null. */
export function nextPageOf(root: XmlElement, fetchedFrom: string | null): string | null {
  const links = [root, ...childElements(root)]
    .flatMap((element) => childElements(element))
    .filter((element) => element.name === 'link' && relationOf(element) === 'next');
  const [next] = links;
  const href = next?.attributes.get('href');
  return next === undefined || href === undefined
    ? null
    : resolveWebAddress(href, next.base ?? fetchedFrom);
}

/** The address of the site a feed belongs to, RSS or Atom, or null. */
export function homeOf(root: XmlElement, fetchedFrom: string | null): string | null {
  const channel = childElements(root).find((child) => child.name === 'channel') ?? root;
  for (const link of childElements(channel)) {
    if (link.name !== 'link') continue;
    const href = link.attributes.get('href');
    const isHome = href === undefined || relationOf(link) === 'alternate';
    const written = (href ?? textOf(link)).trim();
    if (isHome && written !== '') return resolveWebAddress(written, link.base ?? fetchedFrom);
  }
  return null;
}

type TextForm = 'text' | 'html' | 'xhtml' | 'other';

/** RFC 4287 section 3.1 and 4.1.3; Atom 0.3 said the same with a media type and a `mode`. */
function formOf(element: XmlElement): TextForm {
  const type = (element.attributes.get('type') ?? 'text')
    .trim()
    .toLowerCase()
    .replace(/\s*;.*$/, '');
  const isInline = element.attributes.get('mode') === 'xml';
  if (element.attributes.has('src') || element.attributes.get('mode') === 'base64') return 'other';
  if (type === 'xhtml' || type === 'application/xhtml+xml') return 'xhtml';
  if (type === 'html' || type === 'text/html') return isInline ? 'xhtml' : 'html';
  if (type === 'text' || type === '') return 'text';
  return type.startsWith('text/') && !type.endsWith('xml') ? 'text' : 'other';
}

function titleOf(element: XmlElement): string | null {
  const form = formOf(element);
  if (form === 'html') return plainTitle(escapedMarkup(element));
  if (form === 'xhtml') return plainTitle(xhtmlMarkup(element));
  return textOrNull(textOf(element));
}

function summaryOf(element: XmlElement): string | null {
  const form = formOf(element);
  if (form === 'text' || form === 'other') return shortText(textOf(element));
  const source = form === 'html' ? escapedMarkup(element) : xhtmlMarkup(element);
  return shortText(cleanHtml(source, { base: null }).text);
}

function bodyOf(fields: ItemFields): { body: ItemBody; element: XmlElement } | undefined {
  const candidates = [
    ...fields.own('content').map((element) => ({ element, isContent: true })),
    ...fields.own('summary').map((element) => ({ element, isContent: false })),
  ];
  for (const { element, isContent } of candidates) {
    const form = formOf(element);
    const source = sourceOf(element, form);
    if (source.trim() !== '') {
      const shape = form === 'text' ? 'text' : 'html';
      return { element, body: { source, form: shape, base: element.base, isContent } };
    }
  }
  return undefined;
}

function sourceOf(element: XmlElement, form: TextForm): string {
  if (form === 'html') return escapedMarkup(element);
  if (form === 'xhtml') return xhtmlMarkup(element);
  return form === 'text' ? textOf(element) : '';
}

function relationOf(link: XmlElement): string {
  const relation = (link.attributes.get('rel') ?? 'alternate').trim().toLowerCase();
  return relation.startsWith(RELATIONS) ? relation.slice(RELATIONS.length) : relation;
}

function urlOf(fields: ItemFields, fetchedFrom: string | null): string | null {
  const link = fields
    .own('link')
    .find((element) => relationOf(element) === 'alternate' && element.attributes.has('href'));
  if (link === undefined) return null;
  return resolveWebAddress(link.attributes.get('href') ?? '', link.base ?? fetchedFrom);
}

/** The entry's own statement, else that of its body, else what `dc:language` says. */
function ownLanguageOf(
  fields: ItemFields,
  entry: XmlElement,
  body: XmlElement | undefined,
): string | null {
  const stated = fields.of(DUBLIN_CORE, 'language').map((element) => textOf(element).trim());
  return stated.find(Boolean) ?? entry.ownLanguage ?? body?.ownLanguage ?? null;
}

function enclosures(fields: ItemFields): string[] {
  return fields
    .own('link')
    .filter((link) => relationOf(link) === 'enclosure')
    .map((link) => `enclosure ${link.attributes.get('type') ?? ''}`.trim());
}
