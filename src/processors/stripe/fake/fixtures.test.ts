/**
 * The fake's objects beside Stripe's own samples of August 2026, which lie beside the checkout and are no part of it: no
 * member that Stripe does not have, none missing that it always writes. What is newer or only sometimes there is named.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { z } from 'zod';
import { ManualClock } from '../../../calendar/index.ts';
import { FAKE_SECRET_KEY } from './account.ts';
import { cardFrom } from './cards.ts';
import { payOnPage } from './checkout.ts';
import { API_VERSION } from './money-answers.ts';
import { openDispute, payOut } from './money-moves.ts';
import { startFakeStripe } from './server.ts';
import { typeCard } from './supporters.ts';

const PROJECT = join(import.meta.dirname, '..', '..', '..', '..');
const FILE = join(PROJECT, '..', 'shared', 'specs', 'stripe-fixtures.json');

/** Members that the samples do not have; every one is in the types of the official SDK, to which `answers.ts` is held. */
const NEWER: Readonly<Record<string, readonly string[]>> = {
  // Took the place of `payment_method_types`: SDK changelog 22.4.0 and 23.0.0.
  'checkout.session': ['allowed_payment_method_types'],
  // `payment_record`: SDK changelog 23.0.0.
  payment_intent: ['allowed_payment_method_types', 'payment_record'],
  setup_intent: ['allowed_payment_method_types', 'customer_account', 'managed_payments'],
  // Only of accounts with Radar.
  'charge.outcome': ['risk_level'],
  // Null without the newer kind of accounts for customers.
  customer: ['customer_account'],
  // SDK changelog 22.6.0.
  confirmation_token: ['metadata'],
  // The sample is of a bank account.
  'confirmation_token.payment_method_preview': ['card'],
  // SDK changelog 23.1.0; the reason stood below the method only.
  dispute: ['intended_submission_method', 'network_reason_code'],
  'dispute.evidence_details': ['submission_method'],
};
/** Members of a sample that are not always there. */
const SOMETIMES: Readonly<Record<string, readonly string[]>> = {
  // Only where it is asked for, since 2022-11-15.
  charge: ['refunds'],
  'confirmation_token.payment_method_preview': ['us_bank_account'],
};

const record = z.record(z.string(), z.unknown());
const samples = z.object({ resources: z.record(z.string(), record) });

/** Members whose own members are of the newsroom, or differ by kind: looked at by name only. */
const OPEN = new Set([
  'metadata',
  'next_action',
  'last_payment_error',
  'payment_method_options',
  'card',
  'settings',
  'capabilities',
  'data',
]);

function different(name: string, fake: unknown, sample: unknown): readonly string[] {
  const [ours, theirs] = [record.safeParse(fake), record.safeParse(sample)];
  if (!ours.success || !theirs.success || Array.isArray(fake)) return [];
  const problems: string[] = [];
  for (const member of Object.keys(ours.data)) {
    if (!Object.hasOwn(theirs.data, member) && NEWER[name]?.includes(member) !== true) {
      problems.push(`${name}.${member} is in no sample`);
    }
  }
  for (const [member, value] of Object.entries(theirs.data)) {
    if (Object.hasOwn(ours.data, member)) {
      if (!OPEN.has(member)) {
        problems.push(...different(`${name}.${member}`, ours.data[member], value));
      }
    } else if (SOMETIMES[name]?.includes(member) !== true) {
      problems.push(`${name}.${member} is missing`);
    }
  }
  return problems;
}

async function objects(): Promise<readonly (readonly [string, unknown])[]> {
  const clock = new ManualClock('2026-03-01T12:00:00Z');
  const fake = await startFakeStripe(clock);
  fake.account.payoutSchedule = 'manual';
  const headers = { authorization: `Bearer ${FAKE_SECRET_KEY}`, 'stripe-version': API_VERSION };
  const call = async (path: string, form?: Record<string, string>): Promise<unknown> => {
    const sent = form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) };
    const answer = await fetch(`${fake.origin}/v1/${path}`, { headers, ...sent });
    assert.equal(answer.status, 200, path);
    return await answer.json();
  };
  const made = await call('checkout/sessions', {
    mode: 'payment',
    success_url: 'https://news.example/thanks',
    customer_creation: 'always',
    'payment_intent_data[setup_future_usage]': 'off_session',
    'line_items[0][quantity]': '1',
    'line_items[0][price_data][currency]': 'eur',
    'line_items[0][price_data][unit_amount]': '5000',
    'line_items[0][price_data][product_data][name]': 'Gift',
  });
  const session = String(record.parse(made).id);
  payOnPage(fake.books, session, cardFrom('4242424242424242'));
  const [charge = ''] = fake.books.charges.keys();
  await call('balance');
  const refund = await call('refunds', { charge, amount: '100' });
  clock.advance({ hours: 96 });
  const payout = payOut(fake.books, 'eur');
  const dispute = openDispute(fake.books, charge);
  const id = (all: ReadonlyMap<string, unknown>) => [...all.keys()][0] ?? '';
  const { books } = fake;
  const token = typeCard(books, cardFrom('4242424242424242'));
  const found = [
    ['checkout.session', await call(`checkout/sessions/${session}`)],
    ['payment_intent', await call(`payment_intents/${id(books.intents)}`)],
    ['charge', await call(`charges/${charge}`)],
    ['customer', await call(`customers/${id(books.customers)}`)],
    ['payment_method', await call(`payment_methods/${id(books.methods)}`)],
    ['confirmation_token', await call(`confirmation_tokens/${token}`)],
    ['refund', refund],
    ['dispute', await call(`disputes/${dispute.id}`)],
    ['balance_transaction', await call(`balance_transactions/${id(books.lines)}`)],
    ['payout', await call(`payouts/${payout?.id}`)],
    ['setup_intent', await call('setup_intents', {})],
    ['event', await call(`events/${books.events[0]?.id}`)],
    ['webhook_endpoint', await call('webhook_endpoints/we_1FakeEndpoint')],
  ] as const;
  await fake.close();
  return found;
}

it('every object of the fake has the members of Stripe’s own samples', async (t) => {
  if (!existsSync(FILE)) {
    t.skip('Stripe’s samples are not beside this checkout: NOT compared with them');
    return;
  }
  const { resources } = samples.parse(JSON.parse(readFileSync(FILE, 'utf8')));
  const all = await objects();
  const problems = all.flatMap(([name, object]) => different(name, object, resources[name]));
  assert.deepEqual(problems, []);
  const spoilt = all.map(
    ([name, object]) => [name, { ...record.parse(object), nonsense: 1 }] as const,
  );
  assert.equal(
    spoilt.flatMap(([name, object]) => different(name, object, resources[name])).length,
    all.length,
  );
});
