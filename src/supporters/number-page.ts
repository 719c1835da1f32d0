/**
 * The page that asks for the supporter number: to manage, to stop, or to be forgotten. One page for all three, so that what
 * somebody sees over a shoulder differs in a line. The number travels in the body of a POST alone, never in an address.
 */
import { type MessageKey, translator } from '../language/index.ts';
import {
  errorId,
  errorSummary,
  type FieldProblem,
  fieldError,
  type Html,
  html,
  nothing,
  type PageContent,
} from '../page/index.ts';
import type { NumberProblem } from './supporter-number.ts';

export type NumberPurpose = 'manage' | 'stop' | 'forget' | 'undo';

const PATHS: Readonly<Record<NumberPurpose, string>> = {
  manage: '/manage',
  stop: '/stop',
  forget: '/forget',
  undo: '/manage/undo',
};

const HEADINGS: Readonly<Record<NumberPurpose, MessageKey>> = {
  manage: 'manage.number-heading',
  stop: 'manage.stop-heading',
  forget: 'manage.forget-heading',
  undo: 'manage.undo-heading',
};

const LEADS: Readonly<Record<NumberPurpose, MessageKey>> = {
  manage: 'manage.number-lead',
  stop: 'manage.stop-lead',
  forget: 'manage.forget-lead',
  undo: 'manage.undo-lead',
};

const BUTTONS: Readonly<Record<NumberPurpose, MessageKey>> = {
  manage: 'manage.number-button',
  stop: 'manage.stop-button',
  forget: 'manage.forget-button',
  undo: 'manage.number-button',
};

export type NumberPageProblem = NumberProblem | 'unreadable' | 'controls' | 'nothing-held';

const PROBLEMS: Readonly<Record<NumberPageProblem, MessageKey>> = {
  empty: 'manage.number-empty',
  'foreign-character': 'manage.number-foreign',
  'too-short': 'manage.number-short',
  'too-long': 'manage.number-long',
  typo: 'manage.number-typo',
  unreadable: 'manage.unreadable',
  controls: 'manage.controls',
  'nothing-held': 'manage.number-nothing',
};

const FIELD = 'number';

export function numberPage(options: {
  readonly purpose: NumberPurpose;
  readonly language: string;
  /** What was typed; it stands in the field again. */
  readonly typed?: string;
  readonly problem?: NumberPageProblem;
  readonly status?: number;
  /** What goes along with the number, unseen: which gift is meant. */
  readonly along?: Readonly<Record<string, string>>;
}): PageContent {
  const { purpose, language, typed = '', problem, along = {} } = options;
  const t = translator(language);
  const problems: FieldProblem[] =
    problem === undefined ? [] : [{ field: FIELD, message: t(PROBLEMS[problem]) }];
  return {
    kind: 'private',
    title: pageTitle(language, problems.length > 0),
    language,
    status: options.status ?? 200,
    body: html`${errorSummary({ problems, language })}
<h1>${t(HEADINGS[purpose])}</h1>
<p>${t(LEADS[purpose])}</p>
<form method="post" action="${PATHS[purpose]}" autocomplete="off" novalidate>
<input type="hidden" name="language" value="${language}">${hiddenFields(along)}
<div class="field">
<label for="${FIELD}">${t('manage.number')}</label>
<p class="hint" id="number-hint">${t('manage.number-hint')}</p>
${fieldError(problems, FIELD)}
<input type="text" id="${FIELD}" name="${FIELD}" class="number" value="${typed}" maxlength="200" dir="ltr" autocomplete="off" autocapitalize="characters" spellcheck="false"${described(problems)}>
</div>
<button type="submit">${t(BUTTONS[purpose])}</button>
</form>
${otherWays(purpose, language)}`,
  };
}

/** Neutral in a list of tabs; it begins with the word for "Error" when something is to be mended. */
export function pageTitle(language: string, hasProblems = false): string {
  const t = translator(language);
  return hasProblems ? t('manage.error-title') : t('manage.title');
}

/** What every form of a later step carries, unseen. */
export function hiddenFields(fields: Readonly<Record<string, string>>): Html {
  return html`${Object.entries(fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  )}`;
}

function described(problems: readonly FieldProblem[]): Html {
  return problems.length > 0
    ? html` aria-invalid="true" aria-describedby="${errorId(FIELD)} number-hint"`
    : html` aria-describedby="number-hint"`;
}

function otherWays(purpose: NumberPurpose, language: string): Html {
  const t = translator(language);
  const link = (path: string, key: MessageKey): Html =>
    html`<a class="button" href="${path}?language=${language}">${t(key)}</a>`;
  return html`<h2>${t('manage.lost-heading')}</h2>
<p>${t('manage.lost')}</p>
<div class="choices equal">
${purpose === 'manage' ? nothing : link('/manage', 'manage.link-manage')}
${purpose === 'stop' ? nothing : link('/stop', 'manage.link-stop')}
${purpose === 'forget' ? nothing : link('/forget', 'manage.link-forget')}
</div>`;
}
