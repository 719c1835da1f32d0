/**
 * The fake BTCPay on a real socket. Calls are recorded with their answers; a fault spoils the next call that it is meant
 * for. Its answers bear the virtual clock's date.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../../calendar/index.ts';
import { assert } from '../../../problems/index.ts';
import type { FakeAnswer } from './answers.ts';
import { FakeApi, type FakeCall, type FakeSettings } from './api.ts';
import { FAKE_STORE, FakeBooks } from './books.ts';
import { FakeCourier } from './courier.ts';
import { assertAsDescribed } from './held.ts';
import { answerWallet } from './wallet-page.ts';

export interface Exchange extends FakeCall {
  readonly status: number;
  readonly json: unknown;
}

export type FaultKind =
  | 'lost-before'
  | 'lost-after'
  | 'server-error'
  | 'busy'
  | 'conflict'
  | 'html'
  | 'html-200'
  | 'maintenance'
  | 'truncated'
  /** The connection breaks in the middle of the answer. */
  | 'broken-off'
  /** No answer ever comes. */
  | 'hang';

export interface Fault {
  readonly on: RegExp;
  readonly kind: FaultKind;
}

export interface FakeBtcPay {
  readonly origin: string;
  readonly books: FakeBooks;
  readonly settings: FakeSettings;
  readonly courier: FakeCourier;
  readonly exchanges: Exchange[];
  /** First in, first out; a fault waits for the call it is meant for: "POST /api/v1/stores/…/invoices". */
  readonly faults: Fault[];
  /** @throws AssertionError when a call or an answer was not as BTCPay describes it */
  close(): Promise<void>;
}

export const FAKE_KEY = 'f4k3c70a2b0d4a1c3f5e6a7b8c9d0e1f2a3b4c5d';
export const FAKE_WEBHOOK_SECRET = 'FakeWebhookSecret4EYyYZ';
export const FAKE_WEBHOOK_URL = 'https://news.example/hooks/btcpay-1';

export async function startFakeBtcPay(clock: Clock): Promise<FakeBtcPay> {
  const books = new FakeBooks(clock);
  const settings: FakeSettings = {
    apiKey: FAKE_KEY,
    permissions: ['canviewinvoices', 'cancreateinvoice', 'canviewstoresettings'].map(
      (name) => `btcpay.store.${name}:${FAKE_STORE}`,
    ),
    methods: ['BTC-CHAIN', 'BTC-LN'],
    storeName: 'Store 7',
    lightningDescription: 'Order',
    anyoneCanCreateInvoice: false,
    archived: false,
    networkFeeMode: 'Never',
    synchronized: true,
    webhooks: [
      { url: FAKE_WEBHOOK_URL, enabled: true, automaticRedelivery: true, events: 'everything' },
    ],
    aheadSeconds: 0,
  };
  let origin = '';
  const api = new FakeApi(books, settings, () => origin);
  const exchanges: Exchange[] = [];
  const faults: Fault[] = [];

  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const call = await readCall(request);
    const seconds = books.nowSeconds() + settings.aheadSeconds;
    response.setHeader('date', new Date(seconds * 1000).toUTCString());
    if (call.path === '/wallet') return answerWallet(books, call, response);
    const fault = takeFault(faults, call);
    if (fault === 'lost-before') return void request.socket.destroy();
    if (fault === 'hang') return;
    const spoiled = SPOILED[fault ?? 'none'];
    if (spoiled !== undefined) return void response.writeHead(spoiled.status).end(spoiled.text);
    const answer = api.answer(call);
    exchanges.push({ ...call, status: answer.status, json: answer.json });
    if (fault === 'lost-after') return void request.socket.destroy();
    if (fault === 'broken-off') return breakOff(response, answer);
    send(response, answer, fault === 'truncated');
  };

  const server = createServer((request, response) => {
    void respond(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert(address !== null && typeof address !== 'string', 'a socket has a port');
  origin = `http://127.0.0.1:${(address satisfies AddressInfo).port}`;
  return {
    origin,
    books,
    settings,
    courier: new FakeCourier(books, FAKE_WEBHOOK_SECRET),
    exchanges,
    faults,
    async close() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      assertAsDescribed(exchanges);
    },
  };
}

const SPOILED: Readonly<Record<string, { status: number; text: string }>> = {
  'server-error': { status: 500, text: '{"code":"internal","message":"fake"}' },
  busy: { status: 429, text: '{"code":"too-many","message":"fake"}' },
  conflict: { status: 409, text: '{"code":"conflict","message":"fake"}' },
  html: { status: 502, text: '<html><body>Bad gateway</body></html>' },
  'html-200': { status: 200, text: '<html><body>We will be back</body></html>' },
  maintenance: { status: 200, text: '{"status":"maintenance"}' },
};

function takeFault(faults: Fault[], call: FakeCall): FaultKind | undefined {
  const at = faults.findIndex(({ on }) => on.test(`${call.method} ${call.path}`));
  return at === -1 ? undefined : faults.splice(at, 1)[0]?.kind;
}

function send(response: ServerResponse, answer: FakeAnswer, truncated: boolean): void {
  const text = answer.json === undefined ? '' : JSON.stringify(answer.json);
  response.writeHead(answer.status, { 'content-type': 'application/json' });
  response.end(truncated ? text.slice(0, text.length / 2) : text);
}

function breakOff(response: ServerResponse, { status, json }: FakeAnswer): void {
  const text = JSON.stringify(json ?? null);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  response.write(text.slice(0, text.length / 2), () => response.socket?.destroy());
}

async function readCall(request: IncomingMessage): Promise<FakeCall> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  const { method = 'GET', url: path = '/' } = request;
  return { method, path, headers, body: Buffer.concat(chunks).toString('utf8') };
}
