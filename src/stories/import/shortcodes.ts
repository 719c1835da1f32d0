/**
 * WordPress shortcodes: words in square brackets that a plugin once turned into something. The ones that hold part of a
 * story become HTML; others that are clearly shortcodes are taken out and listed; brackets that people write, such as
 * [sic], stay.
 */
import { resolveWebAddress } from '../addresses.ts';
import { escapeText } from '../clean.ts';

const NAME = '[a-z][a-z0-9_-]{0,60}';
/** Everything between brackets is bounded, so that a text of openings without ends takes no time to speak of. */
const CAPTION = /\[(?:wp_)?caption\b([^\]]{0,500})\](.{0,2000}?)\[\/(?:wp_)?caption\]/gis;
const GALLERY = /\[gallery\b([^\]]{0,2000})\]/gi;
const EMBED = /\[embed\b[^\]]{0,200}\]\s{0,20}([^\s[\]]{1,2000})\s{0,20}\[\/embed\]/gi;
const PLAYER =
  /\[(?:audio|video|playlist|youtube|vimeo|soundcloud)\b([^\]]{0,1000})\](?:\s{0,5}\[\/[a-z]{1,20}\])?/gi;
/** With attributes, or a closing one: no person writes that. */
const OTHER = new RegExp(
  `\\[(${NAME})\\s{1,10}${NAME}\\s{0,5}=[^\\]]{0,2000}\\]|\\[/${NAME}\\]`,
  'gi',
);
const KNOWN_BARE =
  /\[(contact-form(?:-7)?|subscribe2?|mc4wp_form|donate|paypal|sharethis|jetpack[a-z_-]*)\]/gi;
/** An address alone on its line is what WordPress embeds. */
const BARE_ADDRESS = /^[ \t]{0,20}(https?:\/\/[^\s<>"]{1,2000})[ \t]{0,20}$/gim;

export function readShortcodes(
  content: string,
  { attachments }: { readonly attachments: ReadonlyMap<string, string> },
): { readonly html: string; readonly dropped: readonly string[] } {
  const dropped = new Map<string, number>();
  const note = (name: string) => dropped.set(name, (dropped.get(name) ?? 0) + 1);
  const html = content
    .replace(CAPTION, (_all, attributes: string, inner: string) => figure(attributes, inner))
    .replace(GALLERY, (_all, attributes: string) => {
      const pictures = gallery(attributes, attachments);
      if (pictures === '') note('gallery without known pictures');
      return pictures;
    })
    .replace(EMBED, (_all, address: string) => linkTo(address))
    .replace(PLAYER, (_all, attributes: string) =>
      linkTo(attribute(attributes, 'src|mp3|mp4|url') || attributes),
    )
    .replace(OTHER, (_all, opening: string | undefined) => {
      if (opening !== undefined) note(opening);
      return '';
    })
    .replace(KNOWN_BARE, (_all, name: string) => {
      note(name);
      return '';
    })
    .replace(BARE_ADDRESS, (_all, address: string) => linkTo(address));
  return {
    html,
    dropped: [...dropped].map(
      ([name, count]) => `shortcode ${name}${count > 1 ? ` (${count})` : ''}`,
    ),
  };
}

/** The picture (with its link) comes first, the words of the caption after it or in an attribute. */
function figure(attributes: string, inner: string): string {
  const picture = /^\s*(?:<a\b[^>]*>\s*)?<img\b[^>]*>(?:\s*<\/a>)?/i.exec(inner)?.[0] ?? '';
  const words = inner.slice(picture.length).trim() || escapeText(attribute(attributes, 'caption'));
  const caption = words === '' ? '' : `<figcaption>${words}</figcaption>`;
  return `<figure>${picture}${caption}</figure>`;
}

function gallery(attributes: string, attachments: ReadonlyMap<string, string>): string {
  return attribute(attributes, 'ids')
    .split(',')
    .map((id) => attachments.get(id.trim()))
    .filter((address) => address !== undefined)
    .map((address) => `<figure><img src="${escapeText(address)}" alt=""></figure>`)
    .join('');
}

function linkTo(written: string): string {
  const address = resolveWebAddress(written.trim(), null);
  return address === null
    ? ''
    : `<p><a href="${escapeText(address)}">${escapeText(address)}</a></p>`;
}

function attribute(attributes: string, name: string): string {
  const match = new RegExp(`\\b(?:${name})\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s\\]]+))`, 'i').exec(
    attributes,
  );
  return match?.[1] ?? match?.[2] ?? match?.[3] ?? '';
}
