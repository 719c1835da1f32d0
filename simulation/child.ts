/** A process that lives the seeds it is told, until its parent goes away. */
import { Laboratory } from './laboratory.ts';
import { type Answer, type Order, order } from './messages.ts';
import type { SeedReport } from './seed-report.ts';

const laboratory = new Laboratory();
process.on('disconnect', () => void laboratory.close().finally(() => process.exit(0)));
process.on('message', (message) => void live(order.parse(message)));

async function live({ seeds, twice }: Order): Promise<void> {
  const reports: SeedReport[] = [];
  for (const seed of seeds) reports.push(await liveOne(seed, twice));
  const answer: Answer = {
    reports: reports.map((report) => ({ ...report, breaches: [...report.breaches] })),
  };
  process.send?.(answer);
}

async function liveOne(seed: number, twice: boolean): Promise<SeedReport> {
  const first = await laboratory.run({ seed });
  if (!twice) return first;
  const second = await laboratory.run({ seed });
  if (first.hash === second.hash) return first;
  const says = `two runs of one seed differ: ${first.hash} and ${second.hash}`;
  return { ...first, breaches: [...first.breaches, { rule: 'one seed, one history', says }] };
}
