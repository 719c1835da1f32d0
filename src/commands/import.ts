/**
 * `tuppence import FILE|URL|FOLDER`: brings stories in and says in plain words what was taken and what was left. A folder
 * that `export` made is a whole newsroom, and is restored instead (`import-export.ts`).
 *
 * Stories that are public at their source are public here, everything else is a draft. `--as-drafts` holds all of it back;
 * `--dry-run` reads, reports and writes nothing.
 */
import { parseArgs } from 'node:util';
import { findExport } from '../backup/index.ts';
import {
  FetchRefusal,
  type ImportedLine,
  ImportRefusal,
  type ImportReport,
  type ImportSource,
  importStories,
  languageOf,
  type Network,
  openAddress,
  openPath,
  sectionNames,
} from '../stories/index.ts';
import { importExport } from './import-export.ts';
import { systemNetwork } from './network.ts';
import { openNewsroom } from './open-newsroom.ts';
import type { System } from './system.ts';

const USAGE = `Usage: npm run tuppence -- import FILE|URL|FOLDER [options]

A folder made by export is restored, whole, into an empty database; anything else is read for its stories.

  --as-drafts        hold every story back as a draft
  --keep-status      what is public at the source is public here (this is what happens anyway)
  --dry-run          read and report, write nothing
  --language TAG     language of stories whose source states none, such as "ru"
  --site ADDRESS     address of the old site, for the pictures of a Ghost export
  --identity FILE    age identity that opens a sealed export of a whole newsroom
  --verbose          a line for every story, with what was left out of it
  --json             the report as lines of JSON`;

export interface ImportDependencies {
  readonly network?: Network;
}

const FETCH_LIMIT_MS = 120_000;
const PROGRESS_AFTER_MS = 2_000;
const PROGRESS_EVERY_MS = 2_000;

/** Runs the command; the answer is the exit code: 0 done, 1 the source was refused, 2 the command was not understood. */
export async function importCommand(
  argv: readonly string[],
  system: System,
  { network = systemNetwork }: ImportDependencies = {},
): Promise<number> {
  const wish = readArguments(argv);
  if (typeof wish === 'string') {
    system.complain(`${wish}\n\n${USAGE}`);
    return 2;
  }
  const exported = isAddress(wish.target) ? undefined : await findExport(wish.target);
  if (exported !== undefined) {
    return await importExport({ ...wish, folder: exported }, system);
  }
  const open = await openNewsroom(system);
  try {
    const source = await openSource(wish, { system, network, zone: open.newsroom.zone });
    const progress = progressLine(system);
    const report = await importStories(
      source,
      {
        keepsStatus: !wish.asDrafts,
        isDryRun: wish.isDryRun,
        fallbackLanguage: wish.language ?? open.newsroom.languages[0] ?? 'en',
        sections: sectionNames(open.newsroom),
        onStory: (line) => {
          if (wish.isVerbose) system.print(wish.isJson ? storyJson(line) : storyText(line));
          else if (!wish.isJson) progress();
        },
      },
      { db: open.db, clock: system.clock, random: system.random },
    );
    if (wish.isJson) system.print(reportJson(report));
    else for (const line of reportText(report)) system.print(line);
    return 0;
  } catch (error) {
    if (!(error instanceof ImportRefusal || error instanceof FetchRefusal)) throw error;
    const problem = error instanceof ImportRefusal ? error.reason : error.problem;
    if (wish.isJson) system.print(JSON.stringify({ kind: 'refused', problem }));
    system.complain(`Nothing was imported. ${error.message}`);
    return 1;
  } finally {
    await open.close();
  }
}

interface ImportWish {
  readonly target: string;
  readonly asDrafts: boolean;
  readonly isDryRun: boolean;
  readonly isVerbose: boolean;
  readonly isJson: boolean;
  readonly language: string | null;
  readonly site: string | null;
  readonly identity: string | null;
}

/** The arguments, or a sentence about what is wrong with them. */
export function readArguments(argv: readonly string[]): ImportWish | string {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(argv);
  } catch (error) {
    return error instanceof Error ? error.message : 'The options could not be read.';
  }
  const { values, positionals } = parsed;
  const [target] = positionals;
  if (target === undefined || positionals.length > 1) {
    return 'Name one file, one folder or one address to import.';
  }
  if (values['as-drafts'] === true && values['keep-status'] === true) {
    return 'Choose one of --as-drafts and --keep-status.';
  }
  const language = values.language === undefined ? null : languageOf(values.language);
  if (values.language !== undefined && language === null) {
    return `"${values.language}" is not a language tag such as "en" or "pt-BR".`;
  }
  if (values.site !== undefined && !/^https?:\/\/./.test(values.site)) {
    return '--site needs a web address such as https://example.org';
  }
  return {
    target,
    asDrafts: values['as-drafts'] === true,
    isDryRun: values['dry-run'] === true,
    isVerbose: values.verbose === true,
    isJson: values.json === true,
    language,
    site: values.site ?? null,
    identity: values.identity ?? null,
  };
}

function parse(argv: readonly string[]) {
  return parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      'as-drafts': { type: 'boolean' },
      'keep-status': { type: 'boolean' },
      'dry-run': { type: 'boolean' },
      language: { type: 'string' },
      site: { type: 'string' },
      identity: { type: 'string' },
      verbose: { type: 'boolean' },
      json: { type: 'boolean' },
    },
  });
}

function isAddress(target: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(target);
}

async function openSource(
  wish: ImportWish,
  { system, network, zone }: { system: System; network: Network; zone: string },
): Promise<ImportSource> {
  const options = { zone, site: wish.site };
  if (isAddress(wish.target)) {
    const signal = AbortSignal.any([system.stopSignal, AbortSignal.timeout(FETCH_LIMIT_MS)]);
    const say = (line: string) => {
      if (!wish.isJson) system.print(line);
    };
    say('Fetching …');
    const onPage = (page: number) => say(`Fetching page ${page} …`);
    return openAddress(wish.target, { ...options, network, signal, onPage });
  }
  try {
    return await openPath(wish.target, options);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw new Error(`${wish.target} cannot be read (${String(error.code)}). Check the path.`);
  }
}

/** Says how far it is, once the import has taken longer than two seconds. */
function progressLine(system: System): () => void {
  const began = system.clock.now().epochMilliseconds;
  let said = began + PROGRESS_AFTER_MS - PROGRESS_EVERY_MS;
  let done = 0;
  return () => {
    done += 1;
    const now = system.clock.now().epochMilliseconds;
    if (now - began < PROGRESS_AFTER_MS || now - said < PROGRESS_EVERY_MS) return;
    said = now;
    system.print(`  ${done} stories so far …`);
  };
}

const FORMAT_WORDS: Readonly<Record<ImportReport['format'], string>> = {
  rss: 'an RSS feed',
  atom: 'an Atom feed',
  'json-feed': 'a JSON Feed',
  wordpress: 'a WordPress export',
  ghost: 'a Ghost export',
  markdown: 'Markdown',
};

function reportText(report: ImportReport): string[] {
  const { outcomes } = report;
  const total = outcomes.new + outcomes.updated + outcomes.unchanged;
  const lines = [
    `${report.isDryRun ? 'Dry run, nothing was written. ' : ''}Taken from ${FORMAT_WORDS[report.format]} (${report.source}): ${total} ${total === 1 ? 'story' : 'stories'}: ${outcomes.new} new, ${outcomes.updated} updated, ${outcomes.unchanged} unchanged; ${report.published} published, ${report.drafts} kept as drafts.`,
    `Left: ${countsText(report.left, report.dropped)}.`,
  ];
  if (report.summaries > 0) {
    lines.push(
      `${report.summaries} ${report.summaries === 1 ? 'holds' : 'hold'} only the beginning of a story (the feed gave no more): marked as a summary, open at ${report.summaries === 1 ? 'its address' : 'their addresses'}, and listed on no page, feed or edition.`,
    );
  }
  if (report.undated > 0) {
    lines.push(
      `${report.undated} ${report.undated === 1 ? 'has' : 'have'} no date that can be read; none was made up.`,
    );
  }
  if (report.firstPaths.length > 0 && !report.isDryRun) {
    lines.push(`Look at: ${report.firstPaths.join('  ')}`);
  }
  return lines;
}

function countsText(...counts: readonly ReadonlyMap<string, number>[]): string {
  const parts = counts.flatMap((map) =>
    [...map].map(([what, count]) => (count === 1 ? what : `${what} ×${count}`)),
  );
  return parts.length === 0 ? 'nothing' : parts.join(', ');
}

function storyText(line: ImportedLine): string {
  const kind = line.completeness === 'summary' ? ', summary' : '';
  const dropped = line.dropped.length === 0 ? '' : `  left: ${line.dropped.join(', ')}`;
  return `  ${line.outcome}, ${line.status}${kind}  ${line.path}  ${line.title}${dropped}`;
}

function storyJson(line: ImportedLine): string {
  return JSON.stringify({ kind: 'story', ...line });
}

function reportJson(report: ImportReport): string {
  return JSON.stringify({
    kind: 'report',
    ...report,
    dropped: Object.fromEntries(report.dropped),
    left: Object.fromEntries(report.left),
  });
}
