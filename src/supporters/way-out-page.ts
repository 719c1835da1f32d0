/**
 * The page behind a letter's way out. Opening it changes nothing, because mail scanners open every address they find
 * (notifications-admin#3431); its button, or the one-click POST of a mail program, deletes the address. What it says is
 * the same for a token that means an address and for one that no longer does.
 *
 * Stopping letters does not stop money (Ghost#23445), and the page says so and leads to what does.
 */
import { translator } from '../language/index.ts';
import { html, type PageContent } from '../page/index.ts';
import { pageTitle } from './number-page.ts';
import { wayOutPath } from './way-out.ts';

export function wayOutPage(options: {
  readonly token: string;
  readonly language: string;
  readonly isDone: boolean;
}): PageContent {
  const { token, language, isDone } = options;
  const t = translator(language);
  return {
    kind: 'private',
    title: pageTitle(language),
    language,
    body: html`<h1>${t(isDone ? 'manage.done-heading' : 'manage.letters-heading')}</h1>
<p>${t(isDone ? 'manage.letters-done' : 'manage.letters-what')}</p>
${
  isDone
    ? ''
    : html`<form method="post" action="${wayOutPath(token)}?language=${language}">
<button type="submit">${t('manage.letters-button')}</button>
</form>`
}
<p>${t('manage.letters-money')} <a href="/stop?language=${language}">${t('manage.link-stop')}</a></p>`,
  };
}
