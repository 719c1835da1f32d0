/** `npm run companies -- [--seeds N] [--seed S] [--steps N]`: months of the adapters on fakes of their companies. */
import { parseArgs } from 'node:util';
import { liveMonths } from './months.ts';

const STEPS = 60;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10' },
    seed: { type: 'string' },
    steps: { type: 'string', default: String(STEPS) },
  },
});
const steps = Number(values.steps);
const first = Number(values.seed ?? 1);
const count = values.seed === undefined ? Number(values.seeds) : 1;
let failed = 0;
for (let seed = first; seed < first + count; seed += 1) {
  const begun = performance.now();
  const report = await liveMonths({ seed, steps });
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  process.stdout.write(
    `seed ${seed}: ${report.begun} gifts begun, ${report.takings} taken, ${seconds} s\n`,
  );
  for (const { rule, says } of report.breaches) process.stdout.write(`  ${rule}: ${says}\n`);
  if (report.breaches.length > 0) {
    failed += 1;
    process.stdout.write(`  replay: npm run companies -- --seed ${seed} --steps ${steps}\n`);
  }
}
process.stdout.write(`${count - failed} of ${count} seeds hold\n`);
process.exit(failed === 0 ? 0 : 1);
