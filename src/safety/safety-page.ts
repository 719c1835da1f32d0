/**
 * "Reading us safely": the one page on every page's foot, the same bytes for everybody, so that having opened it proves
 * nothing. Risks come first; where a gift may be possible is said at its end, in words, with no form, price or brand.
 */
import { type MessageKey, translator } from '../language/index.ts';
import { type Html, html, nothing, type PageContent } from '../page/index.ts';
import type { Maker } from './country-data/makers.ts';
import { countryNames } from './listed-countries.ts';

const SECTIONS: readonly {
  readonly title: MessageKey;
  readonly paragraphs: readonly MessageKey[];
}[] = [
  { title: 'safety.reading-title', paragraphs: ['safety.reading-1', 'safety.reading-2'] },
  { title: 'safety.device-title', paragraphs: ['safety.device-1', 'safety.device-2'] },
  { title: 'safety.we-title', paragraphs: ['safety.we-1', 'safety.we-2'] },
];

export function safetyPage(options: {
  readonly language: string;
  readonly listed: readonly string[];
  /** Makers of country data whose licences ask to be named to readers. */
  readonly credits: readonly Maker[];
}): PageContent {
  const t = translator(options.language);
  return {
    kind: 'private',
    title: t('safety.title'),
    language: options.language,
    body: html`<h1>${t('safety.title')}</h1>
${SECTIONS.map(
  (section) => html`<h2>${t(section.title)}</h2>
${section.paragraphs.map((paragraph) => html`<p>${t(paragraph)}</p>`)}`,
)}
<h2>${t('safety.gift-title')}</h2>
<p>${t('safety.gift-1')}</p>
<ul class="plain-list">${countryNames(options.listed, options.language).map((name) => html`<li>${name}</li>`)}</ul>
<p>${t('safety.gift-2')}</p>
<p>${t('safety.gift-3')}</p>
<h2>${t('safety.out-title')}</h2>
<p>${t('safety.out-1')} <a href="/stop">${t('safety.out-link')}</a></p>${credit(options)}`,
  };
}

/** Named at the end of a page that everybody can open, as these licences ask; the same for everybody. */
function credit({
  credits,
  language,
}: {
  readonly credits: readonly Maker[];
  readonly language: string;
}): Html {
  if (credits.length === 0) return nothing;
  return html`
<p class="quiet"><small>${translator(language)('safety.data-credit')} ${credits.map(
    ({ name, address, licence }, at) =>
      html`${at === 0 ? '' : ', '}<a href="${address ?? ''}" rel="noreferrer">${name}</a> (${licence ?? ''})`,
  )}.</small></p>`;
}
