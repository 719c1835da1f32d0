/**
 * What opening a PayPal account needs, and what can be wrong with it that shows without asking the network.
 *
 * Nothing here is read from the environment or a file: the composition hands it in. `clientSecret` is the only secret.
 */
import type { Clock } from '../../calendar/index.ts';
import type { Currency } from '../../money/index.ts';
import { currencyProblems, type SettingsProblem } from '../common/index.ts';

export type PayPalMode = 'test' | 'live';

export interface PayPalSettings {
  /** Row of `processor_account`. */
  readonly accountId: string;
  /** `test` speaks with PayPal's sandbox, `live` moves real money; the two know nothing of each other. */
  readonly mode: PayPalMode;
  /** Of the REST app; not a secret. */
  readonly clientId: string;
  readonly clientSecret: string;
  /** The id that PayPal gave the webhook when it was registered; its signatures are made over it. */
  readonly webhookId: string;
  /** What the newsroom offers through it; `null`: every currency that PayPal takes and we have a reviewed row for. */
  readonly currencies: readonly Currency[] | null;
}

export interface OpenPayPalOptions extends PayPalSettings {
  readonly clock: Clock;
  readonly fetch: typeof globalThis.fetch;
  /** For each call, answer included. */
  readonly timeoutMs: number;
  /** Where its API is; by the mode when left out. Another one is for fakes. */
  readonly apiOrigin?: string;
  /** Where its supporters approve; by the mode when left out. Another one is for fakes. */
  readonly pageOrigin?: string;
  /** Where its webhook certificates may be fetched from, and the name they must bear; by the mode when left out. */
  readonly certificateOrigin?: string;
  /** Roots that its webhook certificates must lead to, as PEM; those that Node trusts when left out. */
  readonly certificateRoots?: readonly string[];
}

type Problem = SettingsProblem<keyof PayPalSettings>;

/** What is wrong with the settings, without asking the network. Nothing: they may well be right. */
export function checkPayPalSettings(settings: PayPalSettings): readonly Problem[] {
  const problems: Problem[] = [];
  const say = (field: keyof PayPalSettings, sentence: string) => problems.push({ field, sentence });
  if (!looksLikeKey(settings.clientId)) {
    say(
      'clientId',
      'The client id is not one of PayPal: copy "Client ID" of the app as it stands.',
    );
  }
  if (!looksLikeKey(settings.clientSecret)) {
    say('clientSecret', 'The client secret is missing or cut short: copy the app’s secret again.');
  } else if (settings.clientSecret === settings.clientId) {
    say('clientSecret', 'The client id stands where the client secret belongs.');
  }
  if (!/^[A-Za-z0-9-]{5,60}$/.test(settings.webhookId)) {
    say(
      'webhookId',
      'The webhook id is missing or is not one of PayPal: it stands beside the webhook’s address in the app (letters and digits, no address).',
    );
  }
  return [...problems, ...currencyProblems({ ...settings, kind: 'paypal', name: 'PayPal' })];
}

/** PayPal publishes no form of its keys; all seen are long runs of these signs. */
function looksLikeKey(text: string): boolean {
  return /^[A-Za-z0-9_-]{10,200}$/.test(text);
}
