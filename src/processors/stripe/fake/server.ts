/**
 * The fake Stripe on a real socket: its API, and its pages as plain forms (`pages.ts`). What every call meets, in the order
 * in which Stripe asks: the key, its permission, the limits, the idempotency key, and then the endpoint.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../../calendar/index.ts';
import { assert } from '../../../problems/index.ts';
import { type FakeAccount, fakeAccount } from './account.ts';
import { FakeBooks } from './books.ts';
import { CallLimits } from './call-limits.ts';
import { Courier } from './courier.ts';
import { answerEndpoint, type FakeCall, routeOf } from './endpoints.ts';
import { type Fault, SPOILT, takeFault } from './faults.ts';
import { IdempotencyKeys, KEY_LENGTH_MAX, type KeptAnswer } from './idempotency.ts';
import { checkKey, checkPermission } from './keys.ts';
import { API_VERSION } from './money-answers.ts';
import { answerPage, type PageAnswer } from './pages.ts';
import { PassingTime } from './passing-time.ts';
import { badParameter, brokenInside, keyInUse, locked, Refusal, tooMany } from './refusal.ts';
import { SlowCalls } from './slow-calls.ts';

export interface Exchange extends FakeCall {
  /** As the description writes it. */
  readonly template: string | null;
  readonly key: string | null;
  readonly status: number;
  readonly json: unknown;
}

export interface FakeStripe {
  readonly origin: string;
  readonly account: FakeAccount;
  readonly books: FakeBooks;
  readonly time: PassingTime;
  readonly courier: Courier;
  readonly exchanges: Exchange[];
  readonly faults: Fault[];
  /** A call with the fault `slow` has arrived and waits. */
  whenHeld(): Promise<void>;
  /** Lets every call go on that waits. */
  release(): void;
  close(): Promise<void>;
}

interface Inside {
  readonly account: FakeAccount;
  readonly books: FakeBooks;
  readonly time: PassingTime;
  readonly keys: IdempotencyKeys;
  readonly limits: CallLimits;
  readonly faults: Fault[];
  readonly exchanges: Exchange[];
  readonly slow: SlowCalls;
}

export async function startFakeStripe(clock: Clock): Promise<FakeStripe> {
  const account = fakeAccount();
  let origin = '';
  const books = new FakeBooks(clock, account, () => origin);
  const time = new PassingTime(books);
  const inside: Inside = {
    account,
    books,
    time,
    keys: new IdempotencyKeys(),
    limits: new CallLimits(account, books),
    faults: [],
    exchanges: [],
    slow: new SlowCalls(),
  };
  const server = createServer((request, response) => {
    void respond(inside, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert(address !== null && typeof address !== 'string', 'a socket has a port');
  origin = `http://127.0.0.1:${(address satisfies AddressInfo).port}`;
  return {
    origin,
    account,
    books,
    time,
    courier: new Courier(books, time),
    exchanges: inside.exchanges,
    faults: inside.faults,
    whenHeld: () => inside.slow.whenHeld(),
    release: () => inside.slow.release(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function respond(
  inside: Inside,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const call = await readCall(request);
  const { books, account } = inside;
  inside.time.catchUp();
  const seconds = books.now() + account.clockSkewSeconds;
  response.setHeader('date', new Date(seconds * 1000).toUTCString());
  const page = answerPage(books, call);
  if (page !== undefined) return sendPage(page, response);
  const fault = takeFault(inside.faults, `${call.method} ${call.path}`);
  if (fault === 'lost-before') return void request.socket.destroy();
  if (fault === 'hang') return;
  const spoilt = fault === undefined ? undefined : SPOILT[fault];
  if (spoilt !== undefined) return void response.writeHead(spoilt.status).end(spoilt.text);
  const answer = await answeredInTime(inside, call, fault);
  inside.exchanges.push({
    ...call,
    template: routeOf(call)?.endpoint.path ?? null,
    status: answer.status,
    json: JSON.parse(answer.text),
  });
  if (fault === 'lost-after') return void request.socket.destroy();
  response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
  response.end(fault === 'truncated' ? answer.text.slice(0, answer.text.length / 2) : answer.text);
}

function sendPage({ status, html, location }: PageAnswer, response: ServerResponse): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    ...(location === undefined ? {} : { location }),
  });
  response.end(html);
}

/** A slow call has its key all the while: the same key is refused to others. */
async function answeredInTime(inside: Inside, call: HeardCall, fault: Fault['kind'] | undefined) {
  if (fault !== 'slow') return answered(inside, call, fault);
  const { key } = call;
  if (key !== null) inside.keys.begin(key);
  await inside.slow.hold();
  if (key !== null) inside.keys.end(key);
  return answered(inside, call, fault);
}

interface Answer extends KeptAnswer {
  readonly headers: Readonly<Record<string, string>>;
}

interface HeardCall extends FakeCall {
  readonly key: string | null;
}

function answered(inside: Inside, call: HeardCall, fault: ReturnType<typeof takeFault>): Answer {
  try {
    checkKey(inside.account, call.authorization);
    checkVersion(call.version);
    const route = routeOf(call);
    if (route !== undefined) checkPermission(inside.account, call.authorization, route.endpoint);
    inside.limits.count(route?.endpoint.path ?? call.path);
    return withKey(inside, call, () => {
      if (fault === 'busy') throw tooMany('global-rate');
      if (fault === 'locked') throw locked();
      if (fault === 'key-in-use') throw keyInUse(call.key ?? '');
      if (fault === 'server-error') throw brokenInside('An unexpected error occurred.');
      return byRequest(inside.books, call.key, () => answerEndpoint(inside.books, call, route));
    });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return refusal(error);
  }
}

/** Answers are of one version only, so another one is no use to whoever asks for it. */
function checkVersion(version: string): void {
  if (version === API_VERSION) return;
  throw badParameter({ param: 'stripe-version', message: `Invalid API version: ${version}.` });
}

/** Events of what happens name the request that it happened in. */
function byRequest(books: FakeBooks, key: string | null, act: () => object): object {
  books.request = { id: books.newId('req_'), key };
  try {
    return act();
  } finally {
    books.request = { id: null, key: null };
  }
}

function refusal({ status, body, headers }: Refusal): Answer {
  return { status, text: JSON.stringify({ error: body }), headers };
}

/** What a key was answered before is answered again. Only calls that change something have one. */
function withKey({ keys, books }: Inside, call: HeardCall, act: () => object): Answer {
  const { key, method } = call;
  if (key === null || method !== 'POST')
    return { status: 200, text: JSON.stringify(act()), headers: {} };
  if (key.length > KEY_LENGTH_MAX) {
    throw badParameter({ param: 'idempotency_key', message: 'The key is too long.' });
  }
  const asked = { request: `${method} ${call.path} ${call.body}`, now: books.now() };
  const before = keys.find(key, asked);
  if (before !== undefined) return { ...before, headers: { 'idempotent-replayed': 'true' } };
  const first = firstAnswer(act);
  if (first.isKept) keys.keep(key, { ...asked, answer: first.answer });
  return first.answer;
}

function firstAnswer(act: () => object): { readonly answer: Answer; readonly isKept: boolean } {
  try {
    return { answer: { status: 200, text: JSON.stringify(act()), headers: {} }, isKept: true };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { answer: refusal(error), isKept: error.isKept };
  }
}

async function readCall(request: IncomingMessage): Promise<HeardCall> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const url = new URL(request.url ?? '/', 'http://fake.invalid');
  const method = request.method ?? '';
  const key = request.headers['idempotency-key'];
  return {
    method,
    path: url.pathname,
    body: method === 'POST' ? Buffer.concat(chunks).toString('utf8') : url.search.slice(1),
    authorization: request.headers.authorization ?? '',
    version: String(request.headers['stripe-version'] ?? ''),
    key: typeof key === 'string' ? key : null,
  };
}
