/** One `item` of RSS 0.9x, 1.0 (RDF) or 2.0 as a feed item: rules F4 to F9 for this family. */
import { resolveWebAddress } from '../addresses.ts';
import { cleanHtml, plainTitle } from '../clean.ts';
import { readFeedDate } from './dates.ts';
import { type FeedItem, type ItemBody, nameInParentheses, shortText } from './item.ts';
import { escapedMarkup } from './markup.ts';
import { childElements, textOf, type XmlElement } from './xml.ts';

const DUBLIN_CORE = ['http://purl.org/dc/elements/1.1/', 'http://purl.org/dc/elements/1.0/', 'dc:'];
const DUBLIN_TERMS = ['http://purl.org/dc/terms/', 'dcterms:'];
const CONTENT = ['http://purl.org/rss/1.0/modules/content/', 'content:'];
const ATOM = ['http://www.w3.org/2005/Atom', 'atom:', 'a10:'];

/** Whether an element is a story of a feed of this family. */
export function isRssItem(element: XmlElement, parent: XmlElement | null): boolean {
  if (element.name.toLowerCase() !== 'item' || parent === null) return false;
  return ['channel', 'rdf', 'rss', 'items'].includes(parent.name.toLowerCase());
}

/** Reads one `item`. `fetchedFrom` is the address of the feed. */
export function readRssItem(item: XmlElement, fetchedFrom: string | null): FeedItem {
  const fields = new ItemFields(item);
  const guid = fields.own('guid').find((element) => textOf(element).trim() !== '');
  const atomId = fields.of(ATOM, 'id').map((element) => textOf(element).trim());
  const body = bodyOf(fields);
  const description = fields.own('description')[0];
  const title = fields.own('title')[0];
  return {
    statedIdentity:
      guid === undefined ? (atomId.find(Boolean) ?? aboutOf(item)) : textOf(guid).trim(),
    title: title === undefined ? null : plainTitle(escapedMarkup(title)),
    url: urlOf(fields, guid, fetchedFrom),
    published: firstDate([...fields.own('pubdate'), ...fields.of(DUBLIN_CORE, 'date')]),
    updated: firstDate([...fields.of(ATOM, 'updated'), ...fields.of(DUBLIN_TERMS, 'modified')]),
    ownLanguage: ownLanguageOf(fields, item),
    body,
    summary:
      body?.isContent === true && description !== undefined
        ? shortText(cleanHtml(escapedMarkup(description), { base: null }).text)
        : null,
    authors: [
      ...fields.of(DUBLIN_CORE, 'creator').map(textOf),
      ...fields.own('author').map((author) => nameInParentheses(textOf(author))),
    ],
    tags: fields
      .own('category')
      .map((category) => textOf(category).trim())
      .filter(Boolean),
    left: fields
      .own('enclosure')
      .map((file) => `enclosure ${file.attributes.get('type') ?? ''}`.trim()),
  };
}

/** The language of a whole feed of this family, from what is left of its root once the items are gone. */
export function rssLanguage(root: XmlElement): string | null {
  const channel = childElements(root).find((child) => child.name.toLowerCase() === 'channel');
  for (const element of channel === undefined ? [root] : [channel, root]) {
    const fields = new ItemFields(element);
    const stated = [...fields.own('language'), ...fields.of(DUBLIN_CORE, 'language')]
      .map((language) => textOf(language).trim())
      .find((language) => language !== '');
    if (stated !== undefined) return stated;
  }
  return channel?.language ?? root.language;
}

/** Child elements by name: core ones by their local name in any case, extensions by namespace. */
export class ItemFields {
  readonly #element: XmlElement;
  readonly #children: readonly XmlElement[];

  constructor(element: XmlElement) {
    this.#element = element;
    this.#children = childElements(element);
  }

  own(name: string): XmlElement[] {
    return this.#children.filter(
      (child) =>
        child.name.toLowerCase() === name &&
        (child.namespace === this.#element.namespace || child.namespace === ''),
    );
  }

  of(namespaces: readonly string[], name: string): XmlElement[] {
    return this.#children.filter(
      (child) => child.name.toLowerCase() === name && namespaces.includes(child.namespace),
    );
  }
}

/** `rdf:about`, whatever the prefix is. */
function aboutOf(item: XmlElement): string {
  for (const [name, value] of item.attributes) {
    if (name === 'about' || name.endsWith(':about')) return value.trim();
  }
  return '';
}

function urlOf(
  fields: ItemFields,
  guid: XmlElement | undefined,
  fetchedFrom: string | null,
): string | null {
  const link = fields.own('link').find((element) => textOf(element).trim() !== '');
  const isPermanent = guid?.attributes.get('isPermaLink')?.trim().toLowerCase() !== 'false';
  const chosen = link ?? (isPermanent ? guid : undefined);
  return chosen === undefined
    ? null
    : resolveWebAddress(textOf(chosen), chosen.base ?? fetchedFrom);
}

function ownLanguageOf(fields: ItemFields, item: XmlElement): string | null {
  const stated = fields
    .of(DUBLIN_CORE, 'language')
    .map((language) => textOf(language).trim())
    .find((language) => language !== '');
  return stated ?? item.ownLanguage;
}

function bodyOf(fields: ItemFields): ItemBody | null {
  const isFilled = (element: XmlElement) => escapedMarkup(element).trim() !== '';
  const content = fields.of(CONTENT, 'encoded').find(isFilled);
  const chosen = content ?? fields.own('description').find(isFilled);
  if (chosen === undefined) return null;
  return {
    source: escapedMarkup(chosen),
    form: 'html',
    base: chosen.base,
    isContent: content !== undefined,
  };
}

/** The first of several date elements that can be read. */
export function firstDate(elements: readonly XmlElement[]): FeedItem['published'] {
  for (const element of elements) {
    const date = readFeedDate(textOf(element));
    if (date !== null) return date;
  }
  return null;
}
