/**
 * The fake PayPal on a real socket: API, approval page and certificates on one origin. Calls are recorded with their answers;
 * a fault spoils the next call that it is meant for.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../../calendar/index.ts';
import { assert } from '../../../problems/index.ts';
import { NEEDED_EVENTS } from '../webhook.ts';
import { type FakeAnswer, refused } from './answers.ts';
import { FakeApi, type FakeCall, type FakeSettings } from './api.ts';
import { FakeBooks } from './books.ts';
import { answerPage } from './pages.ts';

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
  | 'maintenance'
  | 'truncated'
  | 'hang';

export interface Fault {
  readonly on: RegExp;
  readonly kind: FaultKind;
}

export interface FakePayPal {
  readonly origin: string;
  readonly books: FakeBooks;
  readonly api: FakeApi;
  readonly settings: FakeSettings;
  readonly exchanges: Exchange[];
  /** First in, first out; a fault waits for the call it is meant for: "POST /v2/checkout/orders". */
  readonly faults: Fault[];
  /** PEM by path of `/v1/notifications/certs/`. */
  readonly certificates: Map<string, string>;
  close(): Promise<void>;
}

export const FAKE_CLIENT = { clientId: 'fake-client-id', clientSecret: 'fake-client-secret' };
export const FAKE_WEBHOOK_ID = 'FAKEWEBHOOK1';

export async function startFakePayPal(clock: Clock): Promise<FakePayPal> {
  const books = new FakeBooks(clock);
  const settings: FakeSettings = {
    ...FAKE_CLIENT,
    tokenSeconds: 32_400,
    scopes: 'https://uri.paypal.com/services/reporting/search/read',
    afterDecline: 'PAYER_ACTION_REQUIRED',
    goneMethod: refused('AGREEMENT_ALREADY_CANCELLED'),
    patches: true,
    orderHours: 6,
    reportLagHours: 3,
    reportLinesMax: 10_000,
    webhook: {
      id: FAKE_WEBHOOK_ID,
      url: 'https://news.example/hooks/paypal-1',
      events: NEEDED_EVENTS,
    },
    balances: ['EUR', 'USD', 'JPY'],
    forbidden: null,
    refundsPending: false,
  };
  let origin = '';
  const api = new FakeApi(books, settings, () => origin);
  const exchanges: Exchange[] = [];
  const faults: Fault[] = [];
  const certificates = new Map<string, string>();
  const server = createServer((request, response) => {
    void respond(request, response);
  });

  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const call = await readCall(request);
    const certificate = certificates.get(call.path);
    if (certificate !== undefined) return void response.end(certificate);
    if (call.path.startsWith('/checkoutnow')) return answerPage(books, call, response);
    const fault = takeFault(faults, call);
    if (fault === 'lost-before') return void request.socket.destroy();
    if (fault === 'hang') return;
    const spoiled = SPOILED[fault ?? 'none'];
    if (spoiled !== undefined) return void response.writeHead(spoiled.status).end(spoiled.text);
    const answer = api.answer(call);
    exchanges.push({ ...call, status: answer.status, json: answer.json });
    if (fault === 'lost-after') return void request.socket.destroy();
    send(response, answer, fault === 'truncated');
  };

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert(address !== null && typeof address !== 'string', 'a socket has a port');
  origin = `http://127.0.0.1:${(address satisfies AddressInfo).port}`;
  return {
    origin,
    books,
    api,
    settings,
    exchanges,
    faults,
    certificates,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const SPOILED: Readonly<Record<string, { status: number; text: string }>> = {
  'server-error': { status: 500, text: '{"name":"INTERNAL_SERVER_ERROR"}' },
  busy: { status: 429, text: '{"name":"RATE_LIMIT_REACHED"}' },
  conflict: {
    status: 409,
    text: '{"name":"RESOURCE_CONFLICT","details":[{"issue":"PREVIOUS_REQUEST_IN_PROGRESS"}]}',
  },
  html: { status: 503, text: '<html><body>We will be back</body></html>' },
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
