/**
 * Ghost exports: one JSON document. Of people only the public name is read; e-mails, password hashes and members are not
 * looked at. What is not public there (members, tiers, paid, sent by mail only) arrives as a draft with a note.
 */
import { z } from 'zod';
import { Instant } from '../../calendar/index.ts';
import { resolveWebAddress } from '../addresses.ts';
import { collapse, escapeText, textOrNull } from '../clean.ts';
import { readFeedDate } from './dates.ts';
import {
  bodyParts,
  type ImportedStory,
  type SourceStatus,
  wholeSeconds,
} from './imported-story.ts';
import { bylineOf, shortText } from './item.ts';
import { type Drawn, lexicalToHtml } from './lexical.ts';
import { mobiledocToHtml } from './mobiledoc.ts';
import { ImportRefusal, type ImportSource, Tally } from './source.ts';

const id = z.union([z.string(), z.number()]).transform(String);
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');
const flag = z.union([z.boolean(), z.number(), z.string()]).nullish();
const date = z.union([z.string(), z.number()]).nullish();

const post = z.object({
  id,
  uuid: text,
  title: text,
  slug: text,
  html: text,
  lexical: text,
  mobiledoc: text,
  feature_image: text,
  image: text,
  type: text,
  page: flag,
  status: text,
  visibility: text,
  locale: text,
  custom_excerpt: text,
  canonical_url: text,
  codeinjection_head: text,
  codeinjection_foot: text,
  published_at: date,
  author_id: id.nullish(),
});
type Post = z.infer<typeof post>;

/** Only these fields exist for us; everything else in an export is dropped by this shape. */
const dataShape = z.object({
  posts: z.array(post),
  posts_meta: z
    .array(z.object({ post_id: id, feature_image_alt: text, feature_image_caption: text }))
    .catch([]),
  tags: z.array(z.object({ id, name: text, visibility: text })).catch([]),
  posts_tags: z
    .array(z.object({ post_id: id, tag_id: id, sort_order: z.number().catch(0) }))
    .catch([]),
  users: z.array(z.object({ id, name: text })).catch([]),
  posts_authors: z
    .array(z.object({ post_id: id, author_id: id, sort_order: z.number().catch(0) }))
    .catch([]),
  settings: z.array(z.object({ key: z.string(), value: z.unknown() })).catch([]),
});
type GhostData = z.infer<typeof dataShape>;
const exportShape = z.union([
  z.object({ db: z.tuple([z.object({ data: dataShape })]).rest(z.unknown()) }),
  z.object({ data: dataShape }),
]);

export interface GhostOptions {
  /** Address of the site the export comes from, for pictures with `__GHOST_URL__`; null when not known. */
  readonly site: string | null;
}

/** Whether a parsed document looks like a Ghost export at all. */
export function isGhostExport(document: unknown): boolean {
  return z
    .union([
      z.object({
        db: z.array(z.object({ data: z.object({ posts: z.array(z.unknown()) }) })).min(1),
      }),
      z.object({ data: z.object({ posts: z.array(z.unknown()) }) }),
    ])
    .safeParse(document).success;
}

/** Opens a parsed export. Throws {@link ImportRefusal} when its shape is none we know. */
export function openGhost(document: unknown, options: GhostOptions): ImportSource {
  const reading = exportShape.safeParse(document);
  if (!reading.success) throw new ImportRefusal('format', 'a Ghost export without readable posts');
  const data = 'db' in reading.data ? reading.data.db[0].data : reading.data.data;
  const left = new Tally();
  const site = options.site === null ? null : options.site.replace(/\/+$/, '');
  return {
    format: 'ghost',
    name: `ghost:${site ?? siteTitle(data)}`,
    left: left.counts,
    *stories() {
      const index = new GhostIndex(data);
      for (const item of data.posts) yield readPost(item, { index, site });
    },
  };
}

function siteTitle(data: GhostData): string {
  const title = data.settings.find((setting) => setting.key === 'title')?.value;
  return typeof title === 'string' && title !== '' ? title : 'unknown';
}

interface PostContext {
  readonly index: GhostIndex;
  readonly site: string | null;
}

function readPost(item: Post, { index, site }: PostContext): ImportedStory {
  const { status, note } = statusOf(item);
  const drawn = draw(item);
  const lead = leadPicture(item, index);
  const html = withSite(lead + drawn.html, site);
  const body = bodyParts(html.text, { base: site });
  const isPage = item.type === 'page' || item.page === true || item.page === 1 || item.page === '1';
  const tags = index.tagsOf(item.id);
  return {
    ...body,
    identity: item.id,
    title: textOrNull(item.title),
    url: addressOf(item, site),
    published: wholeSeconds(dateOf(item.published_at)),
    // Ghost dates every save, not what a reader should know of; it also tells when somebody was at work.
    updated: null,
    language: textOrNull(item.locale),
    summary: shortText(item.custom_excerpt),
    byline: bylineOf(index.authorsOf(item)),
    tags,
    section: tags[0] ?? null,
    slug: textOrNull(item.slug),
    kind: isPage ? 'page' : 'story',
    status,
    completeness: 'full',
    dropped: [...body.dropped, ...drawn.dropped, ...note, ...html.note, ...injected(item)],
  };
}

function statusOf(item: Post): { status: SourceStatus; note: string[] } {
  const isPublic = item.visibility === '' || item.visibility === 'public';
  if (!isPublic) {
    return { status: 'withheld', note: [`for ${item.visibility} only there: kept as a draft`] };
  }
  if (item.status === 'sent')
    return { status: 'withheld', note: ['sent by mail only: kept as a draft'] };
  if (item.status === 'scheduled') return { status: 'draft', note: ['scheduled: kept as a draft'] };
  return { status: item.status === 'published' ? 'published' : 'draft', note: [] };
}

/** Lexical, else Mobiledoc, else the HTML that Ghost rendered. */
function draw(item: Post): Drawn {
  const fromLexical = item.lexical === '' ? null : lexicalToHtml(item.lexical);
  const fromMobiledoc = item.mobiledoc === '' ? null : mobiledocToHtml(item.mobiledoc);
  const drawn = fromLexical ?? fromMobiledoc;
  if (drawn !== null && (drawn.html !== '' || item.html === '')) return drawn;
  return { html: item.html, dropped: drawn?.dropped ?? [] };
}

function leadPicture(item: Post, index: GhostIndex): string {
  const src = item.feature_image || item.image;
  if (src === '' || (item.html + item.lexical + item.mobiledoc).includes(src)) return '';
  const meta = index.metaOf(item.id);
  const alt = escapeText(meta?.feature_image_alt ?? '').replaceAll('"', '&quot;');
  const caption = meta?.feature_image_caption ?? '';
  const words = caption === '' ? '' : `<figcaption>${caption}</figcaption>`;
  return `<figure><img src="${escapeText(src).replaceAll('"', '&quot;')}" alt="${alt}">${words}</figure>`;
}

/** Ghost writes `__GHOST_URL__` where its own address belongs. */
function withSite(html: string, site: string | null): { text: string; note: string[] } {
  if (!html.includes('__GHOST_URL__')) return { text: html, note: [] };
  if (site !== null) return { text: html.replaceAll('__GHOST_URL__', site), note: [] };
  const note = ['addresses of the old site: give it with --site to keep them'];
  return { text: html.replaceAll('__GHOST_URL__', ''), note };
}

function addressOf(item: Post, site: string | null): string | null {
  const canonical = resolveWebAddress(
    item.canonical_url.replace('__GHOST_URL__', site ?? ''),
    site,
  );
  if (canonical !== null && item.canonical_url !== '') return canonical;
  return site === null || item.slug === ''
    ? null
    : resolveWebAddress(`${site}/${item.slug}/`, null);
}

function injected(item: Post): string[] {
  const isInjected = item.codeinjection_head + item.codeinjection_foot !== '';
  return isInjected ? ['code injection'] : [];
}

/** RFC 3339, milliseconds of old exports, or the zoneless UTC that databases print. */
function dateOf(value: z.infer<typeof date>): Instant | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) && Math.abs(value) < 8.64e15
      ? Instant.fromEpochMilliseconds(value)
      : null;
  }
  const database = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})$/.exec(value.trim());
  return readFeedDate(database === null ? value : `${database[1]}T${database[2]}Z`);
}

/** Tags, authors and extra fields of posts, by id. */
class GhostIndex {
  readonly #data: GhostData;
  readonly #tags: ReadonlyMap<string, GhostData['tags'][number]>;
  readonly #names: ReadonlyMap<string, string>;
  readonly #tagLinks = new Map<string, GhostData['posts_tags']>();
  readonly #authorLinks = new Map<string, GhostData['posts_authors']>();

  constructor(data: GhostData) {
    this.#data = data;
    this.#tags = new Map(data.tags.map((tag) => [tag.id, tag]));
    this.#names = new Map(data.users.map((user) => [user.id, user.name]));
    for (const link of data.posts_tags) push(this.#tagLinks, link.post_id, link);
    for (const link of data.posts_authors) push(this.#authorLinks, link.post_id, link);
  }

  /** In the post's order, without the internal ones. */
  tagsOf(postId: string): string[] {
    return inOrder(this.#tagLinks.get(postId) ?? [])
      .map((link) => this.#tags.get(link.tag_id))
      .filter((tag) => tag !== undefined && tag.visibility !== 'internal')
      .map((tag) => collapse(tag?.name ?? ''))
      .filter((name) => name !== '' && !name.startsWith('#'));
  }

  authorsOf(item: Post): string[] {
    const linked = inOrder(this.#authorLinks.get(item.id) ?? []).map((link) => link.author_id);
    const ids = linked.length > 0 ? linked : [item.author_id ?? ''];
    return ids.map((author) => this.#names.get(author) ?? '');
  }

  metaOf(postId: string): GhostData['posts_meta'][number] | undefined {
    return this.#data.posts_meta.find((meta) => meta.post_id === postId);
  }
}

function inOrder<T extends { readonly sort_order: number }>(links: readonly T[]): readonly T[] {
  return links.toSorted((a, b) => a.sort_order - b.sort_order);
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
