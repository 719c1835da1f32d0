/**
 * What stands before several web processes at an operator's: a reverse proxy that knows which of them live, and answers 502
 * for a request whose process died. It never sends a request twice; that is the client's to do.
 */
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { Chance } from './chance.ts';

export interface Front {
  readonly origin: string;
  readonly port: number;
  close(): Promise<void>;
}

/** @param ports of the web processes that are ready now */
export async function openFront(options: {
  readonly ports: () => readonly number[];
  readonly chance: Chance;
}): Promise<Front> {
  const server = createServer((incoming, outgoing) => {
    const port = options.chance.pick(options.ports());
    if (port === undefined) refuse(outgoing);
    else pass(incoming, outgoing, port);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the front has no port');
  return {
    origin: `http://127.0.0.1:${address.port}`,
    port: address.port,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function pass(incoming: IncomingMessage, outgoing: ServerResponse, port: number): void {
  const { method, url: path, headers } = incoming;
  const passed = request({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    // An answer that breaks off in the middle must not look whole.
    answer.on('error', () => outgoing.destroy());
    answer.on('aborted', () => outgoing.destroy());
    answer.pipe(outgoing);
  });
  passed.on('error', () => refuse(outgoing));
  incoming.on('error', () => passed.destroy());
  incoming.pipe(passed);
}

function refuse(outgoing: ServerResponse): void {
  if (outgoing.headersSent) outgoing.destroy();
  else outgoing.writeHead(502).end();
}
