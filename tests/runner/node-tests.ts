/**
 * Runs test files, one process each, several at once, and shows only what failed.
 *
 * Node's own runner of many files is not used because it waits for ever on a file that never ends. Here each file has
 * a time after which it is killed, and must prove that it came to its end.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { type ReportLine, reportLineSchema } from './reporter.ts';
import type { Screen } from './screen.ts';
import type { Tally } from './tally.ts';

export interface TestGroup {
  readonly name: string;
  readonly files: readonly string[];
  /** How many files run at once. */
  readonly concurrency: number;
  /** A file that takes longer is ended and has failed. */
  readonly timeoutMs: number;
}

/** So many of the slowest files of a group are named. */
const SLOWEST_SHOWN = 8;

/** What a file printed is kept to this length, and shown only if something in it failed. */
const KEPT_OUTPUT = 8_192;

export async function runTests(project: string, group: TestGroup, screen: Screen): Promise<Tally> {
  const step = screen.step(group.name);
  const folder = await mkdtemp(join(tmpdir(), 'tuppence-tests-'));
  const tally = { passed: 0, failed: 0, skipped: 0 };
  const waiting = [...group.files.entries()];
  const took: FileTime[] = [];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [number, file] = next;
      const report = join(folder, `${number}.jsonl`);
      const begunMs = performance.now();
      const result = await runFile({ file, report, timeoutMs: group.timeoutMs });
      took.push({ file: relative(project, file), seconds: (performance.now() - begunMs) / 1_000 });
      for (const line of result.lines) if (line.kind !== 'end') tally[line.kind] += 1;
      const told = describeFailures(relative(project, file), result);
      if (told !== '') screen.show(told);
      step.progress(`${tally.passed} passed, ${tally.failed} failed`);
    }
  };
  try {
    await Promise.all(Array.from({ length: group.concurrency }, work));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const skipped = tally.skipped === 0 ? '' : `, ${tally.skipped} skipped`;
  const result = tally.failed === 0 ? 'ok' : 'FAILED';
  step.end(`${result}  ${tally.passed} passed, ${tally.failed} failed${skipped}`);
  if (took.length > SLOWEST_SHOWN) screen.show(slowest(took));
  return tally;
}

interface FileTime {
  readonly file: string;
  readonly seconds: number;
}

/** Where the time goes, so that it is seen when a change makes everybody wait longer. */
function slowest(took: readonly FileTime[]): string {
  const files = took.toSorted((a, b) => b.seconds - a.seconds).slice(0, SLOWEST_SHOWN);
  const named = files.map(({ file, seconds }) => `  ${seconds.toFixed(1).padStart(6)} s  ${file}`);
  return ['  slowest:', ...named].join('\n');
}

interface FileResult {
  readonly lines: readonly ReportLine[];
  readonly printed: string;
}

interface FileRun {
  readonly file: string;
  /** Where its process writes what became of each test. */
  readonly report: string;
  readonly timeoutMs: number;
}

async function runFile(run: FileRun): Promise<FileResult> {
  const { ending, printed } = await runProcess(run, await preloads(run.file));
  const text = await readFile(run.report, 'utf8').catch(() => '');
  const lines = text
    .split('\n')
    .filter((line) => line.endsWith('}'))
    .map((line) => reportLineSchema.parse(JSON.parse(line)));
  const cameToItsEnd = lines.some((line) => line.kind === 'end');
  const hasFailure = lines.some((line) => line.kind === 'failed');
  if (ending === 'in order' && cameToItsEnd) return { lines, printed };
  // The exit code of a file with failed tests says nothing new.
  if (hasFailure && cameToItsEnd && ending === 'code 1') return { lines, printed };
  const reason = ending === 'in order' ? 'ended before its tests did' : `ended with ${ending}`;
  return { lines: [...lines, { kind: 'failed', name: 'the file', reason }], printed };
}

/** Where random cases are to be the same each time, a file that draws some is told so before it runs. */
async function preloads(file: string): Promise<readonly string[]> {
  if (process.env.TUPPENCE_SEED === undefined) return [];
  const draws = (await readFile(file, 'utf8')).includes('fast-check');
  return draws ? [`--import=${join(import.meta.dirname, 'property-seed.ts')}`] : [];
}

function runProcess(
  run: FileRun,
  preloaded: readonly string[],
): Promise<{ ending: string; printed: string }> {
  const { NODE_TEST_CONTEXT: _, ...environment } = process.env;
  return new Promise((resolve) => {
    const args = [
      '--disable-warning=ExperimentalWarning',
      ...preloaded,
      `--test-reporter=${join(import.meta.dirname, 'reporter.ts')}`,
      `--test-reporter-destination=${run.report}`,
      run.file,
    ];
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: environment,
    });
    let printed = '';
    const keep = (chunk: Buffer): void => {
      printed = (printed + chunk.toString('utf8')).slice(-KEPT_OUTPUT);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    let tooLong = false;
    const patience = setTimeout(() => {
      tooLong = true;
      child.kill('SIGKILL');
    }, run.timeoutMs);
    child.on('error', (error) => keep(Buffer.from(error.message)));
    // Not `close`: a process that a test left behind may hold the pipes open.
    child.on('exit', (code, signal) => {
      clearTimeout(patience);
      const how = code === 0 ? 'in order' : `code ${code ?? signal}`;
      const ending = tooLong ? `a kill after ${run.timeoutMs / 1_000} s` : how;
      setImmediate(() => resolve({ ending, printed }));
    });
  });
}

function describeFailures(file: string, { lines, printed }: FileResult): string {
  const told = lines.flatMap((line) =>
    line.kind === 'failed'
      ? [`  ✖ ${line.name} (${file}:${line.line ?? 1})\n${indent(line.reason)}`]
      : [],
  );
  if (told.length === 0) return '';
  const output = printed.trim();
  if (output !== '') told.push(`    printed by ${file}:\n${indent(output)}`);
  return told.join('\n');
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '    ');
}
