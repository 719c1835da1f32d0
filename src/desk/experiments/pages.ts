/**
 * The page of experiments: what runs and what is known of it, in one sentence first and the figures behind it, and the
 * ready-made questions. Figures below ten are not told, so that nobody is found in them.
 */
import type {
  Candidate,
  Definition,
  ExperimentView,
  Hypothesis,
  VariantResult,
} from '../../appeals/index.ts';
import { type Translate, translator } from '../../language/index.ts';
import { formatMoney, isCurrency, money } from '../../money/index.ts';
import { type Html, html, nothing, type PageContent } from '../../page/index.ts';
import { assert } from '../../problems/index.ts';
import { liftWords, verdictSentence } from './words.ts';

export interface ExperimentsPage {
  readonly language: string;
  readonly experiments: readonly ExperimentView[];
  readonly candidates: readonly Candidate[];
  readonly library: readonly Hypothesis[];
  readonly said: ExperimentOutcome | null;
}

export const EXPERIMENT_OUTCOMES = [
  'started',
  'already',
  'another-runs',
  'no-variants',
  'changed',
  'done',
  'not-running',
  'wrong',
] as const;
export type ExperimentOutcome = (typeof EXPERIMENT_OUTCOMES)[number];

/** Fewer are not told: see the rules of small figures in `docs/experiments.md`. */
const FEW = 10;

export function experimentsPage(page: ExperimentsPage, status = 200): PageContent {
  const { language, experiments, said } = page;
  const t = translator(language);
  return {
    kind: 'desk',
    title: t('experiments.title'),
    language,
    status,
    body: html`<h1>${t('experiments.title')}</h1>
${said === null ? nothing : html`<p class="banner" role="status">${t(`experiments.said-${said}`)}</p>`}
<p>${t('experiments.lead')}</p>
${experiments.length === 0 ? html`<p>${t('experiments.none')}</p>` : nothing}
${experiments.map((one) => experimentSection(one, { language, t }))}
${librarySection(page, t)}
<p><a href="/desk">${t('desk.title')}</a></p>`,
  };
}

interface Speaking {
  readonly language: string;
  readonly t: Translate;
}

function experimentSection(one: ExperimentView, speaking: Speaking): Html {
  const { definition, state, results } = one;
  const { t } = speaking;
  const decided = one.steps.find((step) => step.state === 'decided');
  return html`<section aria-labelledby="experiment-${definition.key}">
<h2 id="experiment-${definition.key}">${definition.question}</h2>
<p><strong>${verdictSentence(results.verdict, { definition, t })}</strong></p>
<p>${definition.hypothesis} <span class="quiet">${t(`experiments.state-${state}`)}. ${t('experiments.days', { days: results.days, planned: definition.plannedDays })}</span></p>
${decided === undefined ? nothing : html`<p>${t('experiments.decided-for', { variant: decided.variantId ?? '', reason: decided.reason })}</p>`}
${isTrusted(one) ? resultsTable(one, speaking) : nothing}
${rules(definition, speaking)}
${actions(one, t)}
</section>`;
}

/** Where the shares or the words are wrong, figures would be believed all the same: the sentence stands alone. */
function isTrusted({ results }: ExperimentView): boolean {
  return results.verdict.kind !== 'void-ratio' && results.verdict.kind !== 'void-changed';
}

function resultsTable({ definition, results }: ExperimentView, { language, t }: Speaking): Html {
  const heads = ['variant', 'share', 'asks', 'gifts', 'value', 'uncapped', 'interval'] as const;
  const marks = ['closed', 'postponed', 'complaints', 'cancelled'] as const;
  return html`<div class="scroll"><table>
<thead><tr>${[...heads, ...marks].map((head) => html`<th scope="col">${t(`experiments.${head}`)}</th>`)}</tr></thead>
<tbody>${results.variants.map((one, at) => {
    const { counts } = one;
    const shown = { definition, language, isFew: counts.gifts < FEW };
    return html`<tr><th scope="row"><bdi>${counts.variantId}</bdi></th>
<td>${definition.variants[at]?.share ?? 0} %</td><td>${counts.asks}</td><td>${figure(counts.gifts, t)}</td>
<td>${valuePerThousand(one, shown)}</td><td>${shown.isFew ? '' : moneyText(counts.uncapped, shown)}</td>
<td>${at === 0 ? t('experiments.control') : one.lift === null ? t('experiments.unknown') : liftWords(one.lift, t)}</td>
<td>${figure(counts.closed, t)}</td><td>${figure(counts.postponed, t)}</td><td>${figure(counts.undone, t)}</td><td>${figure(counts.cancelled, t)}</td></tr>`;
  })}</tbody></table></div>`;
}

function figure(count: number | bigint, t: Translate): Html {
  return count < FEW ? html`${t('experiments.few')}` : html`${count}`;
}

interface Shown {
  readonly definition: Definition;
  readonly language: string;
  readonly isFew: boolean;
}

/** Whole minor units, rounded down: it is for reading; the interval is worked out from the exact sums. */
function valuePerThousand({ counts }: VariantResult, shown: Shown): string {
  if (shown.isFew || counts.asks === 0n) return '';
  return moneyText((counts.sum * 1000n) / counts.asks, shown);
}

function moneyText(minor: bigint, { definition, language }: Omit<Shown, 'isFew'>): string {
  const { currency } = definition;
  assert(isCurrency(currency), 'a definition names a currency we know');
  return formatMoney(money(minor, currency), language);
}

function rules(definition: Definition, { language, t }: Speaking): Html {
  const cap = moneyText(BigInt(definition.capMinor), { definition, language });
  const {
    leastDays: days,
    leastAsks: asks,
    monthlyPayments: months,
    yearlyPayments: years,
  } = definition;
  return html`<details><summary>${t('experiments.rules')}</summary>
<p>${t('experiments.rule-metric', { cap, months, years })}</p>
<p>${t('experiments.rule-sample', { days, asks })}</p>
<p>${definition.stopRule}</p>
<p>${t('experiments.rule-hash')}: <bdi dir="ltr"><code>${definition.appealHash.slice(0, 16)}</code></bdi></p></details>`;
}

function actions({ definition, state }: ExperimentView, t: Translate): Html {
  if (state !== 'running' && state !== 'stopped') return nothing;
  const id = `reason-${definition.key}`;
  const move = state === 'running' ? 'stop' : 'decide';
  return html`<form method="post" action="/desk/experiments/${definition.key}/${move}">
<div class="field"><label for="${id}">${t('experiments.reason')}</label>
<input id="${id}" name="reason" maxlength="500" autocomplete="off"></div>
<div class="choices equal">${
    state === 'running'
      ? html`<button>${t('experiments.stop')}</button>`
      : definition.variants.map(
          ({ id: variantId }) =>
            html`<button name="variant" value="${variantId}">${t('experiments.decide', { variant: variantId })}</button>`,
        )
  }</div></form>`;
}

function librarySection({ library, candidates }: ExperimentsPage, t: Translate): Html {
  return html`<h2>${t('experiments.library')}</h2>
<p>${t('experiments.library-note')}</p>
${candidates.length === 0 ? html`<p>${t('experiments.library-none')}</p>` : nothing}
${library.map(
  (hypothesis) => html`<section aria-labelledby="ask-${hypothesis.id}">
<h3 id="ask-${hypothesis.id}">${t(`experiments.library-${hypothesis.id}-question`)}</h3>
<p>${t(`experiments.library-${hypothesis.id}-hypothesis`)}</p>
<p class="quiet">${t('experiments.elsewhere')}: <bdi dir="ltr">${hypothesis.source}</bdi></p>
${
  hypothesis.differs === 'words'
    ? candidates.map(({ appealId }) => startForm({ hypothesis, appealId, t }))
    : html`<p>${t('experiments.library-later')}</p>`
}
</section>`,
)}`;
}

function startForm(offer: {
  readonly hypothesis: Hypothesis;
  readonly appealId: string;
  readonly t: Translate;
}): Html {
  const { hypothesis, appealId, t } = offer;
  return html`<form method="post" action="/desk/experiments"><input type="hidden" name="hypothesis" value="${hypothesis.id}"><input type="hidden" name="appeal" value="${appealId}"><button>${t('experiments.start', { appeal: appealId })}</button></form>`;
}
