/**
 * WordPress exports (WXR 1.0 to 1.2), read as a stream in two passes: the first learns which attachment has which address
 * and which login has which public name, the second makes stories. Memory holds one post at a time.
 *
 * Never published: private, trashed, password-protected and unfinished posts. Never read: comments, e-mail addresses,
 * revisions, menus. Sources of the rules: emdash-cms/emdash#322, WordPress/gutenberg#13049, checks I8 to I14.
 */
import type { Instant } from '../../calendar/index.ts';
import { resolveWebAddress } from '../addresses.ts';
import { cleanHtml, collapse, escapeText, plainTitle } from '../clean.ts';
import { readFeedDate } from './dates.ts';
import { chooseEncoding, strictDecoder } from './decode.ts';
import {
  bodyParts,
  type ImportedStory,
  type SourceStatus,
  wholeSeconds,
} from './imported-story.ts';
import { shortText } from './item.ts';
import { isRssItem } from './rss.ts';
import { readShortcodes } from './shortcodes.ts';
import { ImportRefusal, type ImportSource, type OpenBytes, Tally } from './source.ts';
import { WP, WxrFields } from './wxr-fields.ts';
import { childElements, type XmlElement, XmlReader, XmlRefusal } from './xml.ts';

export interface WxrOptions {
  readonly open: OpenBytes;
  readonly contentType: string | null;
  /** Zone of the newsroom, for posts that only carry their local time. */
  readonly zone: string;
}

interface Site {
  link: string | null;
  language: string | null;
  /** Attachment id to address. */
  readonly attachments: Map<string, string>;
  /** Login to public name. */
  readonly names: Map<string, string>;
}

const EXCERPT = /^(https?:\/\/wordpress\.org\/export\/1\.\d\/excerpt\/|excerpt:)$/;
const CONTENT = /^(http:\/\/purl\.org\/rss\/1\.0\/modules\/content\/|content:)$/;
/** Elements that hold people's data or nothing of a story; their content is not looked at. */
const SKIPPED = new Set([
  ...['comment', 'author_email', 'author_first_name', 'author_last_name', 'author_id'],
  ...['category', 'tag', 'term'],
]);

/** Opens an export: reads it through once to learn addresses and names. Throws {@link ImportRefusal}. */
export async function openWxr(options: WxrOptions): Promise<ImportSource> {
  const site = await readSite(options);
  const left = new Tally();
  return {
    format: 'wordpress',
    name: `wordpress:${site.link ?? 'unknown'}`,
    left: left.counts,
    stories: () => readPosts(options, site, left),
  };
}

async function readSite(options: WxrOptions): Promise<Site> {
  const site: Site = { link: null, language: null, attachments: new Map(), names: new Map() };
  const root = await readThrough(options, (item) => {
    const fields = new WxrFields(item);
    if (fields.wp('post_type') === 'attachment') {
      const address = resolveWebAddress(fields.wp('attachment_url'), null);
      if (address !== null) site.attachments.set(fields.wp('post_id'), address);
    }
  });
  const channel = childElements(root).find((child) => child.name === 'channel');
  if (channel === undefined) throw new ImportRefusal('format');
  const fields = new WxrFields(channel);
  site.link = resolveWebAddress(fields.own('link'), null);
  site.language = fields.own('language') || null;
  for (const author of childElements(channel)) {
    if (author.name !== 'author' || !WP.test(author.namespace)) continue;
    const person = new WxrFields(author);
    const name = collapse(person.wp('author_display_name'));
    const login = person.wp('author_login');
    if (name !== '' && name !== login && !name.includes('@')) site.names.set(login, name);
  }
  return site;
}

async function* readPosts(
  options: WxrOptions,
  site: Site,
  left: Tally,
): AsyncGenerator<ImportedStory> {
  const ready: ImportedStory[] = [];
  const reading = readPieces(options, (item) => {
    const story = readPost(item, { site, zone: options.zone, left });
    if (story !== null) ready.push(story);
  });
  for await (const _piece of reading) yield* ready.splice(0);
  yield* ready;
}

/** Reads the whole stream; `onItem` gets each post. Returns the root. */
async function readThrough(
  options: WxrOptions,
  onItem: (item: XmlElement) => void,
): Promise<XmlElement> {
  const reading = readPieces(options, onItem);
  for (;;) {
    const { done, value } = await reading.next();
    if (done === true) return value;
  }
}

async function* readPieces(
  options: WxrOptions,
  onItem: (item: XmlElement) => void,
): AsyncGenerator<undefined, XmlElement> {
  const reader = new XmlReader({
    documentAddress: null,
    isRecord: isRssItem,
    onRecord: onItem,
    isSkipped: ({ name, namespace }) => SKIPPED.has(name) && WP.test(namespace),
  });
  try {
    for await (const text of decodePieces(options)) {
      reader.write(text);
      yield;
    }
    const root = reader.close();
    if (root === null) throw new ImportRefusal('format');
    return root;
  } catch (error) {
    throw error instanceof XmlRefusal ? new ImportRefusal(error.reason) : error;
  }
}

async function* decodePieces(options: WxrOptions): AsyncGenerator<string> {
  let decoder: ReturnType<typeof strictDecoder> | undefined;
  try {
    for await (const bytes of options.open()) {
      if (decoder === undefined) {
        const choice = chooseEncoding(bytes, options.contentType);
        decoder = choice === null ? null : strictDecoder(choice);
        if (choice === null || decoder === null) throw new ImportRefusal('encoding');
        yield decoder.decode(bytes.subarray(choice.skip));
      } else if (decoder !== null) {
        yield decoder.decode(bytes);
      }
    }
    if (decoder !== undefined && decoder !== null) yield decoder.end();
  } catch (error) {
    // A strict decoder says no with a TypeError; anything else is not about letters.
    throw error instanceof TypeError ? new ImportRefusal('encoding') : error;
  }
}

interface PostContext {
  readonly site: Site;
  readonly zone: string;
  readonly left: Tally;
}

function readPost(item: XmlElement, { site, zone, left }: PostContext): ImportedStory | null {
  const fields = new WxrFields(item);
  const type = fields.wp('post_type') || 'post';
  const sourceStatus = fields.wp('status');
  if (type !== 'post' && type !== 'page') {
    left.add(type === 'attachment' ? 'attachment (kept as address)' : `of type ${type}`);
    return null;
  }
  if (sourceStatus === 'trash' || sourceStatus === 'auto-draft' || sourceStatus === 'inherit') {
    left.add(`with status ${sourceStatus}`);
    return null;
  }
  const url = resolveWebAddress(fields.own('link'), site.link);
  const date = dateOf(fields, zone);
  const body = bodyOf(fields, { site, base: url ?? site.link });
  const { status, note } = statusOf({ sourceStatus, fields, isDated: date.instant !== null });
  const excerpt = shortText(cleanHtml(fields.of(EXCERPT, 'encoded'), { base: null }).text);
  return {
    ...body,
    identity: postIdentity(fields),
    title: plainTitle(fields.title()),
    url,
    published: wholeSeconds(date.instant),
    // WordPress dates every save, not what a reader should know of; it also tells when somebody was at work.
    updated: null,
    language: site.language,
    summary: excerpt,
    byline: site.names.get(fields.creator()) ?? null,
    tags: fields.categories(),
    section: fields.categories('category')[0] ?? null,
    slug: fields.wp('post_name').replace(/\.html?$/i, '') || null,
    kind: type === 'page' ? 'page' : 'story',
    status,
    completeness: 'full',
    dropped: [...body.dropped, ...note, ...date.note],
  };
}

/** The number WordPress gave it: addresses and guids of copied posts repeat, numbers of one site do not. */
function postIdentity(fields: WxrFields): string {
  const number = fields.wp('post_id');
  return number === '' ? fields.own('guid').trim() : `post ${number}`;
}

function statusOf({
  sourceStatus,
  fields,
  isDated,
}: {
  readonly sourceStatus: string;
  readonly fields: WxrFields;
  readonly isDated: boolean;
}): { status: SourceStatus; note: string[] } {
  if (fields.wp('post_password') !== '') {
    return { status: 'withheld', note: ['protected by a password: kept as a draft'] };
  }
  if (sourceStatus === 'private') return { status: 'withheld', note: ['private: kept as a draft'] };
  if (sourceStatus === 'future') return { status: 'draft', note: ['scheduled: kept as a draft'] };
  if (sourceStatus !== 'publish' && sourceStatus !== '') return { status: 'draft', note: [] };
  // A date of zeros is how WordPress marks a draft, whatever the status says.
  const isZero = fields.wp('post_date_gmt').startsWith('0000') && !isDated;
  return isZero
    ? { status: 'draft', note: ['no date: kept as a draft'] }
    : { status: 'published', note: [] };
}

/** The order is: GMT, then the feed's own date, then local time in the newsroom's zone. */
function dateOf(fields: WxrFields, zone: string): { instant: Instant | null; note: string[] } {
  const gmt = gmtDate(fields.wp('post_date_gmt')) ?? readFeedDate(fields.own('pubdate'));
  if (gmt !== null) return { instant: gmt, note: [] };
  const local = DATE_AND_TIME.exec(fields.wp('post_date'));
  const instant = local === null ? null : localDate(`${local[1]}T${local[2]}`, zone);
  return { instant, note: instant === null ? [] : [`local time read in the zone ${zone}`] };
}

const DATE_AND_TIME = /^\s*(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})\s*$/;

function gmtDate(text: string): Instant | null {
  const match = DATE_AND_TIME.exec(text);
  return match === null ? null : readFeedDate(`${match[1]}T${match[2]}Z`);
}

/** A wall clock time in a zone; null for a day that does not exist. */
function localDate(wall: string, zone: string): Instant | null {
  const asIfUtc = readFeedDate(`${wall}Z`);
  const clock = asIfUtc?.toZonedDateTimeISO('UTC').toPlainDateTime();
  return clock?.toZonedDateTime(zone).toInstant() ?? null;
}

function bodyOf(
  fields: WxrFields,
  { site, base }: { readonly site: Site; readonly base: string | null },
) {
  const content = fields.of(CONTENT, 'encoded');
  const isClassic = !content.includes('<!-- wp:');
  const shortcodes = readShortcodes(content, { attachments: site.attachments });
  const lead = site.attachments.get(fields.meta('_thumbnail_id'));
  const picture =
    lead === undefined || content.includes(lead)
      ? ''
      : `<figure><img src="${escapeText(lead)}" alt=""></figure>`;
  const parts = bodyParts(picture + shortcodes.html, { base, emptyLinesPart: isClassic });
  return { ...parts, dropped: [...parts.dropped, ...shortcodes.dropped] };
}
