/**
 * The baseline: node:http and nothing else, sending bytes and headers that are ready. What any server written for Node
 * costs at least.
 */
import { createServer } from 'node:http';
import { z } from 'zod';
import { answerParent, settingsOf } from '../child.ts';
import { answerUsage } from './usage.ts';

const { headers, bodyBase64 } = settingsOf(
  z.object({ headers: z.array(z.tuple([z.string(), z.string()])), bodyBase64: z.string() }),
);
const body = Buffer.from(bodyBase64, 'base64');
const flat = headers.flat();

const server = createServer((_request, response) => {
  response.writeHead(200, flat);
  response.end(body);
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const address = server.address();
const port = typeof address === 'object' && address !== null ? address.port : 0;

answerParent({
  ready: { port },
  answer: () => answerUsage(port),
  stop: async () => {
    server.closeAllConnections();
    server.close();
  },
});
