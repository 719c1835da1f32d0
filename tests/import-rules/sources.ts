/**
 * Reads our own sources for the import rules: which files there are, what each imports, and its text without comments.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

const PROJECT = join(import.meta.dirname, '..', '..');

export interface Source {
  /** From the project's root, with `/`. */
  readonly path: string;
  /** Comments are blanked out; strings stay. */
  readonly code: string;
  /** Our own files it imports (types included), from the project's root. */
  readonly imports: readonly string[];
  /** What it imports from Node and from packages. */
  readonly packages: readonly string[];
}

export function readSources(folder: string): readonly Source[] {
  return readdirSync(join(PROJECT, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => posix.join(folder, name.replaceAll('\\', '/')))
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))
    .sort()
    .map((path) => readSource(path, readFileSync(join(PROJECT, path), 'utf8')));
}

const IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*(?<quote>['"])(?<target>[^'"\n]+)\k<quote>/g;

export function readSource(path: string, text: string): Source {
  const code = withoutComments(text);
  const targets = [...code.matchAll(IMPORT)].map((match) => match.groups?.target ?? '');
  const ours = targets.filter((target) => target.startsWith('.'));
  return {
    path,
    code,
    imports: ours.map((target) => posix.join(posix.dirname(path), target)),
    packages: targets.filter((target) => !target.startsWith('.')),
  };
}

/** A test, or what only tests use: helpers, and the fake companies that adapters are tried against. */
export function isForTests(path: string): boolean {
  return path.endsWith('.test.ts') || path.includes('/testing/') || path.includes('/fake/');
}

/**
 * Blanks comments out and keeps every line where it is. Knows strings and template literals; a `//` inside a regular
 * expression literal would be taken for a comment, which can only hide the rest of that line.
 */
export function withoutComments(text: string): string {
  const TOKEN =
    /\/\*[\s\S]*?\*\/|(?<![:\\])\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g;
  return text.replaceAll(TOKEN, (token) =>
    token.startsWith('/*') || token.startsWith('//') ? token.replaceAll(/[^\n]/g, ' ') : token,
  );
}
