/** A story of 700 words: the opening of the demo newsroom's long read, so that it is real prose in real mark-up. */
import type { Db } from '../../src/database/index.ts';
import {
  insertStory,
  newestStories,
  publicStory,
  publish,
  type Story,
} from '../../src/stories/index.ts';
import { realClock, realRandom } from '../real-world.ts';

export const STORY_WORDS = 700;
export const STORY_SLUG = 'seven-hundred-words';

/** Publishes the story beside the demo's own, and says how many words it really has. */
export async function publishStoryOf700Words(db: Db): Promise<number> {
  const heads = await newestStories(db, { limit: 60 });
  const whole = await Promise.all(heads.map((head) => publicStory(db, head.slug)));
  const longest = whole
    .filter((story) => story !== undefined && story.language === 'en')
    .toSorted((a, b) => (b?.body.length ?? 0) - (a?.body.length ?? 0))[0];
  if (longest === undefined) throw new Error('The demo has no stories.');
  const body = openingOf(longest.body, STORY_WORDS);
  const now = realClock.now();
  const draft: Story = {
    ...longest,
    id: realRandom.uuid(),
    origin: null,
    slug: STORY_SLUG,
    body,
    status: 'draft',
    version: 0,
    corrections: [],
  };
  const change = publish(draft, { publishedAt: now, now });
  if (!change.ok) throw new Error(`The story was not published: ${change.refusal}.`);
  const { story, version } = change;
  await db
    .transaction()
    .execute((tx) => insertStory(tx, { story, version, importHash: null, now }));
  return wordsOf(body);
}

/** Whole blocks until there are so many words, the last one cut at a word. */
export function openingOf(body: string, words: number): string {
  const blocks = body.match(/<(p|h[2-4]|blockquote|figure|ul|ol)\b[\s\S]*?<\/\1>/g) ?? [];
  let opening = '';
  for (const block of blocks) {
    const missing = words - wordsOf(opening);
    if (missing <= 0) break;
    opening += wordsOf(block) <= missing ? block : `<p>${firstWords(block, missing)}</p>`;
  }
  return opening;
}

export function wordsOf(body: string): number {
  return textOf(body).split(/\s+/).filter(Boolean).length;
}

function firstWords(block: string, words: number): string {
  return textOf(block).trim().split(/\s+/).slice(0, words).join(' ');
}

function textOf(body: string): string {
  return body.replaceAll(/<[^>]*>/g, ' ');
}
