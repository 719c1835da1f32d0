/**
 * What opening a Stripe account needs, and what can be wrong with it that shows without asking the network.
 *
 * Nothing here is read from the environment or a file: the composition hands it in. The secret key and the webhook secrets
 * are secret; the publishable key stands in a page for everybody to read.
 */
import type { Clock } from '../../calendar/index.ts';
import type { Currency } from '../../money/index.ts';
import { currencyProblems, type SettingsProblem } from '../common/index.ts';

export type StripeMode = 'test' | 'live';

/**
 * Where supporters pay. `own`: a page of ours, on which a card's country is known before its bank hears of it. `hosted`:
 * Stripe's page, which works without script and tells no country beforehand.
 */
export type StripePage = 'own' | 'hosted';

export interface StripeSettings {
  /** Row of `processor_account`. */
  readonly accountId: string;
  readonly mode: StripeMode;
  readonly page: StripePage;
  /** Needed for `own`, of the same mode as the secret key. */
  readonly publishableKey: string | null;
  /** A restricted key will do. */
  readonly secretKey: string;
  /** One, or two while one takes the other's place: see {@link splitWebhookSecrets}. */
  readonly webhookSecrets: readonly string[];
  /** What the newsroom offers through it; `null`: every currency that Stripe takes and we have a reviewed row for. */
  readonly currencies: readonly Currency[] | null;
}

export interface OpenStripeOptions extends StripeSettings {
  readonly clock: Clock;
  readonly fetch: typeof globalThis.fetch;
  /** For each call, answer included. */
  readonly timeoutMs: number;
  /** Where its API is; Stripe's own when left out. Another one is for fakes. */
  readonly apiOrigin?: string;
}

type Problem = SettingsProblem<keyof StripeSettings>;

/** Webhook secrets as one setting holds them: divided by white space or commas. */
export function splitWebhookSecrets(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter((part) => part !== '');
}

/** What is wrong with the settings, without asking the network. Nothing: they may well be right. */
export function checkStripeSettings(settings: StripeSettings): readonly Problem[] {
  return [
    ...secretKeyProblems(settings),
    ...publishableKeyProblems(settings),
    ...webhookSecretProblems(settings.webhookSecrets),
    ...currencyProblems({ ...settings, kind: 'stripe', name: 'Stripe' }),
  ];
}

function secretKeyProblems({ mode, secretKey }: StripeSettings): readonly Problem[] {
  const say = (sentence: string) => [{ field: 'secretKey', sentence }] as const;
  if (secretKey.startsWith('pk_')) {
    return say('The publishable key stands where the secret or restricted key belongs.');
  }
  if (secretKey.startsWith('whsec_')) {
    return say('A webhook secret stands where the secret or restricted key belongs.');
  }
  const keyMode = /^(?:sk|rk)_(test|live)_\w{8,}$/.exec(secretKey)?.[1];
  if (keyMode === undefined) {
    return say('The key is missing or cut short: it begins with rk_ (restricted) or sk_ (secret).');
  }
  return keyMode === mode ? [] : say(`The key is of mode ${keyMode}, but the mode is ${mode}.`);
}

function publishableKeyProblems(settings: StripeSettings): readonly Problem[] {
  const { mode, page, publishableKey } = settings;
  const say = (sentence: string) => [{ field: 'publishableKey', sentence }] as const;
  if (publishableKey === null) {
    return page === 'hosted' ? [] : say('A page of our own needs the publishable key.');
  }
  const keyMode = /^pk_(test|live)_\w{8,}$/.exec(publishableKey)?.[1];
  if (keyMode === undefined) return say('The publishable key begins with pk_test_ or pk_live_.');
  return keyMode === mode
    ? []
    : say(`The publishable key is of mode ${keyMode}, but the mode is ${mode}.`);
}

function webhookSecretProblems(secrets: readonly string[]): readonly Problem[] {
  const say = (sentence: string) => [{ field: 'webhookSecrets', sentence }] as const;
  if (secrets.length === 0) return say('The webhook secret is missing.');
  if (secrets.length > 2) return say('There are more than two webhook secrets.');
  return secrets.every((secret) => /^whsec_[A-Za-z0-9+/=_-]{8,}$/.test(secret))
    ? []
    : say('A webhook secret begins with whsec_: copy "Signing secret" of the endpoint.');
}
