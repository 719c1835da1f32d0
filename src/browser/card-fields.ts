/**
 * The pay page with a company's card fields: shows them inside our form, and sends what stands for the card to our server,
 * never the card itself. See `processors/stripe/pay-page/` for the page and for what becomes of what is sent.
 *
 * What the page says without script stays on it until the fields are there, and comes back where they cannot be had: a
 * blocker, a network that is cut, a browser too old. Stripe's script is loaded by the page itself, after this one, which
 * makes the only Trusted Types policy that the page allows: addresses of that company's scripts, and no HTML. It
 * cannot be held to a hash, because Stripe changes it at any time and forbids to serve a copy.
 */
import type { Appearance, Stripe, StripeElements } from '@stripe/stripe-js';
import { type CardFacts, readCardFacts } from './card-facts.ts';

declare global {
  interface Window {
    readonly trustedTypes?: {
      createPolicy(
        name: string,
        rules: Readonly<Record<'createScriptURL' | 'createHTML', (text: string) => string | null>>,
      ): unknown;
    };
  }
}

/** Fields that have not come by then will not come. */
const LOADING_MS = 20_000;
/** After so long a press counts again: the reader may have stopped the page from loading. */
const SENDING_MS = 20_000;

const STRIPES_OWN = /^https:\/\/(?:[a-z0-9-]+\.)?js\.stripe\.com$/;

window.trustedTypes?.createPolicy('default', {
  createScriptURL: (address) =>
    STRIPES_OWN.test(new URL(address, document.baseURI).origin) ? address : null,
  // Nothing at all: that is how an element is emptied.
  createHTML: (text) => (text === '' ? '' : null),
});

/** The parts of the page that this script changes. */
interface CardPage {
  readonly facts: CardFacts;
  readonly form: HTMLFormElement;
  /** What the page says where there are no fields. */
  readonly instead: HTMLElement;
  readonly status: HTMLElement;
  readonly problem: HTMLElement;
  readonly pay: HTMLButtonElement;
  readonly token: HTMLInputElement;
}

const page = findPage();
const stripeScript = document.querySelector('script[src^="https://js.stripe.com/"]');
if (page !== null && stripeScript !== null) load(page, stripeScript);

function findPage(): CardPage | null {
  const form = document.querySelector<HTMLFormElement>('#card');
  const instead = document.querySelector<HTMLElement>('#instead');
  if (form === null || instead === null) return null;
  const facts = readCardFacts(form);
  const status = form.querySelector<HTMLElement>('[role="status"]');
  const problem = form.querySelector<HTMLElement>('[role="alert"]');
  const pay = form.querySelector<HTMLButtonElement>('#pay');
  const token = form.querySelector<HTMLInputElement>('input[name="token"]');
  if (facts === null || status === null || problem === null) return null;
  if (pay === null || token === null) return null;
  return { facts, form, instead, status, problem, pay, token };
}

/** From a page without fields to one with them, or back to what it said before. */
function load(on: CardPage, script: Element): void {
  const { facts, form, instead, status, pay } = on;
  let phase: 'loading' | 'ready' | 'gone' = 'loading';
  show('fields');
  status.textContent = facts.words.loading;
  const giveUp = (): void => {
    if (phase !== 'loading') return;
    phase = 'gone';
    const [heading, why] = instead.querySelectorAll('h2, p');
    if (heading !== undefined) heading.textContent = facts.words.missing;
    if (why !== undefined) why.textContent = facts.words.blocked;
    instead.setAttribute('role', 'alert');
    show('instead');
  };
  const late = setTimeout(giveUp, LOADING_MS);
  const ready = (): void => {
    if (phase !== 'loading') return;
    phase = 'ready';
    clearTimeout(late);
    status.textContent = '';
    pay.disabled = false;
  };
  script.addEventListener('error', giveUp);
  script.addEventListener('load', () => {
    if (phase !== 'loading') return;
    try {
      send(on, mount(facts, { ready, failed: giveUp }));
    } catch {
      giveUp();
    }
  });

  function show(what: 'fields' | 'instead'): void {
    form.hidden = what !== 'fields';
    instead.hidden = what !== 'instead';
  }
}

/** One press makes one token and sends it; the next one counts when the page said why it failed, or after a while. */
function send({ facts, form, status, problem, pay, token }: CardPage, fields: Fields): void {
  let sentAt = Number.NEGATIVE_INFINITY;
  const rest = (words: string): void => {
    sentAt = Number.NEGATIVE_INFINITY;
    token.value = '';
    status.textContent = '';
    problem.textContent = words;
    pay.removeAttribute('aria-disabled');
  };
  // A page that the browser kept comes back as it was left: pressed, with a token that was used.
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) rest('');
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (event.timeStamp - sentAt < SENDING_MS) return;
    sentAt = event.timeStamp;
    problem.textContent = '';
    status.textContent = facts.words.sending;
    pay.setAttribute('aria-disabled', 'true');
    tokenOf(fields).then(
      (answer) => {
        if ('problem' in answer) return rest(`${answer.problem ?? ''} ${facts.words.nothing}`);
        token.value = answer.id;
        form.submit();
      },
      () => rest(facts.words.failed),
    );
  });
}

interface Fields {
  readonly stripe: Stripe;
  readonly elements: StripeElements;
}

/** Puts Stripe's fields into the page: cards alone, and of a supporter no more than a card needs. */
function mount(
  facts: CardFacts,
  told: { readonly ready: () => void; readonly failed: () => void },
): Fields {
  if (window.Stripe === undefined) throw new Error('Stripe.js is not there');
  const { locale, amount, currency, repeats } = facts;
  const stripe = window.Stripe(facts.key, { locale });
  const elements = stripe.elements({
    mode: 'payment',
    amount,
    currency,
    locale,
    allowedPaymentMethodTypes: ['card'],
    ...(repeats ? { setupFutureUsage: 'off_session' } : {}),
    appearance: appearance(),
  });
  const fields = elements.create('payment', {
    // Neither name nor address: cards need none. (`never` would have us send one.)
    fields: { billingDetails: { address: 'if_required' } },
    // A wallet tells names and addresses, and not always the card's country.
    wallets: { applePay: 'never', googlePay: 'never', link: 'never' },
    // The page says itself, in the newsroom's words, what is agreed to.
    terms: { card: 'never' },
    layout: 'tabs',
  });
  fields.on('ready', told.ready);
  fields.on('loaderror', told.failed);
  fields.mount('#card-fields');
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    elements.update({ appearance: appearance() });
  });
  return { stripe, elements };
}

/** What stands for the card; or why there is none, in Stripe's words and the page's language. */
async function tokenOf({
  stripe,
  elements,
}: Fields): Promise<{ readonly id: string } | { readonly problem: string | undefined }> {
  const checked = await elements.submit();
  if (checked.error !== undefined) return { problem: checked.error.message };
  const made = await stripe.createConfirmationToken({ elements });
  if (made.error !== undefined) return { problem: made.error.message };
  return { id: made.confirmationToken.id };
}

/** The page's own colours and type, light or dark, in the words of the company's fields. */
function appearance(): Appearance {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const accent = of('accent');
  return {
    theme: matchMedia('(prefers-color-scheme: dark)').matches ? 'night' : 'stripe',
    disableAnimations: matchMedia('(prefers-reduced-motion: reduce)').matches,
    variables: {
      colorPrimary: accent,
      colorBackground: of('paper'),
      colorText: of('ink'),
      colorTextSecondary: of('quiet'),
      colorTextPlaceholder: of('quiet'),
      colorDanger: of('alarm'),
      fontFamily: of('sans'),
      fontSizeBase: style.fontSize,
      borderRadius: '2px',
    },
    rules: {
      '.Input': { border: `1px solid ${of('quiet')}`, boxShadow: 'none' },
      '.Input:focus': { outline: `3px solid ${accent}`, boxShadow: 'none' },
      '.Input--invalid': { border: `2px solid ${of('alarm')}`, boxShadow: 'none' },
      '.Label': { fontWeight: '600' },
    },
  };
}
