/**
 * A live look at a configured account that moves no money: whether PayPal knows the app in this mode, whether it may do what
 * it must and not much more, whether our webhook is registered for what we need, and which currencies the account holds.
 * Sentences name settings and permissions, never a key.
 */
import type { HealthFinding, Unknown } from '../../giving/processor.ts';
import { type Currency, isCurrency } from '../../money/index.ts';
import type { Heard } from '../common/index.ts';
import { isNotThere, type PayPalApi } from './api.ts';
import { reportTime } from './money.ts';
import { LAG_HOURS } from './reports.ts';
import type { PayPalMode } from './settings.ts';
import { NEEDED_EVENTS } from './webhook.ts';
import { balancesAnswer, transactionsAnswer, webhookAnswer } from './wire.ts';

export interface HealthQuestion {
  readonly mode: PayPalMode;
  readonly webhookId: string;
  readonly webhookUrl: string;
  /** What is offered; `null`: everything. */
  readonly currencies: readonly Currency[] | null;
}

export async function checkHealth(
  api: PayPalApi,
  question: HealthQuestion,
): Promise<readonly HealthFinding[]> {
  const token = await api.tokens.token();
  if (token.kind === 'refused') return [error(keyRefused(question.mode))];
  if (token.kind === 'unknown') {
    return [error(`PayPal could not be asked for access (${token.reason}). Try again.`)];
  }
  const lived = question.mode === 'live' ? 'the live API' : "PayPal's sandbox";
  return [
    ok(`The client id and secret are right for ${lived}.`),
    ...scopeFindings(token.scopes),
    await reportsFinding(api),
    await vaultFinding(api),
    ...(await webhookFindings(api, question)),
    await currenciesFinding(api, question.currencies),
  ];
}

function keyRefused(mode: PayPalMode): string {
  const other = mode === 'live' ? 'sandbox' : 'live';
  return `PayPal refused the client id and secret. They may be of the ${other} app while the newsroom file says mode: ${mode}; or the secret was replaced. Copy both again from the ${mode === 'live' ? 'live' : 'sandbox'} app.`;
}

/** Rights to send the newsroom's money elsewhere, which nothing here uses. */
const TOO_WIDE = /\/services\/(payments\/)?payouts?\b|\/payments\/payouts/;

function scopeFindings(scopes: readonly string[]): readonly HealthFinding[] {
  if (!scopes.some((scope) => TOO_WIDE.test(scope))) {
    return [ok('The app may not send payouts to others.')];
  }
  return [
    warning(
      'The app may send payouts to other accounts, which Tuppence never does: switch "Payouts" off among the app’s features.',
    ),
  ];
}

async function reportsFinding(api: PayPalApi): Promise<HealthFinding> {
  const to = api.clock.now().subtract({ hours: LAG_HOURS });
  const query = new URLSearchParams({
    start_date: reportTime(to.subtract({ hours: 1 })),
    end_date: reportTime(to),
    fields: 'transaction_info',
    page_size: '1',
    page: '1',
  });
  const heard = await api.call({ method: 'GET', path: `/v1/reporting/transactions?${query}` });
  if (heard.kind === 'heard' && transactionsAnswer.safeParse(heard.json).success) {
    return ok('Transaction reports can be read.');
  }
  if (isForbidden(heard)) {
    return error(
      'Transaction reports may not be read, so lost messages, fees and refunds would never be learned of: switch "Transaction search" on among the app’s features. PayPal takes up to nine hours to apply it.',
    );
  }
  return warning(`Transaction reports could not be read (${reasonOf(heard)}). Try again.`);
}

/** Asks for a token that does not exist: who may read the vault hears that there is none. */
async function vaultFinding(api: PayPalApi): Promise<HealthFinding> {
  const heard = await api.call({ method: 'GET', path: '/v3/vault/payment-tokens/tuppence-none' });
  if (heard.kind === 'heard' && (isNotThere(heard) || heard.status === 422)) {
    return ok('Payment methods may be kept for pledges.');
  }
  if (isForbidden(heard)) {
    return error(
      'Payment methods may not be kept, so pledges cannot renew: switch "Save payment methods" (Vault) on among the app’s features, or offer PayPal for single gifts only (intervals: once).',
    );
  }
  return warning(`The vault could not be asked (${reasonOf(heard)}). Try again.`);
}

async function webhookFindings(
  api: PayPalApi,
  question: HealthQuestion,
): Promise<readonly HealthFinding[]> {
  const path = `/v1/notifications/webhooks/${encodeURIComponent(question.webhookId)}`;
  const heard = await api.call({ method: 'GET', path });
  const read = heard.kind === 'heard' ? webhookAnswer.safeParse(heard.json) : null;
  if (heard.kind === 'heard' && heard.status === 404) {
    return [
      error(
        `This app has no webhook with the id in the newsroom file: register ${question.webhookUrl} in this app and write its id into webhook_id.`,
      ),
    ];
  }
  if (heard.kind === 'unknown' || heard.status !== 200 || read?.success !== true) {
    return [warning(`The webhook could not be looked at (${reasonOf(heard)}). Try again.`)];
  }
  const { url, event_types: types } = read.data;
  const names = new Set(types.map(({ name }) => name));
  const missing = names.has('*') ? [] : NEEDED_EVENTS.filter((name) => !names.has(name));
  return [
    url === question.webhookUrl
      ? ok(`The webhook leads to ${question.webhookUrl}.`)
      : error(`The webhook leads elsewhere: change its address to ${question.webhookUrl}.`),
    missing.length === 0
      ? ok('The webhook is registered for every event that is needed.')
      : error(`The webhook lacks events. Add: ${missing.join(', ')}.`),
  ];
}

async function currenciesFinding(
  api: PayPalApi,
  currencies: readonly Currency[] | null,
): Promise<HealthFinding> {
  const heard = await api.call({ method: 'GET', path: '/v1/reporting/balances' });
  const read = heard.kind === 'heard' ? balancesAnswer.safeParse(heard.json) : null;
  if (heard.kind === 'unknown' || heard.status !== 200 || read?.success !== true) {
    return warning(
      `Which currencies the account holds could not be looked at (${reasonOf(heard)}). In PayPal’s settings, see that every offered currency is accepted by itself.`,
    );
  }
  const held = new Set<string>(read.data.balances.map(({ currency }) => currency));
  const offered = currencies ?? [...held].filter((code) => isCurrency(code));
  const missing = offered.filter((currency) => !held.has(currency));
  if (missing.length === 0) return ok(`The account holds ${[...held].sort().join(', ')}.`);
  return warning(
    `The account holds no ${missing.join(', ')}: PayPal converts such gifts, or keeps them pending until a person accepts them. Add the currency to the account, or take it out of the newsroom file.`,
  );
}

function isForbidden(heard: Heard | Unknown): boolean {
  return heard.kind === 'heard' && heard.status === 403;
}

function reasonOf(heard: Heard | Unknown): string {
  return heard.kind === 'unknown' ? heard.reason : `status ${heard.status}`;
}

const ok = (sentence: string): HealthFinding => ({ level: 'ok', sentence });
const warning = (sentence: string): HealthFinding => ({ level: 'warning', sentence });
const error = (sentence: string): HealthFinding => ({ level: 'error', sentence });
