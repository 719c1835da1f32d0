/** The letter for readers without script, drawn by the server into a frame of fixed height at the story's end. */
import { translator } from '../language/index.ts';
import { type Html, html, type PageContent } from '../page/index.ts';
import type { AnswerAppeal, AnswerVariant, NoteAnswer } from './answer.ts';
import { UNASSIGNED } from './assignment.ts';
import { supportLink } from './support-link.ts';

/**
 * The letter, always in the control variant: a frame has no device to assign. Its links lead out of the frame; amounts
 * and intervals are chosen on the page they lead to.
 */
export function framePage(options: {
  readonly answer: NoteAnswer;
  readonly appeal: AnswerAppeal;
  readonly variant: AnswerVariant;
}): PageContent {
  return barePage(options.answer.language, letter(options));
}

/** After "Not now": honest about what a browser without script can remember. */
export function frameClosedPage(answer: NoteAnswer): PageContent {
  const t = translator(answer.language);
  return barePage(
    answer.language,
    html`<h1>${t('appeals.frame-title')}</h1>
<p>${t('appeals.closed-here')}</p>
<p><a href="/note/frame/${answer.language}" target="_self">${t('appeals.back-to-letter')}</a></p>`,
  );
}

function barePage(language: string, body: Html): PageContent {
  const title = translator(language)('appeals.frame-title');
  return { kind: 'bare', title, language, body: html`<main>${body}</main>` };
}

function letter(options: {
  readonly answer: NoteAnswer;
  readonly appeal: AnswerAppeal;
  readonly variant: AnswerVariant;
}): Html {
  const { answer, appeal, variant } = options;
  const { language, giving } = answer;
  const t = translator(language);
  const every = appeal.firstInterval;
  const link = {
    language,
    currency: giving.currency,
    every,
    appealId: appeal.id,
    variantId: UNASSIGNED,
  };
  return html`<section class="letter" aria-labelledby="speaker">
<h1 id="speaker">${variant.speaker}</h1>
<p>${variant.lead}</p>
${variant.paragraphs.map((paragraph) => html`<p>${paragraph}</p>`)}
<p><a class="button main" href="${supportLink(link)}">${appeal.open}</a></p>
<p><a href="${supportLink(link)}">${t('appeals.others')}</a></p>
<p class="pair"><a class="button" href="/later?language=${language}">${t('appeals.later')}</a>
<a class="button" href="/note/frame/${language}?closed" target="_self">${t('appeals.not-now')}</a></p>
</section>`;
}
