/**
 * A reporter for Node's test runner: one JSON line per finished test, and a last line that says the file came to its
 * end. Without that last line the file has not passed, whatever its exit code says.
 */
import { inspect } from 'node:util';
import { z } from 'zod';

export const reportLineSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('passed') }),
  z.object({ kind: z.literal('skipped') }),
  z.object({
    kind: z.literal('failed'),
    name: z.string(),
    line: z.number().optional(),
    reason: z.string(),
  }),
  z.object({ kind: z.literal('end') }),
]);
export type ReportLine = z.infer<typeof reportLineSchema>;

interface TestEvent {
  readonly type: string;
  readonly data: {
    readonly name: string;
    readonly line?: number;
    readonly skip?: string | boolean;
    readonly todo?: string | boolean;
    readonly details: { readonly type?: string; readonly error?: Error };
  };
}

export default async function* report(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const event of source) {
    const line = describeEvent(event);
    if (line !== undefined) yield `${JSON.stringify(line)}\n`;
  }
  yield `${JSON.stringify({ kind: 'end' } satisfies ReportLine)}\n`;
}

/** Undefined for events that count nothing: suites, progress, and the parent of a failed test. */
export function describeEvent({ type, data }: TestEvent): ReportLine | undefined {
  if (type !== 'test:pass' && type !== 'test:fail') return undefined;
  if (isSet(data.skip) || isSet(data.todo)) return { kind: 'skipped' };
  if (type === 'test:pass') {
    return data.details.type === 'suite' ? undefined : { kind: 'passed' };
  }
  const { error } = data.details;
  if (error !== undefined && 'failureType' in error && error.failureType === 'subtestsFailed') {
    return undefined;
  }
  const reason = error?.cause ?? error;
  return {
    kind: 'failed',
    name: data.name,
    ...(data.line === undefined ? {} : { line: data.line }),
    reason: reason instanceof Error ? inspect(reason, { depth: 6 }) : String(reason),
  };
}

/** `skip` and `todo` are true, a reason, or absent; an empty reason still counts. */
function isSet(mark: string | boolean | undefined): boolean {
  return mark !== undefined && mark !== false;
}
