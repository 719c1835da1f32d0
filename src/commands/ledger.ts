/**
 * `tuppence ledger [--day YYYY-MM-DD] [--json]`: what was booked on a day (in the newsroom's zone; today when left out) and
 * what every account came to at its end. Amounts are debits minus credits, so income and what is owed are negative.
 */
import { parseArgs } from 'node:util';
import { dayIn, instantAt, PlainDate, parseDay } from '../calendar/index.ts';
import {
  type JournalLine,
  outOfBalance,
  readBalancesBefore,
  readJournalBetween,
} from '../giving/index.ts';
import { formatMoney, isCurrency, type Money, money } from '../money/index.ts';
import { assert } from '../problems/index.ts';
import { openNewsroom } from './open-newsroom.ts';
import type { System } from './system.ts';

const PAGE = 1000;

export async function ledgerCommand(args: readonly string[], system: System): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { day: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const asked = values.day === undefined ? null : parseDay(values.day);
  if (values.day !== undefined && asked === null) {
    system.complain(`${values.day} is not a day. Write it like 2026-11-25.`);
    return 2;
  }
  const open = await openNewsroom(system);
  try {
    const { zone } = open.newsroom;
    const day = asked === null ? dayIn(system.clock.now(), zone) : PlainDate.from({ ...asked });
    await printDay({ db: open.db, day, zone, json: values.json, print: system.print });
    return 0;
  } finally {
    await open.close();
  }
}

export async function printDay(options: {
  readonly db: Awaited<ReturnType<typeof openNewsroom>>['db'];
  readonly day: PlainDate;
  readonly zone: string;
  readonly json: boolean;
  readonly print: (line: string) => void;
}): Promise<void> {
  const { db, day, zone, json, print } = options;
  const from = instantAt({ date: day, time: '00:00', zone });
  const to = instantAt({ date: day.add({ days: 1 }), time: '00:00', zone });
  const say = (text: string) => {
    if (!json) print(text);
  };
  say(`Journal of ${day.toString()} (${zone})`);
  let [afterId, lines] = [0n, 0];
  for (;;) {
    const page = await readJournalBetween(db, { from, to, afterId, limit: PAGE });
    for (const line of page) print(json ? jsonLine(line) : textLine(line));
    lines += page.length;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) break;
    afterId = last.id;
  }
  say(lines === 0 ? '  nothing was booked' : `  ${lines} booked`);
  say('');
  say(`Balances at the end of ${day.toString()}, debits minus credits`);
  const balances = await readBalancesBefore(db, to);
  for (const { accountId, name, kind, money: balance } of balances) {
    const { currency } = balance;
    const amountMinor = balance.minor.toString();
    if (json) {
      print(JSON.stringify({ type: 'balance', accountId, name, kind, amountMinor, currency }));
    } else {
      print(`  ${drawn(balance).padStart(18)}  ${name} (${kind}, ${accountId ?? 'ours'})`);
    }
  }
  if (balances.length === 0) say('  every account is empty');
  for (const off of outOfBalance(balances)) {
    const { currency, minor } = off;
    if (json) {
      print(JSON.stringify({ type: 'does-not-add-up', amountMinor: minor.toString(), currency }));
    } else {
      print(
        `These books do not add up: debits exceed credits by ${drawn(off)}. Run tuppence check.`,
      );
    }
  }
}

function textLine(line: JournalLine): string {
  assert(isCurrency(line.currency), 'a stored currency has a row in the table');
  const amount = drawn(money(line.amountMinor, line.currency)).padStart(18);
  const pair = `${line.debit} <- ${line.credit}`;
  return `  ${line.at.toString()}  ${line.code}  ${amount}  ${pair}  ${line.causeKind} ${line.causeRef}`;
}

function jsonLine(line: JournalLine): string {
  const { debit, credit, currency, giftId, causeKind, causeRef, code } = line;
  return JSON.stringify({
    type: 'transfer',
    id: line.id.toString(),
    at: line.at.toString(),
    happenedAt: line.happenedAt.toString(),
    code,
    debit,
    credit,
    amountMinor: line.amountMinor.toString(),
    currency,
    giftId,
    causeKind,
    causeRef,
  });
}

function drawn(amount: Money): string {
  return formatMoney(amount, 'en', { currencyAs: 'code' });
}
