/**
 * Small help for the pages of giving; everything works without it. See `support-form.ts` for the form itself; here a
 * second tap sends nothing, and the id of an unfinished gift is shared by the tabs of one reader.
 *
 * Nothing is written before the reader presses pay, so that the page's "nothing about you has been written down" is true
 * of their device as well; the page of the finished gift takes away what was written then.
 */
import { enliven } from './support-form.ts';
import { forgetUnfinished, rememberUnfinished, unfinishedGift } from './unfinished-gift.ts';

/** After so long a press counts again: the reader may have stopped the page from loading. */
const SENDING_MS = 8_000;

// Asked on every page of giving, so that an id that grew old does not stay.
unfinishedGift();
const shown = document.querySelector<HTMLMetaElement>('meta[name="gift-shown"]');
if (shown !== null) forgetUnfinished(shown.content);

for (const form of document.querySelectorAll<HTMLFormElement>('form[action="/support"]')) {
  guard(form);
}
wayBack();
currencies();

function guard(form: HTMLFormElement): void {
  const live = form.id === 'support' ? enliven(form) : null;
  const gift = form.querySelector<HTMLInputElement>('input[name="gift"]');
  let sentAt = Number.NEGATIVE_INFINITY;
  addEventListener('pageshow', () => {
    sentAt = Number.NEGATIVE_INFINITY;
  });
  form.addEventListener('submit', (event) => {
    if (event.timeStamp - sentAt < SENDING_MS || live?.askFirst() === true) {
      event.preventDefault();
      return;
    }
    sentAt = event.timeStamp;
    if (gift === null) return;
    // Only a form that the server has not answered yet may take another tab's id; an answered one has the right id.
    if (form.dataset.adopt !== undefined) gift.value = unfinishedGift() ?? gift.value;
    rememberUnfinished(gift.value);
  });
}

/** "Take me back" goes to the very story, where there is a page to go back to. */
function wayBack(): void {
  const back = document.querySelector('form[data-adopt] #back');
  back?.addEventListener('click', (event) => {
    if (history.length < 2) return;
    event.preventDefault();
    history.back();
  });
}

/** Another currency takes the chosen interval along, and leaves no further page between the form and the story. */
function currencies(): void {
  for (const link of document.querySelectorAll<HTMLAnchorElement>('a[data-currency]')) {
    link.addEventListener('click', (event) => {
      event.preventDefault();
      const address = new URL(link.href);
      const every = document.querySelector<HTMLInputElement>('input[name="every"]:checked');
      if (every !== null) address.searchParams.set('every', every.value);
      location.replace(address);
    });
  }
}
