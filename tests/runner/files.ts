/**
 * Which test files there are. A file's name says what it needs: `*.browser.test.ts` a browser, `*.slow.test.ts` a
 * machine to itself, `*.long.test.ts` only time: it begins first, beside the others, so that nobody waits for it at the end.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

export interface TestFiles {
  readonly plain: readonly string[];
  readonly slow: readonly string[];
  readonly browser: readonly string[];
}

/** Files below `folders` whose path holds one of `filters` (all, if there are none). */
export async function findTestFiles(
  project: string,
  folders: readonly string[],
  filters: readonly string[],
): Promise<TestFiles> {
  const files: string[] = [];
  for (const folder of folders) {
    const names = await readdir(join(project, folder), { recursive: true }).catch(() => []);
    for (const name of names) {
      const path = join(folder, name);
      if (!/\.test\.tsx?$/.test(name) || name.includes('node_modules')) continue;
      if (filters.length > 0 && !filters.some((filter) => path.includes(filter))) continue;
      files.push(join(project, path));
    }
  }
  files.sort();
  const isBrowser = (file: string): boolean => file.endsWith('.browser.test.ts');
  const isSlow = (file: string): boolean => file.endsWith('.slow.test.ts');
  const isLong = (file: string): boolean => file.endsWith('.long.test.ts');
  const others = files.filter((file) => !isBrowser(file) && !isSlow(file));
  return {
    browser: files.filter(isBrowser),
    slow: files.filter(isSlow),
    plain: [...others.filter(isLong), ...others.filter((file) => !isLong(file))],
  };
}
