/**
 * Kills the bank's process in the middle of its work, several times over one journal. What it answered before it died
 * must be there afterwards, and nothing may be there twice. A killed process proves that decisions are whole on disk;
 * it does not prove the disk (the operating system keeps its cache), which only pulling the plug would.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { MandateChargeOrder, MandateReference, Processor } from '../../../giving/processor.ts';
import { createSandboxProcessor } from '../adapter.ts';
import { hostedOrder, mandateOrder, SECRET_KEY, WEBHOOK_SECRET } from './testing/test-bank.ts';

const LIVES = 4;
const CALLERS = 8;
const CHILD = fileURLToPath(new URL('./testing/bank-child.ts', import.meta.url));

const folder = await mkdtemp(join(tmpdir(), 'sandbox-crash-'));
let child: ChildProcess | undefined;
after(async () => {
  child?.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

async function startChild(): Promise<{
  origin: string;
  processor: Processor;
  child: ChildProcess;
}> {
  const started = spawn(process.execPath, [CHILD, join(folder, 'journal.jsonl')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child = started;
  const [line]: Buffer[] = await once(started.stdout, 'data');
  const origin = String(line).trim();
  const processor = createSandboxProcessor({
    accountId: 'sandbox-test',
    origin,
    secretKey: SECRET_KEY,
    webhookSecret: WEBHOOK_SECRET,
    fetch,
    timeoutMs: 5000,
  });
  return { origin, processor, child: started };
}

async function keepMandate(bank: {
  origin: string;
  processor: Processor;
}): Promise<MandateReference> {
  const opened = await bank.processor.openHostedPayment(hostedOrder({ keepMandate: 'month' }));
  assert.ok(opened.kind === 'opened');
  await fetch(opened.pageUrl, {
    method: 'POST',
    body: new URLSearchParams({ use: 'pays' }),
    redirect: 'manual',
  });
  const found = await bank.processor.lookUp({ attemptId: null, objectRef: opened.objectRef });
  assert.ok(found.kind === 'evidence' && found.evidence.state === 'succeeded');
  assert.ok(found.evidence.mandate !== null);
  return found.evidence.mandate;
}

test('killed again and again: nothing acknowledged is lost, nothing is charged twice', async () => {
  let bank = await startChild();
  const mandate = await keepMandate(bank);
  const acknowledged = new Map<string, string>();
  const sent: MandateChargeOrder[] = [];

  for (let life = 0; life < LIVES; life += 1) {
    const { processor } = bank;
    const died = once(bank.child, 'exit');
    let answers = 0;
    const caller = async () => {
      for (;;) {
        const order = mandateOrder(mandate);
        sent.push(order);
        const answer = await processor.chargeMandate(order);
        if (answer.kind === 'unknown') return;
        assert.ok(answer.kind === 'evidence' && answer.evidence.state === 'succeeded');
        acknowledged.set(order.references.attemptId, answer.evidence.chargeRef);
        answers += 1;
        if (answers === 20 + life * 7) bank.child.kill('SIGKILL');
      }
    };
    await Promise.all(Array.from({ length: CALLERS }, caller));
    await died;
    bank = await startChild();
  }

  assert.ok(acknowledged.size > LIVES * 20);
  assert.ok(sent.length > acknowledged.size, 'some answers were cut off by the kills');
  for (const order of sent) {
    const { attemptId } = order.references;
    // Resent with the same key, as a merchant does who did not hear: the first charge, or the only one.
    const answer = await bank.processor.chargeMandate(order);
    assert.ok(answer.kind === 'evidence' && answer.evidence.state === 'succeeded');
    const before = acknowledged.get(attemptId);
    if (before !== undefined) assert.equal(answer.evidence.chargeRef, before);
  }
  const today = await fetch(`${bank.origin}/v1/books?day=2026-11-25`, {
    headers: { authorization: `Bearer ${SECRET_KEY}` },
  });
  const books: { currencies: { charges: number }[] } = JSON.parse(await today.text());
  assert.equal(books.currencies[0]?.charges, sent.length + 1);
});
