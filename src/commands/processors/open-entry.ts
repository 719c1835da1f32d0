/**
 * A payment account as the newsroom file and the environment describe it, opened: its settings are looked at before its
 * adapter is made, and each one that is wrong is told with the setting or the line to change. Nothing is asked of the
 * company here; that is what `tuppence processors test` is for.
 *
 * An adapter is loaded when there is an account for it: Stripe's SDK alone costs a tenth of a second at every start.
 */
import type { Clock } from '../../calendar/index.ts';
import { type ProcessorEntry, type SecretKind, secretName } from '../../newsroom/index.ts';
import type { BtcPaySettings } from '../../processors/btcpay/index.ts';
import type { OpenProcessor, SettingsProblem } from '../../processors/common/index.ts';
import type { PayPalSettings } from '../../processors/paypal/index.ts';
import type { StripeSettings } from '../../processors/stripe/index.ts';
import type { Secrets } from './read-secrets.ts';

/** An account at a company; the sandbox is opened by those who start its bank. */
export type CompanyEntry = Exclude<ProcessorEntry, { readonly kind: 'sandbox' }>;

export interface EntrySurroundings {
  readonly clock: Clock;
  readonly fetch: typeof globalThis.fetch;
  /** For each call, answer included. */
  readonly timeoutMs: number;
}

/** One thing to change: where in the entry, and what to do. No sentence holds a secret. */
export interface EntryProblem {
  readonly field: string;
  readonly sentence: string;
}

export type OpenedEntry =
  | { readonly ok: true; readonly opened: OpenProcessor }
  | { readonly ok: false; readonly problems: readonly EntryProblem[] };

export async function openEntry(
  entry: CompanyEntry,
  secrets: Secrets,
  surroundings: EntrySurroundings,
): Promise<OpenedEntry> {
  const of = { accountId: entry.account, mode: entry.mode, currencies: entry.currencies ?? null };
  switch (entry.kind) {
    case 'stripe': {
      const stripe = await import('../../processors/stripe/index.ts');
      const settings = {
        ...of,
        page: entry.page,
        publishableKey: entry.publishable_key ?? null,
        secretKey: secrets.SECRET_KEY,
        webhookSecrets: stripe.splitWebhookSecrets(secrets.WEBHOOK_SECRET),
      };
      return unlessWrong(entry, stripe.checkStripeSettings(settings), () =>
        stripe.openStripe({ ...settings, ...surroundings }),
      );
    }
    case 'paypal': {
      const paypal = await import('../../processors/paypal/index.ts');
      const settings = {
        ...of,
        clientId: entry.client_id,
        clientSecret: secrets.CLIENT_SECRET,
        webhookId: entry.webhook_id,
      };
      return unlessWrong(entry, paypal.checkPayPalSettings(settings), () =>
        paypal.openPayPal({ ...settings, ...surroundings }),
      );
    }
    case 'btcpay': {
      const btcpay = await import('../../processors/btcpay/index.ts');
      const settings = {
        ...of,
        server: entry.server,
        store: entry.store,
        apiKey: secrets.API_KEY,
        webhookSecret: secrets.WEBHOOK_SECRET,
      };
      return unlessWrong(entry, btcpay.checkBtcPaySettings(settings), () =>
        btcpay.openBtcPay({ ...settings, ...surroundings }),
      );
    }
  }
}

type AdapterField = keyof (StripeSettings & PayPalSettings & BtcPaySettings);

function unlessWrong(
  entry: CompanyEntry,
  problems: readonly SettingsProblem<AdapterField>[],
  open: () => OpenProcessor,
): OpenedEntry {
  if (problems.length === 0) return { ok: true, opened: open() };
  return {
    ok: false,
    problems: problems.map(({ field, sentence }) => {
      const place = placeOf(field);
      // Each adapter's sentence stands alone and begins with a capital; here it follows a name.
      return 'secret' in place
        ? { field: 'account', sentence: `${secretName(entry.account, place.secret)}: ${sentence}` }
        : { field: place.field, sentence };
    }),
  };
}

/** Where an operator changes what an adapter calls by its own name. */
function placeOf(
  field: AdapterField,
): { readonly field: string } | { readonly secret: SecretKind } {
  switch (field) {
    case 'accountId':
      return { field: 'account' };
    case 'publishableKey':
      return { field: 'publishable_key' };
    case 'clientId':
      return { field: 'client_id' };
    case 'webhookId':
      return { field: 'webhook_id' };
    case 'mode':
    case 'page':
    case 'currencies':
    case 'server':
    case 'store':
      return { field };
    case 'secretKey':
      return { secret: 'SECRET_KEY' };
    case 'webhookSecrets':
    case 'webhookSecret':
      return { secret: 'WEBHOOK_SECRET' };
    case 'clientSecret':
      return { secret: 'CLIENT_SECRET' };
    case 'apiKey':
      return { secret: 'API_KEY' };
  }
}
