/** The pages of reminders for readers without script. Neutral title, and nothing on them is stored. */
import { translator } from '../language/index.ts';
import type { Newsroom } from '../newsroom/index.ts';
import {
  errorId,
  errorSummary,
  fieldError,
  type Html,
  html,
  nothing,
  type PageContent,
} from '../page/index.ts';
import type { When } from './reminder-day.ts';
import type { ReminderDraft, ReminderProblem } from './reminder-form.ts';

export interface LaterPageOptions {
  readonly newsroom: Newsroom;
  readonly language: string;
  readonly draft: ReminderDraft;
  readonly problems: readonly ReminderProblem[];
}

/** The choices. With problems it is the answer to a form that could not be read, and keeps what was typed. */
export function laterPage(options: LaterPageOptions): PageContent {
  const { language, draft } = options;
  const t = translator(language);
  const problems = options.problems.map(({ field, message }) => ({ field, message: t(message) }));
  const title = t('reminders.page-title');
  return {
    kind: 'private',
    title: problems.length > 0 ? t('support.error-title', { title }) : title,
    language,
    status: problems.length > 0 ? 422 : 200,
    body: html`${errorSummary({ problems, language })}
<h1>${t('reminders.heading')}</h1>
<p>${t('reminders.intro')}</p>
<form method="get" action="/later.ics">
<input type="hidden" name="language" value="${language}">
<fieldset${describedBy(problems, 'when-evening')}>
<legend>${t('appeals.when')}</legend>
${fieldError(problems, 'when-evening')}
<div class="choices equal">${radio({ draft, when: 'evening', label: t('appeals.evening') })}
${radio({ draft, when: 'month', label: t('appeals.in-month') })}
${radio({ draft, when: 'pay-day', label: t('appeals.pay-day') })}</div>
<div class="field"><label for="pay-day-of">${t('appeals.pay-day-of')}</label>
<p class="hint" id="pay-day-hint">${t('reminders.last-day')}</p>
${fieldError(problems, 'pay-day-of')}
<input id="pay-day-of" name="day" inputmode="numeric" size="4" autocomplete="off" value="${draft.payDay}" aria-describedby="pay-day-hint${idIf(problems, 'pay-day-of')}"${invalid(problems, 'pay-day-of')}></div>
${radio({ draft, when: 'date', label: t('appeals.on-date') })}
<div class="field"><label for="date">${t('appeals.date')}</label>
${fieldError(problems, 'date')}
<input id="date" name="date" type="date" value="${draft.date}"${describedBy(problems, 'date')}></div>
</fieldset>
<fieldset>
<legend>${t('appeals.title')}</legend>
<p class="hint">${t('reminders.title-hint')}</p>
${fieldError(problems, 'title-neutral')}
<div class="choices equal">${titleRadio({ draft, value: 'neutral', label: t('appeals.title-neutral') })}
${titleRadio({ draft, value: 'newsroom', label: options.newsroom.name })}
<div class="choice"><input type="checkbox" id="link" name="link"${draft.link ? html` checked` : nothing}><label for="link">${t('appeals.link')}</label></div></div>
<p class="hint">${t('reminders.link-hint')}</p>
</fieldset>
<p><button class="main">${t('reminders.make')}</button></p>
</form>`,
  };
}

/** What everybody meets where no reminder may be offered: no word that asks, and nothing to do. */
export function neutralPage(language: string, status: 200 | 404): PageContent {
  const t = translator(language);
  return {
    kind: 'private',
    title: t('reminders.page-title'),
    language,
    status,
    body: html`<h1>${t('reminders.neutral-heading')}</h1>
<p>${t('reminders.neutral-text')}</p>
<p><a href="/">${t('reminders.front')}</a></p>`,
  };
}

function radio(options: {
  readonly draft: ReminderDraft;
  readonly when: When;
  readonly label: string;
}): Html {
  const { draft, when, label } = options;
  return html`<div class="choice"><input type="radio" id="when-${when}" name="when" value="${when}"${draft.when === when ? html` checked` : nothing}><label for="when-${when}">${label}</label></div>
`;
}

function titleRadio(options: {
  readonly draft: ReminderDraft;
  readonly value: 'neutral' | 'newsroom';
  readonly label: string;
}): Html {
  const { draft, value, label } = options;
  return html`<div class="choice"><input type="radio" id="title-${value}" name="title" value="${value}"${draft.title === value ? html` checked` : nothing}><label for="title-${value}">${label}</label></div>
`;
}

type Problems = readonly { readonly field: string; readonly message: string }[];

function describedBy(problems: Problems, field: string): Html {
  return problems.some((problem) => problem.field === field)
    ? html` aria-invalid="true" aria-describedby="${errorId(field)}"`
    : nothing;
}

function invalid(problems: Problems, field: string): Html {
  return problems.some((problem) => problem.field === field) ? html` aria-invalid="true"` : nothing;
}

function idIf(problems: Problems, field: string): string {
  return problems.some((problem) => problem.field === field) ? ` ${errorId(field)}` : '';
}
