/**
 * Certificates and signed messages for tests, made by the `openssl` command and apart from the code that checks them: a root,
 * a certificate authority under it, and signing certificates that are right or wrong in one way each.
 */
import { execFileSync } from 'node:child_process';
import { createPrivateKey, createSign, type KeyObject } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Instant } from '../../../calendar/index.ts';
import type { FakeEvent } from './books.ts';

export const SIGNING_NAME = 'messageverificationcerts.sandbox.paypal.com';

export interface SigningSet {
  /** The root, as PEM: what an adapter has to trust. */
  readonly root: string;
  /** Leaf and authority, as PayPal serves them. */
  readonly right: string;
  readonly otherName: string;
  /** Signed by an authority of which the root knows nothing. */
  readonly otherRoot: string;
  /** The leaf without its authority. */
  readonly leafAlone: string;
  /** Right in every way, but itself allowed to issue certificates. */
  readonly issuing: string;
  readonly key: KeyObject;
}

/** @returns undefined where there is no `openssl` command */
export function makeSigningSet(): SigningSet | undefined {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  const folder = mkdtempSync(join(tmpdir(), 'tuppence-certificates-'));
  try {
    return makeIn(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function makeIn(folder: string): SigningSet {
  const openssl = (...words: string[]): void => {
    execFileSync('openssl', words, { cwd: folder, stdio: 'ignore' });
  };
  const text = (name: string): string => readFileSync(join(folder, name), 'utf8');
  const root = (name: string): void =>
    openssl(
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '30'],
      ...['-subj', `/CN=Test root ${name}`, '-keyout', `${name}.key`, '-out', `${name}.pem`],
    );
  const issue = (name: string, by: string, of: { host: string; authority: boolean }): void => {
    const subject = `/CN=${of.host}`;
    // One key for all signing certificates: what is refused is refused for its certificate and nothing else.
    const key =
      name === 'authority' || name === 'leaf'
        ? ['-newkey', 'rsa:2048', '-nodes', '-keyout', `${name}.key`]
        : ['-new', '-key', 'leaf.key'];
    openssl('req', ...key, '-subj', subject, '-out', `${name}.csr`);
    const names = of.authority && name === 'authority' ? '' : `subjectAltName=DNS:${of.host}\n`;
    const use = of.authority ? 'CA:TRUE' : 'CA:FALSE';
    writeFileSync(join(folder, `${name}.ext`), `basicConstraints=critical,${use}\n${names}`);
    openssl(
      ...['x509', '-req', '-in', `${name}.csr`, '-CA', `${by}.pem`, '-CAkey', `${by}.key`],
      ...['-CAcreateserial', '-days', '20', '-extfile', `${name}.ext`, '-out', `${name}.pem`],
    );
  };
  root('root');
  root('strange');
  issue('authority', 'root', { host: 'Test authority', authority: true });
  issue('leaf', 'authority', { host: SIGNING_NAME, authority: false });
  issue('other', 'authority', { host: 'evil.example', authority: false });
  issue('foreign', 'strange', { host: SIGNING_NAME, authority: false });
  issue('issuing', 'authority', { host: SIGNING_NAME, authority: true });
  const authority = text('authority.pem');
  return {
    root: text('root.pem'),
    right: text('leaf.pem') + authority,
    otherName: text('other.pem') + authority,
    otherRoot: text('foreign.pem') + text('strange.pem'),
    leafAlone: text('leaf.pem'),
    issuing: text('issuing.pem') + authority,
    key: createPrivateKey(text('leaf.key')),
  };
}

export interface SignedMessage {
  readonly body: Uint8Array;
  readonly headers: Headers;
}

/** An event as PayPal sends it. */
export function signMessage(of: {
  readonly event: FakeEvent;
  readonly key: KeyObject;
  readonly webhookId: string;
  readonly certificateUrl: string;
  readonly at: Instant;
  readonly changedBody?: string;
}): SignedMessage {
  const { event, at } = of;
  const text = JSON.stringify({
    id: event.id,
    event_version: '1.0',
    create_time: event.at.toString(),
    resource_type: 'something',
    event_type: event.type,
    summary: 'Something happened.',
    resource: event.resource,
    links: [],
  });
  const body = Buffer.from(text);
  const id = '69cd13f0-d67a-11e5-baa3-778b53f4ae55';
  const time = at.round({ smallestUnit: 'second', roundingMode: 'floor' }).toString();
  const signer = createSign('RSA-SHA256');
  signer.update(`${id}|${time}|${of.webhookId}|${crc32(body)}`);
  return {
    body: of.changedBody === undefined ? body : Buffer.from(of.changedBody),
    headers: new Headers({
      'paypal-transmission-id': id,
      'paypal-transmission-time': time,
      'paypal-transmission-sig': signer.sign(of.key, 'base64'),
      'paypal-cert-url': of.certificateUrl,
      'paypal-auth-algo': 'SHA256withRSA',
    }),
  };
}
