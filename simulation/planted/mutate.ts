/**
 * Puts a mistake into the core's own source while it is loaded, in this process alone: the file on disk and every other
 * process stay as they are. A mistake is a sentence of the source and what stands in its place; a sentence that is not
 * there exactly once stops the run, so that a mistake cannot quietly stop being planted.
 *
 * Nothing in `src/` knows of this, no option and no variable leads here: it can only be reached by starting `child.ts`.
 */
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export interface Mutation {
  /** From the root of the project. */
  readonly file: string;
  readonly find: string;
  readonly put: string;
}

const PROJECT = join(import.meta.dirname, '..', '..');

/** Call it before anything of `src/` is imported. @returns how many mistakes were met so far */
export function plantMutations(mutations: readonly Mutation[]): () => number {
  let met = 0;
  const byAddress = Map.groupBy(mutations, ({ file }) => pathToFileURL(join(PROJECT, file)).href);
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      const mine = byAddress.get(url);
      if (mine === undefined) return loaded;
      let source = sourceText(loaded.source);
      for (const mutation of mine) {
        source = mutated(source, mutation);
        met += 1;
      }
      return { ...loaded, source };
    },
  });
  return () => met;
}

function sourceText(source: unknown): string {
  if (typeof source === 'string') return source;
  if (source instanceof Uint8Array) return new TextDecoder().decode(source);
  throw new Error('a source file is text');
}

export function mutated(source: string, { file, find, put }: Mutation): string {
  const parts = source.split(find);
  if (parts.length !== 2) {
    throw new Error(`${file} has the sentence ${parts.length - 1} times, not once: ${find}`);
  }
  return parts.join(put);
}
