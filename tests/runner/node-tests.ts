/**
 * Runs test files with Node's own runner, one process per file, and shows only what failed.
 */
import { relative } from 'node:path';
import { run } from 'node:test';
import { inspect } from 'node:util';
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

/** What a file printed is kept to this length, and shown only if something in it failed. */
const KEPT_OUTPUT = 8_192;

export async function runTests(project: string, group: TestGroup, screen: Screen): Promise<Tally> {
  const step = screen.step(group.name);
  const tally = { passed: 0, failed: 0, skipped: 0 };
  const printed = new Map<string, string>();
  const failedFiles = new Set<string>();
  const stream = run({
    files: [...group.files],
    concurrency: group.concurrency,
    timeout: group.timeoutMs,
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  for await (const event of stream) {
    switch (event.type) {
      case 'test:pass':
        if (event.data.details.type === 'suite') break;
        if (isSet(event.data.skip) || isSet(event.data.todo)) tally.skipped += 1;
        else tally.passed += 1;
        break;
      case 'test:fail': {
        const reason = event.data.details.error;
        // The parent of a failed test fails too; one failure is told once.
        if (failureType(reason) === 'subtestsFailed') break;
        if (isSet(event.data.todo)) {
          tally.skipped += 1;
          break;
        }
        tally.failed += 1;
        failedFiles.add(event.data.file ?? '');
        screen.show(describeFailure(project, event.data, reason));
        break;
      }
      case 'test:stdout':
      case 'test:stderr': {
        const { file, message } = event.data;
        printed.set(file, ((printed.get(file) ?? '') + message).slice(-KEPT_OUTPUT));
        break;
      }
      default:
        break;
    }
    step.progress(`${tally.passed} passed, ${tally.failed} failed`);
  }
  for (const file of failedFiles) {
    const output = printed.get(file)?.trim();
    if (output) screen.show(`    printed by ${relative(project, file)}:\n${indent(output)}`);
  }
  const skipped = tally.skipped === 0 ? '' : `, ${tally.skipped} skipped`;
  const result = tally.failed === 0 ? 'ok' : 'FAILED';
  step.end(`${result}  ${tally.passed} passed, ${tally.failed} failed${skipped}`);
  return tally;
}

/** `skip` and `todo` are true, a reason, or absent; an empty reason still counts. */
function isSet(mark: string | boolean | undefined): boolean {
  return mark !== undefined && mark !== false;
}

function failureType(error: Error): unknown {
  return 'failureType' in error ? error.failureType : undefined;
}

function describeFailure(
  project: string,
  test: { name: string; file?: string | undefined; line?: number | undefined },
  error: Error,
): string {
  const where =
    test.file === undefined ? '' : ` (${relative(project, test.file)}:${test.line ?? 1})`;
  const reason = error.cause ?? error;
  const text = reason instanceof Error ? inspect(reason, { depth: 6 }) : String(reason);
  return `  ✖ ${test.name}${where}\n${indent(text)}`;
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '    ');
}
