/** Feed files beside the table, and the stories a correct importer makes of them. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type ImportedStory, readFeed } from '../../stories/index.ts';
import { type CaseContext, caseFormat } from './case-format.ts';

const given = z.object({
  file: z.string().regex(/^[^/\\]+$/),
  fetched_from: z.string().nullish(),
  content_type: z.string().nullish(),
});

/** The expectation names what must and must not occur in the cleaned HTML: questions that belong to the case. */
const expectation = z.object({
  stories: z.array(
    z.object({ contains: z.array(z.string()), absent: z.array(z.string()) }).partial(),
  ),
});
type Questions = z.infer<typeof expectation>['stories'][number];

const TEXT_LENGTH = 80;

export const feeds = caseFormat({
  name: 'feeds',
  given,
  run: async (one: z.infer<typeof given>, context: CaseContext) => {
    const result = readFeed({
      bytes: await readFile(join(context.folder, one.file)),
      contentType: one.content_type ?? null,
      fetchedFrom: one.fetched_from ?? null,
    });
    if (!result.ok) return { error: result.error };
    const expected = expectation.safeParse(context.expected);
    const questions = expected.success ? expected.data.stories : [];
    return { stories: result.stories.map((story, index) => described(story, questions[index])) };
  },
});

/** Of what must (not) occur, the part for which that holds: equal to the expectation when all of it does. */
function described(story: ImportedStory, { contains = [], absent = [] }: Questions = {}): unknown {
  const html = story.bodyHtml;
  const small = html.toLowerCase();
  return {
    title: story.title,
    url: story.url,
    published: story.published?.toString() ?? null,
    language: story.language,
    text80: Array.from(story.text).slice(0, TEXT_LENGTH).join(''),
    links: story.links,
    images: story.images,
    contains: contains.filter((text) => html.includes(text)),
    absent: absent.filter((text) => !small.includes(text.toLowerCase())),
  };
}
