/**
 * The HTTP server: listens, tells each request's address, and stops without cutting anybody off.
 *
 * It listens before the application is ready (so that its own address is known to everything that must name it) and
 * answers 503 until `serve` is called. A port that is taken is not an error: the next free one is used and said.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';

/** What a request's connection says; keyed by the request, so that routes stay functions of a Request. */
export type ConnectionAddress = (request: Request) => string | null;

export interface WebServer {
  readonly port: number;
  /** True when the wished port was taken. */
  readonly movedFrom: number | null;
  readonly connectionAddress: ConnectionAddress;
  /** Hands every further request to the application. */
  serve(application: (request: Request) => Response | Promise<Response>): void;
  /** Takes no new requests, lets running ones end for `graceMs`, then cuts. */
  stop(graceMs: number): Promise<void>;
}

const PORTS_TRIED = 50;
const HEADERS_TIMEOUT_MS = 15_000;
const REQUEST_TIMEOUT_MS = 30_000;

export async function listen(options: {
  readonly host: string;
  readonly port: number;
}): Promise<WebServer> {
  const addresses = new WeakMap<Request, string>();
  let application: ((request: Request) => Response | Promise<Response>) | undefined;

  const listener = getRequestListener(
    (request, environment) => {
      const address =
        'incoming' in environment ? environment.incoming.socket.remoteAddress : undefined;
      if (address !== undefined) addresses.set(request, address);
      return (
        application?.(request) ??
        new Response('starting\n', { status: 503, headers: { 'retry-after': '2' } })
      );
    },
    { overrideGlobalObjects: false },
  );
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    void listener(request, response);
  });
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.maxHeadersCount = 100;

  const port = await listenOnFree(server, options);
  return {
    port,
    movedFrom: port === options.port || options.port === 0 ? null : options.port,
    connectionAddress: (request) => addresses.get(request) ?? null,
    serve(handler) {
      application = handler;
    },
    stop: (graceMs) => stop(server, graceMs),
  };
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
