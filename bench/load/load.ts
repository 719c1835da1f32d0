/**
 * The load generator, a process of its own. Each caller has one connection and sends its next request when its last one
 * was answered. Asked for a round, it answers with how many requests were answered, in what time, and how long they took.
 */
import { Instant } from '../../src/calendar/index.ts';
import { signWebhook } from '../../src/processors/sandbox/webhook.ts';
import { answerParent } from '../child.ts';
import { realRandom } from '../real-world.ts';
import { quantile } from '../statistics.ts';
import { HttpClient, wireRequest } from './http-client.ts';
import { type LoadRound, type LoadWhat, loadRound, type RoundResult } from './load-round.ts';

answerParent({
  ready: { ready: true },
  answer: (question) => run(loadRound.parse(question)),
  stop: async () => {},
});

async function run(round: LoadRound): Promise<RoundResult> {
  const clients = await Promise.all(
    Array.from({ length: round.callers }, () => HttpClient.open(round.port)),
  );
  const next = requests(round.what, round.port);
  const latencies: number[] = [];
  const startedAt = performance.now();
  const until = startedAt + round.durationMs;
  try {
    await Promise.all(
      clients.map(async (client) => {
        for (let at = performance.now(); at < until; ) {
          const answer = await client.send(next());
          if (answer.status !== round.status) {
            throw new Error(
              `An answer with status ${answer.status} instead of ${round.status}:\n${answer.head}\n${answer.body.toString().slice(0, 3000)}`,
            );
          }
          const now = performance.now();
          latencies.push(now - at);
          at = now;
        }
      }),
    );
  } finally {
    for (const client of clients) client.close();
  }
  return {
    answered: latencies.length,
    elapsedMs: performance.now() - startedAt,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
  };
}

function requests(what: LoadWhat, port: number): () => Buffer {
  switch (what.kind) {
    case 'same': {
      const request = wireRequest({ method: 'GET', path: what.path, headers: what.headers });
      return () => request;
    }
    case 'gifts':
      return () => giftRequest(what, port);
    case 'events':
      return () => eventRequest(what);
  }
}

/** The support form as a browser sends it, with an id of its own for every gift. */
function giftRequest(what: LoadWhat & { readonly kind: 'gifts' }, port: number): Buffer {
  const body = new URLSearchParams({
    gift: realRandom.uuid(),
    language: 'en',
    every: what.every,
    currency: 'USD',
    [`amount-${what.every}`]: '500',
    other: '',
    email: '',
  }).toString();
  return wireRequest({
    method: 'POST',
    path: '/support',
    headers: {
      ...what.headers,
      'content-type': 'application/x-www-form-urlencoded',
      origin: `http://localhost:${port}`,
    },
    body,
  });
}

let events = 0;

/** A processor's message, signed over its bytes, with an id of its own. */
function eventRequest(what: LoadWhat & { readonly kind: 'events' }): Buffer {
  events += 1;
  const at = Instant.fromEpochMilliseconds(Date.now());
  const body = JSON.stringify({
    id: `evt_${process.pid}_${events}`,
    type: 'payment.changed',
    payment: `pay_${process.pid}_${events}`,
    attempt: realRandom.uuid(),
    created: at.toString(),
  });
  const signature = signWebhook({
    body: Buffer.from(body),
    at,
    secrets: [what.secret],
  });
  return wireRequest({
    method: 'POST',
    path: `/hooks/${what.account}`,
    headers: { 'content-type': 'application/json', 'sandbox-signature': signature },
    body,
  });
}
