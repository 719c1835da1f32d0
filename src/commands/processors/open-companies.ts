/** The accounts at payment companies that the newsroom file names, opened with their secrets. No company is asked anything. */
import { readFile } from 'node:fs/promises';
import type { Clock } from '../../calendar/index.ts';
import type { OpenProcessor } from '../../processors/common/index.ts';
import type { OpenNewsroom } from '../open-newsroom.ts';
import type { System } from '../system.ts';
import { type CompanyEntry, openEntry } from './open-entry.ts';
import { readSecrets } from './read-secrets.ts';

/** A processor that has not answered by then has not answered. */
export const PROCESSOR_TIMEOUT_MS = 10_000;

export interface Companies {
  /** By their place in the newsroom file. */
  readonly opened: ReadonlyMap<number, OpenProcessor>;
  /** A line for each thing to change; the accounts it is about are not opened. */
  readonly complaints: readonly string[];
}

export async function openCompanies(options: {
  readonly system: Pick<System, 'environment' | 'fetch'>;
  readonly open: Pick<OpenNewsroom, 'newsroom' | 'complaint'>;
  readonly clock: Clock;
}): Promise<Companies> {
  const opened = new Map<number, OpenProcessor>();
  const complaints: string[] = [];
  for (const [at, entry] of options.open.newsroom.giving.processors.entries()) {
    if (entry.kind === 'sandbox') continue;
    const company = await openCompany(options, { entry, at });
    if (company.ok) opened.set(at, company.opened);
    else complaints.push(...company.complaints);
  }
  return { opened, complaints };
}

type OpenedCompany =
  | { readonly ok: true; readonly opened: OpenProcessor }
  | { readonly ok: false; readonly complaints: readonly string[] };

async function openCompany(
  { system, open, clock }: Parameters<typeof openCompanies>[0],
  of: { readonly entry: CompanyEntry; readonly at: number },
): Promise<OpenedCompany> {
  const { entry, at } = of;
  const complain = (field: string, sentence: string) =>
    open.complaint(['giving', 'processors', at, field], sentence);
  const { environment } = system;
  const read = await readSecrets(entry, { environment, readFile });
  if (!read.ok) return { ok: false, complaints: [complain('account', read.sentence)] };
  const answer = await openEntry(entry, read.secrets, {
    clock,
    fetch: system.fetch,
    timeoutMs: PROCESSOR_TIMEOUT_MS,
  });
  if (answer.ok) return answer;
  return {
    ok: false,
    complaints: answer.problems.map(({ field, sentence }) => complain(field, sentence)),
  };
}
