/**
 * `npm run sequences`: event sequences of a gift by the million, over the pure core alone.
 *
 *   npm run sequences -- 1000000               as many sequences, seeds from 1
 *   npm run sequences -- 1000000 --from 5000
 *   npm run sequences -- --seed 4711           one story in all its orders
 */
import { parseArgs } from 'node:util';
import { ORDERS_PER_STORY } from './play.ts';
import { playSeed, playSeeds } from './seeds.ts';

const { values, positionals } = parseArgs({
  options: { seed: { type: 'string' }, from: { type: 'string', default: '1' } },
  allowPositionals: true,
});

process.exitCode = values.seed === undefined ? playMany() : playOne(whole(values.seed));

function playMany(): number {
  const wanted = whole(positionals[0] ?? '1000000');
  const begun = performance.now();
  const tally = playSeeds({
    from: whole(values.from),
    isEnough: ({ sequences }) => sequences >= wanted,
  });
  const seconds = (performance.now() - begun) / 1000;
  const rate = Math.round(tally.sequences / seconds);
  process.stdout.write(
    `${tally.sequences} sequences (${tally.steps} steps) of ${tally.stories} stories in ${seconds.toFixed(1)} s, ${rate} a second; ` +
      `${tally.strict} stories with one ending, each played in ${ORDERS_PER_STORY} orders\n`,
  );
  for (const { seed, found } of tally.failures) {
    process.stdout.write(`\n${found}\nreplay: npm run sequences -- --seed ${seed}\n`);
  }
  return tally.failures.length === 0 ? 0 : 1;
}

function playOne(seed: number): number {
  const { found, steps } = playSeed(seed);
  process.stdout.write(found === null ? `seed ${seed}: ${steps} steps, nothing\n` : `${found}\n`);
  return found === null ? 0 : 1;
}

function whole(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0) throw new Error(`not a whole number: ${text}`);
  return number;
}
