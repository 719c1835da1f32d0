/**
 * HTML from anywhere made into HTML that may stand in a story (rules F10 and F11).
 *
 * Two steps. `sanitize-html` lets through what is on the list and nothing else; addresses are resolved and judged on the
 * way. What is left is then brought into our few blocks: loose text and unwrapped boxes become paragraphs, so that a story
 * reads the same wherever it came from. The second step writes every tag and escapes every character itself, from a tree
 * that only holds listed elements, so its output is safe whatever the first step thought of its input.
 *
 * The same function runs when a story comes in and again when its page is made.
 */
import sanitize from 'sanitize-html';
import { LINK_SCHEMES, resolveAddress, resolveWebAddress } from './addresses.ts';
import { type BlockPage, type PictureForm, toBlocks } from './blocks.ts';
import { isInvisiblePicture } from './pixels.ts';

export interface CleanOptions {
  /** What relative addresses are resolved against; null leaves them out. */
  readonly base: string | null;
  /** Addresses that begin with one `/` stay as they are: they lead to our own pages. For our own stories only. */
  readonly keepsOwnPaths?: boolean;
  /** Loose text is parted at empty lines (classic WordPress). */
  readonly emptyLinesPart?: boolean;
  /** Links to other sites carry this `rel`. */
  readonly outsideRel?: string;
  /** Headings are renumbered from this level on, without gaps. */
  readonly firstHeadingLevel?: number;
  /** How pictures are written; as `img` unless said otherwise. */
  readonly pictures?: PictureForm;
}

/** What was taken out, by a word for people, and how often. */
export type Dropped = ReadonlyMap<string, number>;

export interface CleanHtml extends BlockPage {
  readonly dropped: Dropped;
}

const KEPT_TAGS = [
  ...['p', 'br', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'blockquote', 'ul', 'ol', 'li', 'em'],
  ...['strong', 'b', 'i', 'a', 'img', 'figure', 'figcaption', 'code', 'pre', 'sub', 'sup', 'hr'],
  ...['table', 'caption', 'colgroup', 'col', 'thead', 'tbody', 'tfoot', 'tr', 'th', 'td'],
];
const KEPT = new Set(KEPT_TAGS);
/** Removed with everything inside. */
const REMOVED_TAGS = [
  ...['script', 'style', 'iframe', 'object', 'embed', 'applet', 'svg', 'math', 'template'],
  ...['noscript', 'form', 'select', 'textarea', 'button', 'video', 'audio', 'head', 'title'],
];
const REMOVED = new Set(REMOVED_TAGS);
/** Boxes that are unwrapped but part text like a block does. They pass the first step as `div`. */
const BOX_TAGS = new Set([
  ...['div', 'section', 'article', 'aside', 'main', 'header', 'footer', 'nav', 'address', 'center'],
  ...[
    'dl',
    'dt',
    'dd',
    'details',
    'summary',
    'fieldset',
    'hgroup',
    'dialog',
    'body',
    'menu',
    'dir',
  ],
]);
const NESTING_LIMIT = 80;
const UNWRAPPED = 'unwrapped';
const LANGUAGE_TAG = /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i;
/** Where a player stood, until the second step puts a link there. Both marks are removed from the input first. */
const EMBED_START = '\u{f8f0}';
const EMBED_END = '\u{f8f1}';

/** Cleans a piece of HTML. Never throws for what the HTML holds. */
export function cleanHtml(source: string, options: CleanOptions): CleanHtml {
  const dropped = new Map<string, number>();
  const embeds: string[] = [];
  const safe = sanitize(withHeadClosed(withoutControls(source)), {
    allowedTags: [...KEPT_TAGS, 'div'],
    nonTextTags: REMOVED_TAGS,
    allowedAttributes: { '*': ['lang', 'dir'], a: ['href'], img: ['src', 'alt'] },
    allowedSchemes: ['http', 'https', 'mailto'],
    allowProtocolRelative: false,
    disallowedTagsMode: 'discard',
    nestingLimit: NESTING_LIMIT,
    parseStyleAttributes: false,
    transformTags: {
      ...players({ options, dropped, embeds }),
      '*': (tag, attributes) => transform(tag, attributes, { options, dropped, embeds }),
    },
  });
  const page = toBlocks(safe, {
    pictures: options.pictures ?? { as: 'image' },
    emptyLinesPart: options.emptyLinesPart === true,
    ...(options.outsideRel === undefined ? {} : { outsideRel: options.outsideRel }),
    ...(options.firstHeadingLevel === undefined
      ? {}
      : { firstHeadingLevel: options.firstHeadingLevel }),
    embed: { start: EMBED_START, end: EMBED_END, addresses: embeds },
  });
  return { ...page, dropped };
}

/** Plain text as the HTML of a story: empty lines part paragraphs, other line ends are line breaks. */
export function textToHtml(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .split(/\n[^\S\n]*\n\s*/)
    .filter((paragraph) => paragraph.trim() !== '')
    .map((paragraph) => `<p>${escapeText(paragraph.trim()).replaceAll('\n', '<br>')}</p>`)
    .join('\n');
}

export function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** The text of a title that is HTML: tags go, characters are decoded, blanks collapse (rule F6). Null when nothing is left. */
export function plainTitle(source: string): string | null {
  return textOrNull(cleanHtml(source, { base: null }).text);
}

/** White space collapsed and trimmed; null when nothing is left. */
export function textOrNull(source: string): string | null {
  const text = collapse(withoutControls(source));
  return text === '' ? null : text;
}

export function collapse(text: string): string {
  return text.replace(/\p{White_Space}+/gu, ' ').trim();
}

/** HTML lets the end of `head` be left out; our parser would take the whole page for a part of it. */
function withHeadClosed(source: string): string {
  return /<head\b/i.test(source) ? source.replace(/<body\b/i, '</head><body') : source;
}

interface TransformContext {
  readonly options: CleanOptions;
  readonly dropped: Map<string, number>;
  readonly embeds: string[];
}

function transform(
  tag: string,
  attributes: sanitize.Attributes,
  context: TransformContext,
): sanitize.Tag {
  noteHandlers(attributes, context.dropped);
  if (REMOVED.has(tag)) {
    count(context.dropped, tag);
    return { tagName: tag, attribs: {} };
  }
  if (tag === 'a') return link(attributes, context);
  if (tag === 'img') return picture(attributes, context);
  if (BOX_TAGS.has(tag)) return { tagName: 'div', attribs: passageAttributes(attributes) };
  if (KEPT.has(tag)) return { tagName: tag, attribs: passageAttributes(attributes) };
  return { tagName: UNWRAPPED, attribs: {} };
}

/**
 * Frames and players are removed with everything inside, and where they had a web address a mark is left, which the second
 * step makes a plain link of. (Only a transformation by name may leave text behind, hence the table.)
 */
function players(context: TransformContext): Record<string, sanitize.Transformer> {
  const leaveMark = (tagName: string, attribs: sanitize.Attributes): sanitize.Tag => {
    const address = resolveWebAddress(attribs.src ?? '', null);
    if (address === null || isInvisiblePicture(attribs)) return { tagName, attribs };
    context.embeds.push(address);
    const text = `${EMBED_START}${context.embeds.length - 1}${EMBED_END}`;
    return { tagName, attribs, text };
  };
  return { iframe: leaveMark, video: leaveMark, audio: leaveMark, embed: leaveMark };
}

function link(attributes: sanitize.Attributes, context: TransformContext): sanitize.Tag {
  const written = attributes.href;
  if (written === undefined) return { tagName: UNWRAPPED, attribs: {} };
  const isOwnPath = context.options.keepsOwnPaths === true && /^\/(?![/\\])\S*$/.test(written);
  const href = isOwnPath ? written : resolveAddress(written, context.options.base, LINK_SCHEMES);
  if (href === null) {
    count(context.dropped, 'link with an unsafe or unreadable address');
    return { tagName: UNWRAPPED, attribs: {} };
  }
  return { tagName: 'a', attribs: { ...passageAttributes(attributes), href } };
}

function picture(attributes: sanitize.Attributes, context: TransformContext): sanitize.Tag {
  if (isInvisiblePicture(attributes)) {
    count(context.dropped, 'tracking pixel');
    return { tagName: UNWRAPPED, attribs: {} };
  }
  const src = resolveWebAddress(attributes.src ?? '', context.options.base);
  if (src === null || (attributes.src ?? '').trim() === '') {
    count(context.dropped, 'picture without a web address');
    return { tagName: UNWRAPPED, attribs: {} };
  }
  return { tagName: 'img', attribs: { src, alt: attributes.alt ?? '' } };
}

/** Language and direction of a passage, when they are well formed. */
function passageAttributes(attributes: sanitize.Attributes): sanitize.Attributes {
  const kept: sanitize.Attributes = {};
  const lang = attributes.lang ?? attributes['xml:lang'] ?? '';
  if (LANGUAGE_TAG.test(lang)) kept.lang = lang;
  const dir = (attributes.dir ?? '').toLowerCase();
  if (dir === 'rtl' || dir === 'ltr') kept.dir = dir;
  return kept;
}

function noteHandlers(attributes: sanitize.Attributes, dropped: Map<string, number>): void {
  for (const name of Object.keys(attributes)) {
    if (/^on/i.test(name)) count(dropped, 'on… attribute');
  }
}

function count(dropped: Map<string, number>, what: string): void {
  dropped.set(what, (dropped.get(what) ?? 0) + 1);
}

/** Characters that mean nothing in a story and that databases or browsers stumble over, and our own two marks. */
function withoutControls(source: string): string {
  return source.toWellFormed().replace(/[^\P{Cc}\t\n\r\f\u0085]|[\u{f8f0}\u{f8f1}]/gu, '');
}
