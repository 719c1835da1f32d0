/** Asking what became of an attempt, by Stripe's id and by ours. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Instant } from '../../calendar/index.ts';
import type { LookUpAnswer, LookUpQuestion } from '../../giving/processor.ts';
import {
  ATTEMPT,
  type CannedAnswer,
  canned,
  chargeJson,
  errorJson,
  intentJson,
  listJson,
  NOW,
  sessionJson,
} from './testing/canned.ts';
import { holdAgainstDescription } from './testing/described.ts';

const gone: CannedAnswer = {
  status: 404,
  json: errorJson({ type: 'invalid_request_error', code: 'resource_missing' }),
};
const declinedIntent = (way: 'hosted' | 'own' | 'mandate') =>
  intentJson(way, {
    status: 'requires_payment_method',
    latest_charge: 'ch_1',
    last_payment_error: { code: 'card_declined', decline_code: 'lost_card' },
  });

function inShort(answer: LookUpAnswer): string {
  if (answer.kind === 'unknown') return `unknown ${answer.reason}`;
  if (answer.kind !== 'evidence') return answer.kind;
  const { evidence, objectRef } = answer;
  const code =
    evidence.state === 'open'
      ? (evidence.declinedCode ?? null)
      : evidence.state === 'declined'
        ? evidence.code
        : null;
  return [objectRef, evidence.state, code].filter((part) => part !== null).join(' ');
}

const BY_REFERENCE: readonly [string, string, readonly CannedAnswer[], string][] = [
  ['a page that is open', 'cs_test_1', [{ json: sessionJson() }], 'cs_test_1 open'],
  [
    'a page on which a card was declined',
    'cs_test_1',
    [{ json: sessionJson({ payment_intent: declinedIntent('hosted') }) }],
    'cs_test_1 open lost_card',
  ],
  [
    'a page that waits for a bank',
    'cs_test_1',
    [
      {
        json: sessionJson({ payment_intent: intentJson('hosted', { status: 'requires_action' }) }),
      },
    ],
    'cs_test_1 open',
  ],
  [
    'a page on which a payment is under way',
    'cs_test_1',
    [{ json: sessionJson({ payment_intent: intentJson('hosted', { status: 'processing' }) }) }],
    'cs_test_1 processing',
  ],
  [
    'a page that was paid',
    'cs_test_1',
    [{ json: sessionJson({ status: 'complete', payment_intent: intentJson('hosted') }) }],
    'cs_test_1 succeeded',
  ],
  [
    'a page whose payment came to nothing',
    'cs_test_1',
    [{ json: sessionJson({ status: 'complete', payment_intent: declinedIntent('hosted') }) }],
    'cs_test_1 declined lost_card',
  ],
  [
    'a page that is over',
    'cs_test_1',
    [{ json: sessionJson({ status: 'expired' }) }],
    'cs_test_1 expired',
  ],
  [
    'a page that closed while it was paid',
    'cs_test_1',
    [{ json: sessionJson({ status: 'expired', payment_intent: intentJson('hosted') }) }],
    'cs_test_1 succeeded',
  ],
  [
    'a page in a state of tomorrow',
    'cs_test_1',
    [{ json: sessionJson({ status: 'dreaming' }) }],
    'unknown unexpected',
  ],
  [
    'a page with its payment only named',
    'cs_test_1',
    [{ json: sessionJson({ payment_intent: 'pi_1' }) }],
    'unknown unreadable',
  ],
  ['a page that nobody knows', 'cs_test_1', [gone], 'not-found'],
  ['a payment on our page', 'pi_1', [{ json: declinedIntent('own') }], 'pi_1 open lost_card'],
  [
    'a payment that waits for a bank',
    'pi_1',
    [{ json: intentJson('own', { status: 'requires_action' }) }],
    'pi_1 open',
  ],
  ['a charge on a card', 'pi_1', [{ json: declinedIntent('mandate') }], 'pi_1 declined lost_card'],
  ['a payment of a page', 'pi_1', [{ json: intentJson('hosted') }], 'pi_1 succeeded'],
  [
    'a declined payment of a page',
    'pi_1',
    [{ json: declinedIntent('hosted') }, { json: listJson([sessionJson({ status: 'expired' })]) }],
    'cs_test_1 expired',
  ],
  ['a payment that nobody knows', 'pi_1', [gone], 'not-found'],
  ['a charge', 'ch_1', [{ json: chargeJson() }, { json: intentJson('mandate') }], 'pi_1 succeeded'],
  [
    'a charge of somebody older',
    'ch_1',
    [{ json: chargeJson({ payment_intent: null, metadata: {} }) }],
    'ch_1 succeeded',
  ],
  [
    'a declined charge of somebody older',
    'ch_1',
    [{ json: chargeJson({ payment_intent: null, status: 'failed' }) }],
    'not-found',
  ],
  ['a thing of another kind', 'du_1', [], 'not-found'],
  [
    'a 404 that is not Stripe’s word',
    'pi_1',
    [{ status: 404, text: '<html>' }],
    'unknown unexpected',
  ],
  ['nothing', 'pi_1', [{ status: 500, text: '' }], 'unknown server-error'],
];

describe('looking up by Stripe’s id', () => {
  for (const [what, ref, script, means] of BY_REFERENCE) {
    it(`${what}: ${means}`, async () => {
      const stripe = canned(script);
      const answer = await stripe.processor.lookUp({ attemptId: null, objectRef: ref });
      assert.equal(inShort(answer), means);
      assert.equal(stripe.calls.length, script.length);
    });
  }

  it('says whose payment it is, and shows the page again', async () => {
    const answer = await canned([{ json: sessionJson() }]).processor.lookUp({
      attemptId: null,
      objectRef: 'cs_test_1',
    });
    assert.ok(answer.kind === 'evidence' && answer.evidence.state === 'open');
    assert.equal(answer.attemptId, ATTEMPT);
    assert.equal(answer.evidence.pageUrl, 'https://checkout.stripe.com/c/pay/cs_test_1');
    const stranger = await canned([{ json: intentJson(null) }]).processor.lookUp({
      attemptId: null,
      objectRef: 'pi_1',
    });
    assert.ok(stranger.kind === 'evidence');
    assert.equal(stranger.attemptId, null);
  });
});

describe('looking up by our id', () => {
  const firstAt = Instant.from(NOW).subtract({ hours: 30 });
  const question = (onMandate: boolean, sentAt = firstAt): LookUpQuestion => ({
    attemptId: ATTEMPT,
    objectRef: null,
    sent: { firstAt: sentAt, onMandate },
  });
  const other = intentJson('mandate', { id: 'pi_0', metadata: {} });

  it('a page whose address we never learned is not there, and nobody is asked', async () => {
    const stripe = canned([]);
    assert.deepEqual(await stripe.processor.lookUp(question(false)), { kind: 'not-found' });
  });

  it('without word of what was sent nothing is said', async () => {
    const answer = await canned([]).processor.lookUp({ attemptId: ATTEMPT, objectRef: null });
    assert.deepEqual(answer, { kind: 'unknown', reason: 'busy' });
  });

  it('a charge is found in the quarter of an hour in which it was sent', async () => {
    const stripe = canned([
      { json: listJson([other], true) },
      { json: listJson([intentJson('mandate')]) },
    ]);
    assert.equal(inShort(await stripe.processor.lookUp(question(true))), 'pi_1 succeeded');
    const [first, second] = [stripe.call(0).params, stripe.call(1).params];
    assert.equal(first['created[gte]'], String(firstAt.epochMilliseconds / 1000 - 900));
    assert.equal(first['created[lte]'], String(firstAt.epochMilliseconds / 1000 + 901));
    assert.equal(first.limit, '100');
    assert.equal(second.starting_after, 'pi_0');
  });

  it('a charge that was made by a later sending is found in the rest of the day', async () => {
    const stripe = canned([{ json: listJson([]) }, { json: listJson([intentJson('mandate')]) }]);
    assert.equal(inShort(await stripe.processor.lookUp(question(true))), 'pi_1 succeeded');
  });

  it('a charge is looked for among its customer’s payments alone, where the customer is known', async () => {
    const stripe = canned([{ json: listJson([other, intentJson('mandate')]) }]);
    const sent = { firstAt, onMandate: true, customerRef: 'cus_1' };
    const found = await stripe.processor.lookUp({ attemptId: ATTEMPT, objectRef: null, sent });
    assert.equal(inShort(found), 'pi_1 succeeded');
    const { params } = stripe.call(0);
    assert.equal(params.customer, 'cus_1');
    const seconds = firstAt.epochMilliseconds / 1000;
    assert.equal(params['created[gte]'], String(seconds - 900));
    assert.ok(Number(params['created[lte]']) >= seconds + 86_400);
    const none = canned([{ json: listJson([other]) }]);
    const missing = await none.processor.lookUp({ attemptId: ATTEMPT, objectRef: null, sent });
    assert.deepEqual(missing, { kind: 'not-found' });
  });

  it('is not there once the time is over in which it could have been made', async () => {
    const empty = [{ json: listJson([other]) }, { json: listJson([]) }];
    const answer = await canned(empty).processor.lookUp(question(true));
    assert.deepEqual(answer, { kind: 'not-found' });
    const early = Instant.from(NOW).subtract({ hours: 3 });
    const later = await canned(empty).processor.lookUp(question(true, early));
    assert.deepEqual(later, { kind: 'unknown', reason: 'busy' });
  });

  it('a list that is not heard, or is too long, says nothing', async () => {
    const unheard = await canned([{ status: 503, text: '' }]).processor.lookUp(question(true));
    assert.deepEqual(unheard, { kind: 'unknown', reason: 'server-error' });
    const endless = canned(() => ({ json: listJson([other], true) }));
    const answer = await endless.processor.lookUp(question(true));
    assert.deepEqual(answer, { kind: 'unknown', reason: 'busy' });
    assert.equal(endless.calls.length, 500);
  });

  it('of a reference that Stripe lost goes on to our id', async () => {
    const stripe = canned([gone, { json: listJson([intentJson('mandate')]) }]);
    const answer = await stripe.processor.lookUp({
      attemptId: ATTEMPT,
      objectRef: 'pi_9',
      sent: { firstAt, onMandate: true },
    });
    assert.equal(inShort(answer), 'pi_1 succeeded');
  });
});

holdAgainstDescription();
