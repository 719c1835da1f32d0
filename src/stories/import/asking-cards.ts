/**
 * Boxes in other people's HTML that ask the reader for something: sign-up, call to action, paywall, gift. They are known by
 * the class names their editors give them and go with everything inside, because a story of ours holds no appeal.
 */

const ASKING_CLASS =
  /\b(kg-(cta|signup|paywall|email|email-cta|button)(-card)?|wp-block-newspack-blocks-donate|wp-block-jetpack-(subscriptions|donations|recurring-payments)|wp-block-button|wp-block-buttons|mc4wp-form|mailchimp-form|gh-post-upgrade-cta)(?![\w-])/;
const BOX = /<(\/?)(div|section|aside|figure)\b([^>]*)>/gi;
const CLASS = /\bclass\s*=\s*(?:"([^"]*)"|'([^']*)')/i;

/** Takes such boxes out; `count` says how many. Linear in the length of the text. */
export function withoutAskingCards(html: string): {
  readonly html: string;
  readonly count: number;
} {
  let kept = '';
  let from = 0;
  let depth = 0;
  let count = 0;
  for (const match of html.matchAll(BOX)) {
    const [tag, slash, , attributes = ''] = match;
    if (depth > 0) {
      depth += slash === '/' ? -1 : 1;
      if (depth === 0) from = match.index + tag.length;
    } else if (slash === '' && isAsking(attributes)) {
      kept += html.slice(from, match.index);
      depth = 1;
      count += 1;
    }
  }
  return { html: depth > 0 ? kept : kept + html.slice(from), count };
}

function isAsking(attributes: string): boolean {
  const match = CLASS.exec(attributes);
  return ASKING_CLASS.test(match?.[1] ?? match?.[2] ?? '');
}
