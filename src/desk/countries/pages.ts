/**
 * The listed countries at the desk: how each stands and why, with source and date; adding one; the two steps of taking one
 * away; and the country data in use, with its makers' licences.
 */
import type { Instant } from '../../calendar/index.ts';
import { formatInstantDay, type Translate, translator } from '../../language/index.ts';
import { type Html, html, nothing, type PageContent } from '../../page/index.ts';
import {
  type CountryDataInUse,
  confirmBy,
  countryNames,
  REMOVAL_DAYS_MAX,
  type Standing,
} from '../../safety/index.ts';
import type { DeskPlace } from '../money/pages.ts';

export const COUNTRY_OUTCOMES = ['added', 'asked', 'removed'] as const;
export type CountryOutcome = (typeof COUNTRY_OUTCOMES)[number];
export type CountryProblem = 'form' | 'not-listed' | 'in-file' | 'end' | 'same-person' | 'gone';

export interface CountriesShown {
  readonly standings: readonly Standing[];
  readonly data: readonly CountryDataInUse[];
  readonly newActId: () => string;
  readonly outcome: CountryOutcome | null;
  readonly problem?: CountryProblem;
  /** What was typed and could not be taken is kept. */
  readonly typed?: { readonly country: string; readonly reason: string; readonly source: string };
}

export function countriesPage(place: DeskPlace, shown: CountriesShown): PageContent {
  const t = translator(place.language);
  const { outcome, problem } = shown;
  return {
    kind: 'desk',
    title: t('desk.title'),
    language: place.language,
    status: problem === undefined ? 200 : 400,
    body: html`<h1>${t('countries.title')}</h1>
${outcome === null ? nothing : html`<p class="banner" role="status">${t(`countries.said-${outcome}`)}</p>`}
${problem === undefined ? nothing : html`<div class="error-summary" role="alert" tabindex="-1" autofocus><p>${t(`countries.wrong-${problem}`)}</p></div>`}
<p>${t('countries.lead')}</p>
${addForm(t, shown)}
<p>${t('countries.remove-lead')}</p>
${shown.standings.map((standing) => section(place, { standing, actId: shown.newActId(), t }))}
<h2>${t('countries.data-title')}</h2>
${shown.data.length === 0 ? html`<p>${t('countries.data-none')}</p>` : dataList(place, shown.data)}
<p><a href="/desk">${t('desk.title')}</a></p>`,
  };
}

function addForm(t: Translate, { newActId, typed }: CountriesShown): Html {
  return html`<h2>${t('countries.add-title')}</h2><p>${t('countries.add-lead')}</p>
<form method="post" action="/desk/countries/add"><input type="hidden" name="act" value="${newActId()}">
<div class="field"><label for="country">${t('countries.code')}</label>
<input id="country" name="country" maxlength="2" dir="ltr" autocomplete="off" value="${typed?.country ?? ''}"></div>
${textField({ id: 'reason', name: 'reason', label: t('desk.money-reason'), value: typed?.reason })}
${textField({ id: 'source', name: 'source', label: t('countries.source'), value: typed?.source })}
<button class="main">${t('countries.add')}</button></form>`;
}

function section(
  place: DeskPlace,
  of: { readonly standing: Standing; readonly actId: string; readonly t: Translate },
): Html {
  const { standing, t } = of;
  const { country, shipped, inFile, added, removed } = standing;
  const [name = country] = countryNames([country], place.language);
  return html`<section aria-labelledby="country-${country}">
<h2 id="country-${country}">${name} <bdi dir="ltr" class="quiet">${country}</bdi></h2>
${shipped === null ? nothing : html`<p>${shipped.reason}<br><small>${t('countries.shipped', { source: shipped.source, date: shipped.reviewed })}</small></p>`}
${inFile === null ? nothing : html`<p>${inFile.reason}<br><small>${t('countries.in-file', { date: inFile.since })}</small></p>`}
${added === null ? nothing : html`<p>${added.reason}<br><small>${t('countries.added', { date: day(place, added.at), source: added.source ?? '' })}</small></p>`}
${removed === null ? nothing : html`<p class="banner">${removed.endsAt === null ? t('countries.off-open') : t('countries.off', { date: day(place, removed.endsAt) })} ${removed.reason}</p>`}
${standing.isListed && inFile === null ? removalForm(place, of) : nothing}
</section>`;
}

function removalForm(
  place: DeskPlace,
  of: { readonly standing: Standing; readonly actId: string; readonly t: Translate },
): Html {
  const { standing, actId, t } = of;
  const { country, wish, shipped } = standing;
  if (wish !== null) {
    const time = confirmBy(wish).toZonedDateTimeISO(place.zone).toPlainTime();
    return html`<form method="post" action="/desk/countries/${country}/confirm" class="banner">
<p>${t('countries.wish', { time: time.toString({ smallestUnit: 'minute' }) })} ${wish.reason}</p>
<input type="hidden" name="act" value="${actId}"><input type="hidden" name="wish" value="${wish.id}">
<button>${t('countries.confirm')}</button></form>`;
  }
  return html`<details><summary>${t('countries.ask')}</summary>
<form method="post" action="/desk/countries/${country}/ask"><input type="hidden" name="act" value="${actId}">
${textField({ id: `reason-${country}`, name: 'reason', label: t('desk.money-reason') })}
${
  shipped === null
    ? nothing
    : html`<div class="field"><label for="days-${country}">${t('countries.days')}</label>
<input id="days-${country}" name="days" inputmode="numeric" maxlength="${String(REMOVAL_DAYS_MAX).length}" dir="ltr" autocomplete="off"></div>`
}
<button>${t('countries.ask')}</button></form></details>`;
}

function dataList(place: DeskPlace, data: readonly CountryDataInUse[]): Html {
  const t = translator(place.language);
  return html`<ul>${data.map(
    ({ name, dataFrom, maker }) =>
      html`<li>${t('countries.data-line', { name, date: day(place, dataFrom), maker: maker.name, licence: maker.licence ?? '–' })}${maker.address === null ? nothing : html` <bdi dir="ltr"><code>${maker.address}</code></bdi>`}</li>`,
  )}</ul>`;
}

function textField(field: {
  readonly id: string;
  readonly name: string;
  readonly label: string;
  readonly value?: string | undefined;
}): Html {
  return html`<div class="field"><label for="${field.id}">${field.label}</label>
<input id="${field.id}" name="${field.name}" maxlength="500" autocomplete="off" value="${field.value ?? ''}"></div>`;
}

function day({ zone, language }: DeskPlace, instant: Instant): string {
  return formatInstantDay({ instant, zone, language });
}
