/**
 * What opening a BTCPay store needs, and what can be wrong with it that shows without asking the network.
 *
 * Nothing here is read from the environment or a file: the composition hands it in. `apiKey` and `webhookSecret` are
 * secret. A BTCPay server belongs to one network (bitcoin's real one, testnet, regtest); nothing in its interface says
 * which, so `mode` is the operator's word, and `checkHealth` holds the addresses of the wallet against it.
 */
import type { Clock } from '../../calendar/index.ts';
import type { Currency } from '../../money/index.ts';
import { currencyProblems, type SettingsProblem } from '../common/index.ts';

export type BtcPayMode = 'test' | 'live';

export interface BtcPaySettings {
  /** Row of `processor_account`. */
  readonly accountId: string;
  /** `live`: the server's coins are worth money. */
  readonly mode: BtcPayMode;
  /** Address of the server, its path included where it has one, without a slash at the end. Supporters never see it. */
  readonly server: string;
  /** Id of the store. */
  readonly store: string;
  readonly apiKey: string;
  /** Of the store's webhook; messages are signed with it. */
  readonly webhookSecret: string;
  /** What the newsroom offers through it; `null`: every currency that BTCPay takes and we have a reviewed row for. */
  readonly currencies: readonly Currency[] | null;
}

export interface OpenBtcPayOptions extends BtcPaySettings {
  readonly clock: Clock;
  readonly fetch: typeof globalThis.fetch;
  /** For each call, answer included. */
  readonly timeoutMs: number;
}

type Problem = SettingsProblem<keyof BtcPaySettings>;

/** What is wrong with the settings, without asking the network. Nothing: they may well be right. */
export function checkBtcPaySettings(settings: BtcPaySettings): readonly Problem[] {
  return [
    ...serverProblems(settings),
    ...storeProblems(settings.store),
    ...keyProblems(settings),
    ...secretProblems(settings),
    ...currencyProblems({ ...settings, kind: 'btcpay', name: 'BTCPay' }),
  ];
}

function serverProblems({ server, mode }: BtcPaySettings): readonly Problem[] {
  const say = (sentence: string) => [{ field: 'server', sentence }] as const;
  const url = URL.canParse(server) ? new URL(server) : null;
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    return say('The server is no address: it begins with https://.');
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    return say('The server is an address and nothing more: no name or password, no ? and no #.');
  }
  if (server.endsWith('/')) return say('The server has no slash at its end.');
  if (url.protocol === 'http:' && mode === 'live' && !isNearby(url.hostname)) {
    return say(
      'Over http:// anybody on the way could read the API key: give the server’s https:// address, or its .onion one.',
    );
  }
  return [];
}

/**
 * Hosts for which plain HTTP crosses no open network: this machine, a neighbour in a private one, a container's name,
 * and an onion address, which is encrypted by itself.
 */
function isNearby(hostname: string): boolean {
  if (hostname.endsWith('.onion') || hostname === '[::1]') return true;
  if (!hostname.includes('.') && !hostname.startsWith('[')) return true;
  return /^(127|10)\.\d+\.\d+\.\d+$|^192\.168\.\d+\.\d+$|^172\.(1[6-9]|2\d|3[01])\.\d+\.\d+$/.test(
    hostname,
  );
}

function storeProblems(store: string): readonly Problem[] {
  return /^[1-9A-HJ-NP-Za-km-z]{20,60}$/.test(store)
    ? []
    : [
        {
          field: 'store',
          sentence:
            'The store id is missing or cut short: it stands in the store’s settings under General, long letters and digits.',
        },
      ];
}

function keyProblems({ apiKey, store }: BtcPaySettings): readonly Problem[] {
  const say = (sentence: string) => [{ field: 'apiKey', sentence }] as const;
  if (apiKey === store) return say('The store id stands where the API key belongs.');
  return /^[A-Za-z0-9_-]{20,200}$/.test(apiKey)
    ? []
    : say('The API key is missing or cut short: copy it again, without "token" before it.');
}

/** BTCPay takes any text as a secret; it makes 22 letters and digits by itself, and shorter ones can be guessed. */
const SECRET_LENGTH_MIN = 16;

function secretProblems({ webhookSecret, apiKey }: BtcPaySettings): readonly Problem[] {
  const say = (sentence: string) => [{ field: 'webhookSecret', sentence }] as const;
  if (webhookSecret === '') return say('The webhook secret is missing.');
  if (webhookSecret.trim() !== webhookSecret) {
    return say('The webhook secret has white space at one of its ends.');
  }
  if (webhookSecret.length < SECRET_LENGTH_MIN) {
    return say(
      `The webhook secret is shorter than ${SECRET_LENGTH_MIN} characters, so that messages could be forged: let BTCPay make one.`,
    );
  }
  return webhookSecret === apiKey
    ? say('The API key stands where the webhook secret belongs.')
    : [];
}
