/**
 * `tuppence processors test`: a live look at every configured account that moves no money. It answers what an operator wants
 * to know before the first supporter does: whether the key is right and not too wide, whether messages will arrive, whether
 * what is offered can be paid.
 */
import { parseArgs } from 'node:util';
import type { HealthFinding } from '../../giving/index.ts';
import type { OpenProcessor } from '../../processors/common/index.ts';
import { type OpenNewsroom, openNewsroom } from '../open-newsroom.ts';
import type { System } from '../system.ts';
import { NO_ORIGIN } from './offer-problems.ts';
import { openCompanies } from './open-companies.ts';

const USAGE = `Usage: npm run tuppence -- processors test [--json]

  --json             each finding as a line of JSON`;

interface Finding extends HealthFinding {
  readonly account: string;
}

/** Exit code: 0 nothing is wrong (warnings may be there), 1 something is, 2 the command was not understood. */
export async function processorsCommand(argv: readonly string[], system: System): Promise<number> {
  const wish = readArguments(argv);
  if (typeof wish === 'string') {
    system.complain(`${wish}\n\n${USAGE}`);
    return 2;
  }
  const open = await openNewsroom(system);
  try {
    const findings = await look(system, open);
    for (const finding of findings) {
      system.print(wish.isJson ? JSON.stringify({ kind: 'finding', ...finding }) : line(finding));
    }
    return findings.some(({ level }) => level === 'error') ? 1 : 0;
  } finally {
    await open.close();
  }
}

function readArguments(argv: readonly string[]): { readonly isJson: boolean } | string {
  try {
    const { positionals, values } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { json: { type: 'boolean' } },
    });
    if (positionals.length !== 1 || positionals[0] !== 'test') {
      return 'The one thing to do with processors is "test".';
    }
    return { isJson: values.json === true };
  } catch (error) {
    return error instanceof Error ? error.message : 'The options could not be read.';
  }
}

async function look(system: System, open: OpenNewsroom): Promise<readonly Finding[]> {
  const { opened, complaints } = await openCompanies({ system, open, clock: system.clock });
  const findings: Finding[] = complaints.map((sentence) => ({
    account: 'settings',
    level: 'error',
    sentence,
  }));
  for (const [at, { account }] of open.newsroom.giving.processors.entries()) {
    const company = opened.get(at);
    const found = company === undefined ? [] : await lookAt(company, { open, account });
    findings.push(...found.map((finding) => ({ account, ...finding })));
  }
  if (opened.size > 0 || complaints.length > 0) return findings;
  const sentence = 'Only the practice company is configured; it moves no money.';
  return [{ account: 'settings', level: 'ok', sentence }];
}

async function lookAt(
  { processor }: OpenProcessor,
  of: { readonly open: OpenNewsroom; readonly account: string },
): Promise<readonly HealthFinding[]> {
  const { newsroom, complaint } = of.open;
  if (newsroom.origin === undefined) return [{ level: 'error', sentence: complaint(...NO_ORIGIN) }];
  const webhookUrl = `${newsroom.origin}/hooks/${of.account}`;
  return (await processor.checkHealth?.({ webhookUrl })) ?? [];
}

function line({ account, level, sentence }: Finding): string {
  const word = { ok: 'ok', warning: 'WARNING', error: 'ERROR' }[level];
  return `${account.padEnd(16)} ${word.padEnd(8)} ${sentence}`;
}
