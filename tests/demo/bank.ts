/**
 * The sandbox bank as seen from outside: its switchboard, its own books, what issuers saw, and the bank as a process of its
 * own, so that a newsroom can be killed while its bank lives on.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type BankBalance, bankBalance } from './bank-books.ts';
import type { DemoPlace } from './demo-process.ts';

const PROJECT = join(import.meta.dirname, '../..');

const charges = z.object({
  charges: z.array(z.object({ id: z.string(), amount: z.string(), currency: z.string() })),
  more: z.boolean(),
  cursor: z.string(),
});
export type BankCharge = z.infer<typeof charges>['charges'][number];

const issuers = z.object({
  issuers: z.array(
    z.object({ card: z.string(), turned_away: z.number(), seen: z.array(z.unknown()) }),
  ),
});

export interface BankView {
  /** Orders for the bank's next answers and webhooks; see `bank/control.ts`. */
  order(orders: Readonly<Record<string, unknown>>): Promise<void>;
  /** Every charge in the bank's own books. */
  charges(): Promise<readonly BankCharge[]>;
  /** Where all money is by the bank's own sums. */
  balance(): Promise<BankBalance>;
  /** Plays the bank or a payer's bank; see `bank/money-acts.ts`. @returns the id of what was made */
  act(act: Readonly<Record<string, string>>): Promise<string>;
  /** How often a card was turned away, and how much its issuer saw of us. */
  issuerOf(card: string): Promise<{ readonly turnedAway: number; readonly seen: number }>;
  /** True when the bank has faults left that no answer of it used up. */
  hasFaults(): Promise<boolean>;
}

export async function bankView(place: DemoPlace, bankUrl: string): Promise<BankView> {
  const origin = new URL(bankUrl).origin;
  const file: unknown = JSON.parse(
    await readFile(join(place.dataDirectory, 'keys', 'sandbox.json'), 'utf8'),
  );
  const { secretKey } = z.object({ secretKey: z.string() }).parse(file);
  const look = async (path: string): Promise<unknown> => {
    const response = await fetch(origin + path, {
      headers: { authorization: `Bearer ${secretKey}` },
    });
    assert.equal(response.status, 200, `the bank answers ${path}`);
    return response.json();
  };
  return {
    async order(orders) {
      const response = await fetch(`${origin}/control`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(orders),
      });
      assert.equal(response.status, 200, await response.text());
    },
    async charges() {
      const all: BankCharge[] = [];
      for (let since = '0'; ; ) {
        const page = charges.parse(await look(`/v1/charges?since=${since}`));
        all.push(...page.charges);
        if (!page.more) return all;
        since = page.cursor;
      }
    },
    async balance() {
      return bankBalance.parse(await look('/v1/balance'));
    },
    async act(act) {
      const response = await fetch(`${origin}/money`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(act),
      });
      const answer: unknown = await response.json();
      assert.equal(response.status, 200, JSON.stringify(answer));
      return z.object({ id: z.string() }).parse(answer).id;
    },
    async issuerOf(card) {
      const { issuers: rows } = issuers.parse(await look('/v1/issuer-log'));
      const row = rows.find((candidate) => candidate.card === card);
      assert.ok(row !== undefined, `the issuer log has a row for ${card}`);
      return { turnedAway: row.turned_away, seen: row.seen.length };
    },
    async hasFaults() {
      const response = await fetch(`${origin}/control`, {
        headers: { accept: 'application/json' },
      });
      const { faults } = z.object({ faults: z.array(z.unknown()) }).parse(await response.json());
      return faults.length > 0;
    },
  };
}

export interface BankProcess {
  readonly url: string;
  stop(): Promise<void>;
}

/** The bank without its newsroom. @param webhookUrl where it sends its messages, whether anybody listens or not */
export async function startBank(place: DemoPlace, webhookUrl: string): Promise<BankProcess> {
  const child = spawn(process.execPath, ['src/main.ts', 'sandbox-bank', webhookUrl], {
    cwd: PROJECT,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, TUPPENCE_DATA: place.dataDirectory, PORT: '0' },
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      const found = /http:\S+/.exec(output)?.[0];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', (code) => reject(new Error(`the bank ended with ${code}: ${output}`)));
  });
  return {
    url,
    async stop() {
      child.kill('SIGINT');
      await ended;
    },
  };
}
