/** Seeds that once found something. They are lived first in every run, for ever. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const FILE = join(import.meta.dirname, 'corpus.json');
const corpusFile = z.array(
  z.strictObject({ seed: z.number().int().nonnegative(), found: z.string().max(300) }),
);
export type CorpusEntry = z.infer<typeof corpusFile>[number];

export function readCorpus(): readonly CorpusEntry[] {
  return corpusFile.parse(JSON.parse(readFileSync(FILE, 'utf8')));
}

/** Keeps a seed that failed, once. */
export function addToCorpus(entry: CorpusEntry): void {
  const corpus = readCorpus();
  if (corpus.some(({ seed }) => seed === entry.seed)) return;
  const next = [...corpus, entry].toSorted((a, b) => a.seed - b.seed);
  writeFileSync(FILE, `${JSON.stringify(corpusFile.parse(next), null, 2)}\n`);
}
