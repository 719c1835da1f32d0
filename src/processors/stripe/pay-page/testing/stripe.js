/*
 * Stands in for Stripe.js (release "endive") in tests: the few calls that our pay page makes, written from the company's
 * reference and changelog, and as unforgiving as it is about wrong options. The fields are a frame of the company's host; a
 * token is made by a call from the page to its API; a further script is fetched by an address put together as text.
 *
 * What it was called with is kept in `window.standIn` for the test to look at.
 */
(() => {
  class IntegrationError extends Error {
    name = 'IntegrationError';
  }
  const seen = { made: null, elements: null, payment: null, updates: [] };
  window.standIn = seen;

  const further = document.createElement('script');
  further.src = ['https://js.stripe.com', 'endive', 'further.js'].join('/');
  document.head.append(further);

  const GROUP_OPTIONS = new Set([
    ...['mode', 'amount', 'currency', 'locale', 'setupFutureUsage', 'captureMethod', 'appearance'],
    ...['allowedPaymentMethodTypes', 'excludedPaymentMethodTypes', 'fonts', 'loader', 'onBehalfOf'],
  ]);
  const PAYMENT_OPTIONS = new Set([
    ...['fields', 'wallets', 'terms', 'layout', 'business', 'defaultValues', 'readOnly'],
    ...['paymentMethodOrder', 'applePay'],
  ]);
  const LOCALES = new Set(['auto', 'ar', 'de', 'en', 'es', 'fr', 'ru']);

  function known(options, names) {
    for (const name of Object.keys(options)) {
      if (!names.has(name)) throw new IntegrationError(`${name} is not an accepted parameter.`);
    }
  }

  function checkGroup(options) {
    known(options, GROUP_OPTIONS);
    const { mode, amount, currency, locale, allowedPaymentMethodTypes: types } = options;
    if (mode !== 'payment') throw new IntegrationError('mode must be payment here');
    if (!Number.isInteger(amount) || amount <= 0) throw new IntegrationError('amount');
    if (!/^[a-z]{3}$/.test(currency)) throw new IntegrationError('currency');
    if (!LOCALES.has(locale)) throw new IntegrationError('locale');
    if (types !== undefined && !Array.isArray(types)) throw new IntegrationError('types');
  }

  /** Every field that is never collected has to be handed over by the page. */
  function neverCollected(fields) {
    return JSON.stringify(fields ?? {}).includes('"never"');
  }

  function createPayment(options) {
    known(options, PAYMENT_OPTIONS);
    seen.payment = options;
    const handlers = new Map();
    const frame = document.createElement('iframe');
    return {
      frame,
      on(event, handler) {
        handlers.set(event, handler);
        return this;
      },
      mount(selector) {
        const place = document.querySelector(selector);
        if (place === null || place.childNodes.length > 0) throw new IntegrationError('mount');
        const address = new URL('https://js.stripe.com/endive/elements-inner.html');
        address.hash = JSON.stringify(seen.elements);
        frame.title = 'Secure payment input frame';
        frame.setAttribute('allow', 'payment *');
        frame.style.cssText = 'border: 0; width: 100%; height: 230px; display: block;';
        frame.src = address;
        addEventListener('message', ({ data, source }) => {
          if (source !== frame.contentWindow) return;
          // As tall as what is in it.
          if (data.height !== undefined) frame.style.height = `${data.height}px`;
          if (data === 'ready') handlers.get('ready')?.({ elementType: 'payment' });
          if (data === 'loaderror') handlers.get('loaderror')?.({ elementType: 'payment' });
        });
        place.append(frame);
      },
    };
  }

  function ask(frame, question) {
    return new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => resolve(data);
      frame.contentWindow.postMessage(question, '*', [port2]);
    });
  }

  function createElements(options) {
    checkGroup(options);
    seen.elements = options;
    let payment = null;
    return {
      submitted: false,
      create(type, given = {}) {
        if (type !== 'payment' || payment !== null) throw new IntegrationError('create');
        payment = createPayment(given);
        return payment;
      },
      get payment() {
        return payment;
      },
      update(change) {
        seen.updates.push(change);
      },
      async submit() {
        if (payment === null) throw new IntegrationError('no element was mounted');
        const message = await ask(payment.frame, 'submit');
        this.submitted = message === null;
        return message === null
          ? { selectedPaymentMethod: 'card' }
          : { error: { type: 'validation_error', code: 'incomplete_number', message } };
      },
    };
  }

  async function createConfirmationToken({ elements, params = {} }) {
    if (!elements.submitted) {
      throw new IntegrationError('elements.submit() must be called before');
    }
    elements.submitted = false;
    const details = params.payment_method_data?.billing_details;
    if (neverCollected(seen.payment.fields) && details === undefined) {
      throw new IntegrationError('You specified "never" and did not pass billing_details');
    }
    const number = await ask(elements.payment.frame, 'number');
    const answer = await fetch('https://api.stripe.com/v1/confirmation_tokens', {
      method: 'POST',
      body: new URLSearchParams({ key: seen.made.key, number }),
    });
    const told = await answer.json();
    return answer.ok ? { confirmationToken: told } : { error: told.error };
  }

  window.Stripe = (key, options = {}) => {
    if (!/^pk_(test|live)_/.test(key)) throw new IntegrationError('publishable key');
    seen.made = { key, options };
    return { elements: createElements, createConfirmationToken };
  };
})();
