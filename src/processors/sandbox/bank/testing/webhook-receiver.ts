/** A merchant's webhook address: checks each message as a merchant would, keeps it, and answers as the test wants. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Instant } from '../../../../calendar/index.ts';
import type { ProcessorEvent, WebhookReading } from '../../../../giving/processor.ts';
import { createSandboxProcessor } from '../../adapter.ts';
import { WEBHOOK_SECRET } from './test-bank.ts';

export interface ReceivedWebhook {
  readonly body: string;
  readonly reading: WebhookReading;
}

export class WebhookReceiver {
  readonly received: ReceivedWebhook[] = [];
  /** The status of the next answers. */
  answer: (received: number) => number = () => 200;
  now: () => Instant;
  readonly #server: Server;

  private constructor(now: () => Instant) {
    this.now = now;
    this.#server = createServer((request, answer) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks);
        const headers = new Headers();
        for (const [name, value] of Object.entries(request.headers))
          headers.set(name, String(value));
        const reading = processor.readWebhook({ body, headers, now: this.now() });
        this.received.push({ body: body.toString(), reading });
        answer.writeHead(this.answer(this.received.length)).end();
      });
    });
  }

  static async start(now: () => Instant): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver(now);
    await new Promise<void>((resolve) => receiver.#server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/webhooks/sandbox`;
  }

  /** Resolves with the verified events once there are at least `count`; rejects after five seconds. */
  async events(count: number): Promise<readonly ProcessorEvent[]> {
    for (let waited = 0; this.received.length < count; waited += 5) {
      if (waited > 5000) throw new Error(`${this.received.length} of ${count} webhooks came`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return this.received.map(({ reading }) => {
      if (reading.kind === 'refused') throw new Error(`a webhook was refused: ${reading.reason}`);
      return reading.event;
    });
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

const processor = createSandboxProcessor({
  accountId: 'sandbox-test',
  origin: 'http://127.0.0.1:1',
  secretKey: 'not used',
  webhookSecret: WEBHOOK_SECRET,
  fetch: () => Promise.reject(new Error('reading a webhook uses no network')),
  timeoutMs: 1,
});
