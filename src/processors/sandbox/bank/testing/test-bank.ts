/** A running bank on a free port with its own folder, clock and timers, and the adapter of a merchant who uses it. */
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { ManualClock, type Random } from '../../../../calendar/index.ts';
import type {
  HostedPaymentOrder,
  MandateChargeOrder,
  MandateReference,
  OurReferences,
  Processor,
} from '../../../../giving/processor.ts';
import { money } from '../../../../money/index.ts';
import { assert } from '../../../../problems/index.ts';
import { createSandboxProcessor } from '../../adapter.ts';
import type { ControlRequest } from '../control.ts';
import { type SandboxBank, startSandboxBank } from '../start.ts';
import type { TestCardId } from '../test-cards.ts';
import { ManualTimers } from './manual-timers.ts';

export const SECRET_KEY = 'sk_sandbox_for_tests_only';
export const WEBHOOK_SECRET = 'wh_sandbox_for_tests_only';
export const START = '2026-11-25T10:00:00Z';

/** Bytes and ids from a seed, never the same twice. */
export function seededRandom(seed: string): Random {
  let drawn = 0;
  const bytes = (length: number): Uint8Array => {
    drawn += 1;
    const digest = createHash('sha512').update(`${seed} ${drawn}`).digest();
    assert(length <= digest.length, 'one draw is at most one digest');
    return digest.subarray(0, length);
  };
  return {
    bytes,
    uuid: () => {
      const hex = Buffer.from(bytes(16)).toString('hex');
      return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    },
  };
}

let banks = 0;
const ids = seededRandom('merchant');

export class TestBank {
  readonly clock = new ManualClock(START);
  readonly timers = new ManualTimers();
  readonly folder: string;
  #bank: SandboxBank = { origin: '', stop: () => Promise.resolve() };
  readonly #webhookUrl: string | null;

  private constructor(folder: string, webhookUrl: string | null) {
    this.folder = folder;
    this.#webhookUrl = webhookUrl;
  }

  static async start(options: { readonly webhookUrl?: string } = {}): Promise<TestBank> {
    const folder = await mkdtemp(join(tmpdir(), 'sandbox-bank-'));
    const webhookUrl = options.webhookUrl ?? null;
    const bank = new TestBank(folder, webhookUrl);
    await bank.restart();
    return bank;
  }

  get origin(): string {
    return this.#bank.origin;
  }

  get journalFile(): string {
    return join(this.folder, 'journal.jsonl');
  }

  /** Stops the bank if it runs, and starts it again on the same journal. */
  async restart(): Promise<void> {
    await this.#bank.stop();
    banks += 1;
    this.#bank = await startSandboxBank({
      port: 0,
      journalFile: this.journalFile,
      clock: this.clock,
      random: seededRandom(`bank ${banks}`),
      secretKey: SECRET_KEY,
      webhookSecret: WEBHOOK_SECRET,
      webhookUrl: this.#webhookUrl,
      timers: this.timers,
      fetch,
    });
  }

  async stop(): Promise<void> {
    await this.#bank.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  processor(
    options: { readonly timeoutMs?: number; readonly fetch?: typeof fetch } = {},
  ): Processor {
    return createSandboxProcessor({
      accountId: 'sandbox-test',
      origin: this.origin,
      secretKey: SECRET_KEY,
      webhookSecret: WEBHOOK_SECRET,
      fetch: options.fetch ?? globalThis.fetch,
      timeoutMs: options.timeoutMs ?? 5000,
    });
  }

  /** A call to the bank's API as a merchant would make it. */
  api(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (!headers.has('authorization')) headers.set('authorization', `Bearer ${SECRET_KEY}`);
    return fetch(`${this.origin}/v1${path}`, { ...init, headers });
  }

  async control(request: Partial<Record<keyof ControlRequest, unknown>>): Promise<void> {
    const answer = await fetch(`${this.origin}/control`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request),
    });
    assert(answer.status === 200, `the control order is taken (${answer.status})`);
    await answer.body?.cancel();
  }

  /** Plays the bank or a payer's bank. @returns the id of what was made; an error code where it was refused */
  async act(act: Record<string, string>): Promise<string> {
    const answer = await fetch(`${this.origin}/money`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(act),
    });
    const body: unknown = await answer.json();
    if (answer.status === 200) return z.object({ id: z.string() }).parse(body).id;
    return z.object({ error: z.object({ code: z.string() }) }).parse(body).error.code;
  }

  /** What there is in one currency, by the bank's own sums. Minor units as text. */
  async balance(currency: string): Promise<z.infer<typeof balanceList>['currencies'][number]> {
    const { currencies } = balanceList.parse(await (await this.api('/balance')).json());
    const row = currencies.find((one) => one.currency === currency);
    assert(row !== undefined, 'the currency has a balance');
    return row;
  }

  /** Sends a form as a browser does, without following where it leads. */
  async submit(address: string, fields: Record<string, string>): Promise<PageAnswer> {
    const answer = await fetch(new URL(address, this.origin), {
      method: 'POST',
      body: new URLSearchParams(fields),
      redirect: 'manual',
    });
    return readPage(answer);
  }

  async open(address: string): Promise<PageAnswer> {
    return readPage(await fetch(new URL(address, this.origin), { redirect: 'manual' }));
  }

  /** Opens a hosted payment and pays it with a listed card, without a confirmation. */
  async pay(
    card: TestCardId,
    order: Partial<HostedPaymentOrder> = {},
  ): Promise<{ readonly order: HostedPaymentOrder; readonly objectRef: string }> {
    const hosted = hostedOrder(order);
    const opened = await this.processor().openHostedPayment(hosted);
    assert(opened.kind === 'opened', 'the payment is opened');
    await this.submit(opened.pageUrl, { use: card });
    return { order: hosted, objectRef: opened.objectRef };
  }

  /** The mandate that a first payment with a card left behind. */
  async mandateOf(card: TestCardId): Promise<MandateReference> {
    const { order, objectRef } = await this.pay(card, { keepMandate: 'month' });
    const found = await this.processor().lookUp({
      attemptId: order.references.attemptId,
      objectRef,
    });
    assert(found.kind === 'evidence' && found.evidence.state === 'succeeded', 'it is paid');
    const { mandate } = found.evidence;
    assert(mandate !== null, 'a mandate was kept');
    return { customerRef: mandate.customerRef, methodRef: mandate.methodRef };
  }

  /** All charges the bank's own books hold, oldest first. */
  async charges(): Promise<z.infer<typeof chargeList>['charges']> {
    const charges = [];
    let since = '0';
    for (;;) {
      const answer = await this.api(`/charges?since=${since}`);
      const page = chargeList.parse(await answer.json());
      charges.push(...page.charges);
      if (!page.more) return charges;
      since = page.cursor;
    }
  }

  async issuerRow(card: string): Promise<z.infer<typeof issuerList>['issuers'][number]> {
    const { issuers } = issuerList.parse(await (await this.api('/issuer-log')).json());
    const row = issuers.find((issuer) => issuer.card === card);
    assert(row !== undefined, 'the card has a row in the issuer log');
    return row;
  }
}

const chargeList = z.object({
  charges: z.array(z.object({ id: z.string(), amount: z.string() })),
  cursor: z.string(),
  more: z.boolean(),
});
const sum = z.string().regex(/^-?\d+$/);
const balanceList = z.object({
  currencies: z.array(
    z.object({
      currency: z.string(),
      captured: sum,
      refunded: sum,
      disputes_open: sum,
      disputes_lost: sum,
      fees: sum,
      dispute_fees: sum,
      paid_out: sum,
      pending: sum,
      available: sum,
    }),
  ),
});
const issuerList = z.object({
  issuers: z.array(
    z.object({
      card: z.string(),
      turned_away: z.number(),
      seen: z.array(z.object({ what: z.string(), amount: z.string(), outcome: z.string() })),
    }),
  ),
});

export interface PageAnswer {
  readonly status: number;
  readonly location: string | null;
  readonly headers: Headers;
  readonly html: string;
}

async function readPage(answer: Response): Promise<PageAnswer> {
  return {
    status: answer.status,
    location: answer.headers.get('location'),
    headers: answer.headers,
    html: await answer.text(),
  };
}

export function references(): OurReferences {
  return { attemptId: ids.uuid(), giftId: ids.uuid(), supporterId: ids.uuid(), pledgeId: null };
}

export function hostedOrder(order: Partial<HostedPaymentOrder> = {}): HostedPaymentOrder {
  const ours = order.references ?? references();
  return {
    references: ours,
    idempotencyKey: ours.attemptId,
    money: money(500n, 'USD'),
    keepMandate: null,
    statementText: 'TPN SUPPORT',
    language: 'en',
    refusedCountries: ['RU', 'BY'],
    returnUrl: 'http://127.0.0.1:3000/thanks/g1',
    cancelUrl: 'http://127.0.0.1:3000/support',
    ...order,
  };
}

export function mandateOrder(
  mandate: MandateReference,
  order: Partial<MandateChargeOrder> = {},
): MandateChargeOrder {
  const ours = order.references ?? references();
  return {
    references: ours,
    idempotencyKey: ours.attemptId,
    money: money(500n, 'USD'),
    mandate,
    statementText: 'TPN SUPPORT',
    refusedCountries: ['RU', 'BY'],
    ...order,
  };
}
