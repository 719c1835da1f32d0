/**
 * The page of a problem: what happened, whether money moved, what to do next. Never what somebody typed, never a stack.
 */
import { type MessageKey, translator } from '../language/index.ts';
import { type Html, html, nothing, type PageContent } from '../page/index.ts';
import { type MoneyMoved, PROBLEMS, type ProblemCode } from '../problems/index.ts';

const MONEY_WORDS: Readonly<Record<MoneyMoved, MessageKey | null>> = {
  no: 'problem.money-no',
  unknown: 'problem.money-unknown',
  'not-about-money': null,
};

export function problemPage(options: {
  readonly code: ProblemCode;
  readonly language: string;
  /** More help below, such as the newest stories on a 404. */
  readonly more?: Html;
}): PageContent {
  const t = translator(options.language);
  const row = PROBLEMS[options.code];
  const money = MONEY_WORDS[row.moneyMoved];
  return {
    kind: 'plain',
    title: t('problem.title'),
    language: options.language,
    status: row.status,
    body: html`<h1>${t(`problem.${options.code}.happened`)}</h1>
${money === null ? nothing : html`<p>${t(money)}</p>`}
<p>${t(`problem.${options.code}.next`)}</p>
<p><a href="/">${t('frame.front')}</a></p>
${options.more ?? nothing}`,
  };
}
