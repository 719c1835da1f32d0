/**
 * Stories as Markdown files with YAML front matter: one file or a folder of them. Our own way out, and the form the demo's
 * stories are written in.
 *
 * Front matter is data. Anything that names another language after the three hyphens (`---js` is run by a popular library)
 * refuses the file. YAML's core schema is used, in which `no` is a word and not false, so Norwegian stays Norwegian.
 */
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { type Instant, instantAt, PlainDate } from '../../calendar/index.ts';
import { resolveWebAddress } from '../addresses.ts';
import { collapse, textOrNull } from '../clean.ts';
import { readFeedDate } from './dates.ts';
import {
  bodyParts,
  type ImportedStory,
  type StatedCorrection,
  wholeSeconds,
} from './imported-story.ts';
import { shortText } from './item.ts';
import { markdownToHtml } from './markdown-html.ts';
import { ImportRefusal } from './source.ts';

export interface MarkdownInput {
  /** Path relative to the folder or the file's name: its identity, and perhaps its date and slug. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Zone of the newsroom, in which a day without a time begins. */
  readonly zone: string;
  /** Whether links to `/…` lead to our own pages and stay as they are. */
  readonly keepsOwnPaths?: boolean;
}

const FRONT_MATTER_LIMIT = 64 * 1024;
const words = z.union([z.string(), z.number()]).transform((value) => collapse(String(value)));
const frontMatter = z.looseObject({
  id: words.optional(),
  title: words.optional(),
  date: words.optional(),
  updated: words.optional(),
  lang: words.optional(),
  language: words.optional(),
  slug: words.optional(),
  section: words.optional(),
  summary: words.optional(),
  byline: words.optional(),
  byline_policy: z.enum(['name', 'pseudonym', 'desk', 'none']).optional(),
  tags: z
    .union([z.array(words), words.transform((list) => list.split(',').map(collapse))])
    .optional(),
  image: words.optional(),
  alt: words.optional(),
  draft: z.boolean().optional(),
  kind: z.enum(['story', 'page']).optional(),
  url: words.optional(),
  corrections: z.array(z.object({ date: words, was: words, now: words })).optional(),
});
type FrontMatter = z.infer<typeof frontMatter>;

/** Reads one file. Throws {@link ImportRefusal} when its letters or its front matter cannot be taken. */
export function readMarkdown(input: MarkdownInput): ImportedStory {
  const { data, body } = splitFrontMatter(decode(input.bytes), input.path);
  const name = fileName(input.path);
  const heading = /^\s*#\s+(.+?)\s*#*\s*$/m.exec(body.split('\n', 3).join('\n'));
  const title = data.title ?? heading?.[1] ?? null;
  const text = data.title === undefined && heading !== null ? body.replace(heading[0], '') : body;
  const parts = bodyParts(leadImage(data) + markdownToHtml(text), {
    base: resolveWebAddress(data.url ?? '', null),
    keepsOwnPaths: input.keepsOwnPaths ?? true,
  });
  const date = readDate(data.date ?? name.date, input.zone);
  return {
    bylinePolicy: bylinePolicyOf(data),
    corrections: correctionsOf(data, input.zone, input.path),
    ...parts,
    identity: data.id ?? input.path,
    title: title === null ? null : textOrNull(title),
    url: resolveWebAddress(data.url ?? '', null),
    published: wholeSeconds(date),
    updated: wholeSeconds(readDate(data.updated, input.zone)),
    language: data.lang ?? data.language ?? null,
    summary: shortText(data.summary ?? ''),
    byline: data.byline ?? null,
    tags: data.tags ?? [],
    section: data.section ?? null,
    slug: data.slug ?? name.slug,
    kind: data.kind ?? 'story',
    status: data.draft === true ? 'draft' : 'published',
    completeness: 'full',
    dropped: parts.dropped,
  };
}

function decode(bytes: Uint8Array): string {
  const skip = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(skip));
  } catch {
    throw new ImportRefusal('encoding');
  }
}

function splitFrontMatter(text: string, path: string): { data: FrontMatter; body: string } {
  const first = /^\s*(-{3,}|\+{3,}|;{3,})([^\r\n]*)(\r?\n|$)/.exec(text);
  if (first === null) return { data: {}, body: text };
  const [opening, fence = '', language = ''] = first;
  const isYaml = fence === '---' && /^\s*(ya?ml)?\s*$/i.test(language);
  // A line of hyphens with nothing after it that never ends is a rule of the text, not front matter.
  const rest = text.slice(opening.length);
  const end = /^---[ \t]*$/m.exec(rest.slice(0, FRONT_MATTER_LIMIT));
  if (!isYaml) throw new ImportRefusal('front-matter', path);
  if (end === null) return { data: {}, body: text };
  return {
    data: readYaml(rest.slice(0, end.index), path),
    body: rest.slice(end.index + end[0].length),
  };
}

function readYaml(source: string, path: string): FrontMatter {
  const document = parseDocument(source, { schema: 'core', logLevel: 'silent' });
  // A warning is a tag of another program (`!!js/function`): nobody means that in a story.
  if (document.errors.length + document.warnings.length > 0)
    throw new ImportRefusal('front-matter', path);
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 20 });
  } catch {
    throw new ImportRefusal('front-matter', path);
  }
  const reading = frontMatter.safeParse(value ?? {});
  if (reading.success) return reading.data;
  const [issue] = reading.error.issues;
  throw new ImportRefusal('front-matter', `${path}: ${issue?.path.join('.') ?? ''}`);
}

/** `2026-11-20-the-bridge.md` says its day and its slug. */
function fileName(path: string): { date: string | undefined; slug: string } {
  const name = path.replace(/^.*\//, '').replace(/\.(md|markdown)$/i, '');
  const match = /^(\d{4}-\d{2}-\d{2})-(.+)$/.exec(name);
  return { date: match?.[1], slug: match?.[2] ?? name };
}

/** An instant, or a day, which begins at midnight in the newsroom's zone. */
function readDate(written: string | undefined, zone: string): Instant | null {
  if (written === undefined) return null;
  const day = /^\d{4}-\d{2}-\d{2}$/.test(written) ? readFeedDate(`${written}T00:00:00Z`) : null;
  if (day === null) return readFeedDate(written);
  return instantAt({ date: PlainDate.from(written), time: '00:00', zone });
}

function bylinePolicyOf(data: FrontMatter): NonNullable<ImportedStory['bylinePolicy']> {
  if (data.byline === undefined || data.byline === '') {
    return data.byline_policy === 'none' ? 'none' : 'desk';
  }
  return data.byline_policy ?? 'name';
}

function correctionsOf(data: FrontMatter, zone: string, path: string): StatedCorrection[] {
  return (data.corrections ?? []).map((correction) => {
    const date = readDate(correction.date, zone);
    if (date === null) throw new ImportRefusal('front-matter', `${path}: corrections.date`);
    return { madeAt: date, wasWrong: correction.was, isRight: correction.now };
  });
}

function leadImage(data: FrontMatter): string {
  const src = resolveWebAddress(data.image ?? '', null);
  if (src === null) return '';
  const alt = (data.alt ?? '')
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll('<', '&lt;');
  return `<figure><img src="${src}" alt="${alt}"></figure>`;
}
