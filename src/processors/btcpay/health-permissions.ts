/**
 * What a key may do beside what it must. A permission is `btcpay.store.canviewinvoices` for every store of the key's owner,
 * and `btcpay.store.canviewinvoices:<store>` for one. Some include others; what we need is small enough to be named.
 */
import type { HealthFinding } from '../../giving/processor.ts';
import { error, ok, warning } from './health-words.ts';

const STORE = 'btcpay.store';

export const NEEDED_PERMISSIONS: readonly string[] = [
  `${STORE}.canviewinvoices`,
  `${STORE}.cancreateinvoice`,
  `${STORE}.canviewstoresettings`,
];

/** Lets a live look see the webhook, and lets a thief lead it elsewhere. */
const FOR_LOOKING = `${STORE}.webhooks.canmodifywebhooks`;

/** With these, who has the key has the server, or the store's coins. */
const DANGEROUS =
  /^unrestricted$|^btcpay\.(?:server|impersonation|user)\.|canmodifystoresettings|wallet|transactions|pullpayments|payouts|lightning/;

export function permissionFindings(
  permissions: readonly string[],
  store: string,
): readonly HealthFinding[] {
  const granted = permissions.map((text) => {
    const [name = '', scope = null] = text.split(':');
    return { name, scope };
  });
  const ofStore = granted.filter(({ scope }) => scope === null || scope === store);
  const names = new Set(ofStore.map(({ name }) => name));
  const missing = names.has('unrestricted')
    ? []
    : NEEDED_PERMISSIONS.filter((each) => !names.has(each));
  const known = new Set([...NEEDED_PERMISSIONS, FOR_LOOKING]);
  const extra = [...new Set(granted.map(({ name }) => name))].filter((name) => !known.has(name));
  const dangerous = extra.filter((name) => DANGEROUS.test(name));
  const harmless = extra.filter((name) => !DANGEROUS.test(name));
  const elsewhere = granted.some(({ name, scope }) => scope !== store && known.has(name));
  return [
    missing.length === 0
      ? ok('The key may view and make invoices and view the store’s settings.')
      : error(`The key lacks permissions. Make one with: ${missing.join(', ')}.`),
    ...(dangerous.length === 0
      ? [ok('The key can neither spend the store’s coins nor change the server.')]
      : [
          error(
            `The key may do what Tuppence never does, and who took it could take the coins: make one without ${dangerous.join(', ')}.`,
          ),
        ]),
    ...(harmless.length === 0
      ? []
      : [warning(`The key may do more than is needed: leave out ${harmless.join(', ')}.`)]),
    ...(elsewhere
      ? [warning('The key is for other stores as well: make one that is for this store alone.')]
      : []),
    ...(names.has(FOR_LOOKING)
      ? [
          warning(
            `The key may change webhooks. That is of use for this look only: make one without ${FOR_LOOKING} afterwards.`,
          ),
        ]
      : []),
  ];
}
