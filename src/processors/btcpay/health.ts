/**
 * A live look at a configured store that makes nothing: whether the key is valid, may do what it must and not much more,
 * whether the store, its wallet and its rates are there, whether BTCPay's node has caught up, whether our webhook is
 * registered, and whether the two clocks agree. Sentences name settings and permissions, never a key.
 */
import type { HealthFinding } from '../../giving/processor.ts';
import type { Currency } from '../../money/index.ts';
import { networkFinding } from './health-network.ts';
import { permissionFindings } from './health-permissions.ts';
import { error, ok, reasonOf, warning } from './health-words.ts';
import { METHODS } from './invoice-request.ts';
import type { BtcPayServer } from './server.ts';
import type { BtcPayMode } from './settings.ts';
import { NEEDED_EVENTS } from './webhook.ts';
import {
  apiKeyAnswer,
  healthAnswer,
  ratesAnswer,
  storeAnswer,
  storeMethodsAnswer,
  webhooksAnswer,
} from './wire.ts';

export interface HealthQuestion {
  readonly mode: BtcPayMode;
  readonly webhookUrl: string;
  /** What is offered; `null`: everything, of which the rates are not looked at. */
  readonly currencies: readonly Currency[] | null;
}

export async function checkHealth(
  server: BtcPayServer,
  question: HealthQuestion,
): Promise<readonly HealthFinding[]> {
  const key = await server.call({ method: 'GET', path: '/api-keys/current' });
  if (key.kind === 'unknown') {
    return [error(`The BTCPay server could not be reached (${key.reason}). See its address.`)];
  }
  if (key.status === 401) return [error('BTCPay does not know the API key: make one and copy it.')];
  const read = apiKeyAnswer.safeParse(key.json);
  if (key.status !== 200 || !read.success) {
    return [error(`What stands at the server’s address is no BTCPay (${reasonOf(key)}).`)];
  }
  return [
    ok('The API key is valid.'),
    ...permissionFindings(read.data.permissions, server.store),
    ...(await storeFindings(server)),
    await nodeFinding(server),
    await networkFinding(server, question.mode),
    ...(await ratesFindings(server, question.currencies ?? [])),
    ...(await webhookFindings(server, question.webhookUrl)),
    await clockFinding(server),
  ];
}

async function storeFindings(server: BtcPayServer): Promise<readonly HealthFinding[]> {
  const heard = await server.call({ method: 'GET', path: `/stores/${server.store}` });
  const read = heard.kind === 'heard' ? storeAnswer.safeParse(heard.json) : null;
  if (heard.kind === 'heard' && (heard.status === 404 || heard.status === 403)) {
    return [
      error(
        'The store is not there for this key: see the store id, and that the key is of this store and may view its settings (btcpay.store.canviewstoresettings).',
      ),
    ];
  }
  if (heard.kind === 'unknown' || heard.status !== 200 || read?.success !== true) {
    return [warning(`The store could not be looked at (${reasonOf(heard)}). Try again.`)];
  }
  const store = read.data;
  const methods = await methodFindings(server);
  const findings = [ok('The store is there.'), ...methods.findings];
  if (store.archived === true) findings.push(error('The store is archived: take it back.'));
  if (store.anyoneCanCreateInvoice === true) {
    findings.push(
      warning(
        'Anyone can make invoices in this store, and what comes on them is held for a person: switch "Allow anyone to create invoice" off.',
      ),
    );
  }
  if (store.networkFeeMode != null && store.networkFeeMode !== 'Never') {
    findings.push(
      warning(
        'The store adds network fees to what it asks for, so a second payment on one address cannot be told from the first: set "Add additional fee (network fee) to invoice" to never.',
      ),
    );
  }
  const description = store.lightningDescriptionTemplate;
  if (methods.hasLightning && (description == null || description.includes('{StoreName}'))) {
    findings.push(
      warning(
        `A Lightning invoice names the store, so the name "${store.name ?? ''}" stays in every payer’s wallet: take {StoreName} out of the description template, or give the store a name that says nothing.`,
      ),
    );
  }
  return findings;
}

async function methodFindings(
  server: BtcPayServer,
): Promise<{ readonly findings: readonly HealthFinding[]; readonly hasLightning: boolean }> {
  const path = `/stores/${server.store}/payment-methods?onlyEnabled=true`;
  const heard = await server.call({ method: 'GET', path });
  const read = heard.kind === 'heard' ? storeMethodsAnswer.safeParse(heard.json) : null;
  if (heard.kind === 'unknown' || heard.status !== 200 || read?.success !== true) {
    const why = reasonOf(heard);
    return {
      findings: [warning(`The store’s wallet could not be looked at (${why}). Try again.`)],
      hasLightning: false,
    };
  }
  const enabled = new Set(read.data.filter((each) => each.enabled).map((e) => e.paymentMethodId));
  const hasLightning = enabled.has(METHODS.lightning);
  const words = [
    ...(enabled.has(METHODS.chain) ? ['bitcoin on the chain'] : []),
    ...(hasLightning ? ['Lightning'] : []),
  ];
  if (words.length > 0) {
    return { findings: [ok(`Supporters can pay with ${words.join(' and ')}.`)], hasLightning };
  }
  return {
    findings: [
      error(
        'Nobody can pay: set a bitcoin wallet or a Lightning node up in the store, and enable it.',
      ),
    ],
    hasLightning,
  };
}

async function nodeFinding(server: BtcPayServer): Promise<HealthFinding> {
  const heard = await server.call({ method: 'GET', path: '/health' });
  const read = heard.kind === 'heard' ? healthAnswer.safeParse(heard.json) : null;
  if (heard.kind === 'unknown' || heard.status !== 200 || read?.success !== true) {
    return warning(`Whether the node has caught up could not be asked (${reasonOf(heard)}).`);
  }
  return read.data.synchronized
    ? ok('The server’s node has caught up with the chain.')
    : error('The server’s node has not caught up with the chain, so payments are not seen yet.');
}

async function ratesFindings(
  server: BtcPayServer,
  currencies: readonly Currency[],
): Promise<readonly HealthFinding[]> {
  if (currencies.length === 0) return [];
  const query = new URLSearchParams(
    currencies.map((code): [string, string] => ['currencyPair', `BTC_${code}`]),
  );
  const heard = await server.call({
    method: 'GET',
    path: `/stores/${server.store}/rates?${query}`,
  });
  const read = heard.kind === 'heard' ? ratesAnswer.safeParse(heard.json) : null;
  if (heard.kind === 'unknown' || heard.status !== 200 || read?.success !== true) {
    return [warning(`The store’s rates could not be looked at (${reasonOf(heard)}). Try again.`)];
  }
  const rated = new Set(
    read.data.filter(({ rate }) => rate != null).map(({ currencyPair }) => currencyPair),
  );
  const missing = currencies.filter((code) => !rated.has(`BTC_${code}`));
  if (missing.length === 0) return [ok(`The store has a rate for ${currencies.join(', ')}.`)];
  return [
    error(
      `The store has no rate for ${missing.join(', ')}, so no invoice can be made: choose another rate source in the store’s settings, or take the currency out of the newsroom file.`,
    ),
  ];
}

async function webhookFindings(
  server: BtcPayServer,
  webhookUrl: string,
): Promise<readonly HealthFinding[]> {
  const heard = await server.call({ method: 'GET', path: `/stores/${server.store}/webhooks` });
  if (heard.kind === 'heard' && heard.status === 403) {
    return [
      warning(
        `The key may not read the store’s webhooks, which is as it should be. See for yourself, in the store’s settings under Webhooks, that one leads to ${webhookUrl}, redelivers by itself, and is for ${NEEDED_EVENTS.join(', ')}.`,
      ),
    ];
  }
  const read = heard.kind === 'heard' ? webhooksAnswer.safeParse(heard.json) : null;
  if (heard.kind === 'unknown' || heard.status !== 200 || read?.success !== true) {
    return [warning(`The webhooks could not be looked at (${reasonOf(heard)}). Try again.`)];
  }
  const ours = read.data.find(({ url }) => url === webhookUrl);
  if (ours === undefined) {
    return [error(`No webhook of the store leads to ${webhookUrl}: make one.`)];
  }
  if (!ours.enabled) return [error('Our webhook is switched off: enable it.')];
  const { everything, specificEvents } = ours.authorizedEvents;
  const named = new Set(specificEvents ?? []);
  const missing = everything === true ? [] : NEEDED_EVENTS.filter((name) => !named.has(name));
  return [
    missing.length === 0
      ? ok('The webhook is registered for every event that is needed.')
      : error(`The webhook lacks events. Add: ${missing.join(', ')}.`),
    ...(ours.automaticRedelivery === false
      ? [warning('The webhook does not redeliver by itself: switch automatic redelivery on.')]
      : []),
  ];
}

const CLOCKS_APART_SECONDS = 300;

async function clockFinding(server: BtcPayServer): Promise<HealthFinding> {
  const theirs = await server.timeMs();
  if (theirs === null) return warning('The server’s clock could not be read.');
  const apart = Math.round(Math.abs(theirs - server.clock.now().epochMilliseconds) / 1000);
  return apart <= CLOCKS_APART_SECONDS
    ? ok('The server’s clock and ours agree.')
    : warning(
        `The server’s clock and ours are ${apart} seconds apart, so pay pages show a wrong time to pay: set the clock that is wrong.`,
      );
}
