/**
 * A stored body as it stands on a page or in a feed: cleaned once more, so that nothing depends on how it got into the
 * database, and made harmless to hold. A picture on another host would tell that host who reads, so it becomes a link with
 * words; links tell no other site where the reader came from.
 */
import { translator } from '../language/index.ts';
import { type Html, raw } from '../page/index.ts';
import { type CleanHtml, cleanHtml } from './clean.ts';

/** For pages of ours: headings begin below the page's own, links to `/…` stay relative. */
export function renderBody(body: string, language: string): Html {
  return raw(written(body, language, { base: null, keepsOwnPaths: true }).html);
}

/** For feeds: every address in full. `origin` is where the newsroom's pages stand. */
export function renderForFeed(
  body: string,
  { language, origin }: { readonly language: string; readonly origin: string },
): Pick<CleanHtml, 'html' | 'text'> {
  return written(body, language, { base: `${origin}/`, keepsOwnPaths: false });
}

function written(
  body: string,
  language: string,
  addresses: { readonly base: string | null; readonly keepsOwnPaths: boolean },
): CleanHtml {
  const t = translator(language);
  return cleanHtml(body, {
    ...addresses,
    firstHeadingLevel: 2,
    outsideRel: 'noreferrer',
    pictures: {
      as: 'link',
      words: (alt) =>
        alt.trim() === '' ? t('stories.picture-plain') : t('stories.picture', { alt: alt.trim() }),
    },
  });
}
