/**
 * A live look at a configured account that moves no money: whether Stripe knows the key in this mode, whether it may do what
 * it must and not much more, whether our endpoint is registered for what we need, whether the account may charge, and
 * whether our clock is right. Sentences name settings and permissions, never a key.
 */
import type Stripe from 'stripe';
import { z } from 'zod';
import type { Instant } from '../../calendar/index.ts';
import type { HealthFinding, Unknown } from '../../giving/processor.ts';
import type { Currency } from '../../money/index.ts';
import { unreachable } from '../../problems/index.ts';
import { type Called, notHeard, type StripeApi } from './api.ts';
import { type FoundEndpoint, findEndpoint } from './endpoints.ts';
import { NEEDED, type Permission, TOO_WIDE } from './permissions.ts';
import type { StripeMode, StripePage } from './settings.ts';
import { NEEDED_EVENTS, NEEDED_EVENTS_HOSTED } from './webhook.ts';

export interface HealthQuestion {
  readonly mode: StripeMode;
  readonly page: StripePage;
  /** Only its kind is looked at. */
  readonly secretKey: string;
  readonly webhookUrl: string;
  /** What is offered; `null`: everything. */
  readonly currencies: readonly Currency[] | null;
}

export async function checkHealth(
  api: StripeApi,
  question: HealthQuestion,
): Promise<readonly HealthFinding[]> {
  const balance = await api.call({
    endpoint: 'GET /v1/balance',
    send: (stripe) => stripe.balance.retrieve(),
    answer: balanceAnswer,
  });
  if (balance.kind === 'unknown') {
    return [error(`Stripe could not be asked (${balance.reason}). Try again.`)];
  }
  if (balance.kind === 'error' && balance.status === 401) return [error(keyRefused(question))];
  const webhook = await findEndpoint(api, question.webhookUrl);
  return [
    ok(`Stripe knows the key, which is of mode ${question.mode}.`),
    ...modeFindings(balance, question.mode),
    ...clockFindings(api, balance),
    ...(await permissionFindings(api, question)),
    ...(await widthFindings(api, question)),
    ...(await accountFindings(api)),
    ...currencyFindings(balance, question.currencies),
    ...webhookFindings(webhook, question),
  ];
}

const balanceAnswer = z.object({
  livemode: z.boolean(),
  available: z.array(z.object({ currency: z.string() })),
  pending: z.array(z.object({ currency: z.string() })),
});
type BalanceCalled = Called<z.infer<typeof balanceAnswer>>;

function keyRefused({ mode }: HealthQuestion): string {
  return `Stripe refused the key: it was deleted or replaced, or may not be used from this server's address. Make a restricted key of mode ${mode} and put it in the old one's place.`;
}

function modeFindings(balance: BalanceCalled, mode: StripeMode): readonly HealthFinding[] {
  if (balance.kind !== 'answered' || balance.answer.livemode === (mode === 'live')) return [];
  return [error(`Stripe says that the key is not of mode ${mode}.`)];
}

/** Stripe's messages are refused when they seem more than five minutes old. */
const SKEW_SECONDS_MAX = 240;
const SKEW_SECONDS_FINE = 30;

function clockFindings(api: StripeApi, balance: BalanceCalled): readonly HealthFinding[] {
  if (balance.kind !== 'answered' || balance.stripeTime === null) return [];
  const seconds = apart(api.clock.now(), balance.stripeTime);
  if (seconds <= SKEW_SECONDS_FINE) return [ok('The clock of this server is right.')];
  const sentence = `The clock of this server and Stripe's are ${seconds} seconds apart: set it right, best by itself (NTP).`;
  return [
    seconds <= SKEW_SECONDS_MAX
      ? warning(sentence)
      : error(`${sentence} Stripe's messages are refused meanwhile.`),
  ];
}

function apart(ours: Instant, theirs: Instant): number {
  return Math.abs(Math.round((ours.epochMilliseconds - theirs.epochMilliseconds) / 1000));
}

async function permissionFindings(
  api: StripeApi,
  { page }: HealthQuestion,
): Promise<readonly HealthFinding[]> {
  const findings: HealthFinding[] = [];
  for (const permission of NEEDED.filter(({ pages }) => pages.includes(page))) {
    const access = await probe(api, permission);
    if (access === 'refused') {
      findings.push(
        error(`The key lacks "${permission.name}": ${permission.without}. Add it to the key.`),
      );
    } else if (access !== 'allowed') {
      findings.push(
        warning(`"${permission.name}" could not be tried (${access.reason}). Try again.`),
      );
    }
  }
  return findings.length > 0 ? findings : [ok('The key may do all that it must.')];
}

async function widthFindings(
  api: StripeApi,
  { secretKey }: HealthQuestion,
): Promise<readonly HealthFinding[]> {
  if (secretKey.startsWith('sk_')) {
    return [
      warning(
        'This is a secret key, which may do everything, sending the money elsewhere included. Make a restricted key with the permissions in docs/processors/stripe.md.',
      ),
    ];
  }
  const findings: HealthFinding[] = [];
  for (const permission of TOO_WIDE) {
    if ((await probe(api, permission)) === 'allowed') {
      findings.push(
        warning(`The key may do "${permission.name}", which is never needed: take it away.`),
      );
    }
  }
  return findings.length > 0 ? findings : [ok('The key may not send money elsewhere.')];
}

async function probe(
  api: StripeApi,
  permission: Pick<Permission, 'endpoint' | 'probe'>,
): Promise<'allowed' | 'refused' | Unknown> {
  const called = await api.call({
    endpoint: permission.endpoint,
    send: (stripe: Stripe) => permission.probe(stripe),
    answer: z.unknown(),
  });
  if (called.kind === 'unknown') return called;
  if (called.kind === 'answered') return 'allowed';
  if (called.status === 403) return 'refused';
  // "No such object" is what a key hears that may ask.
  return called.code === 'resource_missing' ? 'allowed' : notHeard(called);
}

const accountAnswer = z.object({
  charges_enabled: z.boolean().nullish(),
  payouts_enabled: z.boolean().nullish(),
  settings: z
    .object({
      payments: z.object({ statement_descriptor: z.string().max(100).nullish() }).nullish(),
    })
    .nullish(),
});

async function accountFindings(api: StripeApi): Promise<readonly HealthFinding[]> {
  const account = await api.call({
    endpoint: 'GET /v1/account',
    send: (stripe) => stripe.accounts.retrieveCurrent(),
    answer: accountAnswer,
  });
  // Most restricted keys may not see it; Stripe says so by mail when an account may not charge.
  if (account.kind !== 'answered') return [];
  const { charges_enabled: charges, payouts_enabled: payouts, settings } = account.answer;
  const statement = settings?.payments?.statement_descriptor;
  return [
    charges === false
      ? error('Stripe does not let this account charge: finish its activation in the Dashboard.')
      : ok('The account may charge.'),
    ...(payouts === false
      ? [warning('Stripe pays nothing out to the bank yet: see the Dashboard for what is missing.')]
      : []),
    ...(statement == null || statement === ''
      ? []
      : [
          ok(
            `Bank statements will say "${statement}": giving.statement_text in the newsroom file must say the same.`,
          ),
        ]),
  ];
}

function currencyFindings(
  balance: BalanceCalled,
  currencies: readonly Currency[] | null,
): readonly HealthFinding[] {
  if (balance.kind !== 'answered') {
    return [
      warning(
        'Which currencies the account settles in could not be looked at: the key lacks "Balance: Read".',
      ),
    ];
  }
  const { available, pending } = balance.answer;
  const settled = new Set([...available, ...pending].map(({ currency }) => currency.toUpperCase()));
  const converted = (currencies ?? []).filter((currency) => !settled.has(currency));
  if (converted.length === 0) return [ok(`The account holds ${[...settled].sort().join(', ')}.`)];
  return [
    warning(
      `The account holds no ${converted.join(', ')}: Stripe converts such gifts and takes a fee for it, and the books show them in one currency and what arrives in another. Add a bank account in that currency, or take it out of the newsroom file. (A currency is also missing until its first gift.)`,
    ),
  ];
}

function webhookFindings(
  looked: FoundEndpoint,
  { webhookUrl, page }: HealthQuestion,
): readonly HealthFinding[] {
  switch (looked.kind) {
    case 'not-told':
      return [
        warning(
          `Whether a webhook endpoint leads to ${webhookUrl} could not be looked at: the key lacks "Webhook Endpoints: Read". See the Dashboard.`,
        ),
      ];
    case 'none':
      return [error(`No webhook endpoint leads to ${webhookUrl}: register it in the Dashboard.`)];
    case 'found':
      break;
    default:
      return unreachable(looked, 'webhookFindings');
  }
  const { isEnabled, types } = looked.endpoint;
  if (!isEnabled) {
    return [error(`The webhook endpoint ${webhookUrl} is switched off: switch it on again.`)];
  }
  const needed = page === 'hosted' ? [...NEEDED_EVENTS, ...NEEDED_EVENTS_HOSTED] : NEEDED_EVENTS;
  const missing = types.has('*') ? [] : needed.filter((name) => !types.has(name));
  return [
    ok(`A webhook endpoint leads to ${webhookUrl}.`),
    missing.length === 0
      ? ok('The webhook endpoint is registered for every event that is needed.')
      : error(`The webhook endpoint lacks events. Add: ${missing.join(', ')}.`),
  ];
}

const ok = (sentence: string): HealthFinding => ({ level: 'ok', sentence });
const warning = (sentence: string): HealthFinding => ({ level: 'warning', sentence });
const error = (sentence: string): HealthFinding => ({ level: 'error', sentence });
