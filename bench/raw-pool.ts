/** Plain `pg` at some connections, prepared statements and nothing else: the rate this machine's PostgreSQL allows Node. */
import pg from 'pg';

export interface RawPool {
  /** Calls `work` over and over at all connections for so long. @returns calls per second, and how long they took */
  rate(
    durationMs: number,
    work: (client: pg.Client) => Promise<unknown>,
  ): Promise<{ readonly perSecond: number; readonly latenciesMs: readonly number[] }>;
  close(): Promise<void>;
}

export async function openRawPool(url: string, connections: number): Promise<RawPool> {
  const clients = Array.from(
    { length: connections },
    () => new pg.Client({ connectionString: url, application_name: 'tuppence-bench' }),
  );
  await Promise.all(clients.map((client) => client.connect()));
  return {
    async rate(durationMs, work) {
      const latenciesMs: number[] = [];
      const startedAt = performance.now();
      const until = startedAt + durationMs;
      await Promise.all(
        clients.map(async (client) => {
          for (let at = performance.now(); at < until; ) {
            await work(client);
            const now = performance.now();
            latenciesMs.push(now - at);
            at = now;
          }
        }),
      );
      const perSecond = latenciesMs.length / ((performance.now() - startedAt) / 1000);
      return { perSecond, latenciesMs };
    },
    async close() {
      await Promise.all(clients.map((client) => client.end()));
    },
  };
}
