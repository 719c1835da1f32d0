/**
 * The HTTP server: listens, tells each request's address, and stops without cutting anybody off.
 *
 * It listens before the application is ready (so that its own address is known to everything that must name it) and
 * answers 503 until `serve` is called. A port that is taken is not an error: the next free one is used and said.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { COMMON_HEADERS } from '../page/index.ts';
import type { Asker } from '../safety/index.ts';

/** What a request's connection says; asked by the request, so that routes stay functions of a Request. */
export type ConnectionAddress = (asker: Asker) => string | null;

export interface WebServer {
  readonly port: number;
  /** The port that was wished for, where it was taken; `null` where it was free. */
  readonly movedFrom: number | null;
  readonly connectionAddress: ConnectionAddress;
  /** Hands every further request to the application. */
  serve(application: Served): void;
  /** Takes no new requests, lets running ones end for `graceMs`, then cuts. */
  stop(graceMs: number): Promise<void>;
}

export interface Served {
  fetch(request: Request): Response | Promise<Response>;
  /**
   * The answer to a request that needs no decision, or undefined. Asked first, because making a Request and a Response
   * costs more than sending a page that is ready: with it a story is sent at 0.9 of a bare server's rate, without at 0.6.
   */
  answerAtOnce?(asked: {
    readonly method: string;
    readonly target: string;
    readonly acceptEncoding: string | undefined;
    readonly ifNoneMatch: string | undefined;
    readonly asker: Asker;
  }): AtOnce | undefined;
}

interface AtOnce {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | null;
}

/** Kept on the request itself, and gone with it. */
const connection = Symbol('connection');
interface Addressed {
  [connection]?: string | undefined;
}

/** Who sent a message that was not made a Request. */
class IncomingAsker implements Asker, Addressed {
  readonly #incoming: IncomingMessage;
  readonly [connection]: string | undefined;

  constructor(incoming: IncomingMessage) {
    this.#incoming = incoming;
    this[connection] = incoming.socket.remoteAddress;
  }

  get headers(): Asker['headers'] {
    const { headers } = this.#incoming;
    return {
      get(name) {
        const value = headers[name.toLowerCase()];
        return (Array.isArray(value) ? value.join(', ') : value) ?? null;
      },
    };
  }
}

const PORTS_TRIED = 50;
const HEADERS_TIMEOUT_MS = 15_000;
const REQUEST_TIMEOUT_MS = 30_000;

export async function listen(options: {
  readonly host: string;
  readonly port: number;
}): Promise<WebServer> {
  let application: Served | undefined;

  // The listener puts its own Request and Response in place of the global ones: those hold what was said as it was said,
  // so that a body which lies ready is written at once and not read through a stream (a third of the cost remains).
  const listener = getRequestListener((request: Request & Addressed, environment) => {
    const address =
      'incoming' in environment ? environment.incoming.socket.remoteAddress : undefined;
    if (address !== undefined) request[connection] = address;
    return (
      application?.fetch(request) ??
      new Response('starting\n', {
        status: 503,
        headers: { ...COMMON_HEADERS, 'retry-after': '2', 'cache-control': 'no-store' },
      })
    );
  });
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const { method = '', url: target = '', headers } = request;
    const atOnce = application?.answerAtOnce?.({
      method,
      target,
      acceptEncoding: headers['accept-encoding'],
      ifNoneMatch: headers['if-none-match'],
      asker: new IncomingAsker(request),
    });
    if (atOnce === undefined) {
      void listener(request, response);
      return;
    }
    response.writeHead(atOnce.status, withLength(atOnce));
    response.end(atOnce.body);
  });
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.maxHeadersCount = 100;

  const port = await listenOnFree(server, options);
  return {
    port,
    movedFrom: port === options.port || options.port === 0 ? null : options.port,
    connectionAddress: (asker: Asker & Addressed) => asker[connection] ?? null,
    serve(handler) {
      application = handler;
    },
    stop: (graceMs) => stop(server, graceMs),
  };
}

/** Node would send a body of unknown length in pieces. */
function withLength({ headers, body }: AtOnce): Readonly<Record<string, string | number>> {
  if (body === null || headers['content-length'] !== undefined) return headers;
  return { ...headers, 'content-length': body.byteLength };
}

async function listenOnFree(
  server: Server,
  options: { readonly host: string; readonly port: number },
): Promise<number> {
  for (let tried = 0; tried < PORTS_TRIED; tried += 1) {
    const port = options.port === 0 ? 0 : options.port + tried;
    if (await tryListen(server, { host: options.host, port })) {
      const address = server.address();
      return typeof address === 'object' && address !== null ? address.port : port;
    }
  }
  throw new Error(
    `Ports ${options.port} to ${options.port + PORTS_TRIED - 1} are all taken. Set PORT to a free one and start again.`,
  );
}

function tryListen(
  server: Server,
  at: { readonly host: string; readonly port: number },
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) => {
      server.off('listening', succeeded);
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false);
      else reject(error);
    };
    const succeeded = () => {
      server.off('error', failed);
      resolve(true);
    };
    server.once('error', failed);
    server.once('listening', succeeded);
    server.listen(at.port, at.host);
  });
}

function stop(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = AbortSignal.timeout(graceMs);
    cut.addEventListener('abort', () => server.closeAllConnections());
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}
