import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { PlainDate } from '../../../calendar/index.ts';
import { inPayPageWorld, returnPath, wayOf } from './testing/pay-page-world.ts';

describe('a press of the button', () => {
  it('looks at the country, makes the payment, then asks the bank, and leads to the gift', () =>
    inPayPageWorld(async ({ begin, press, company, view }) => {
      const { giftId, path, attemptId } = await begin();
      assert.equal(wayOf(await press(path, company.token())), returnPath(giftId));
      const { objectRef } = company.ofAttempt(attemptId);
      assert.deepEqual(company.calls, ['country', `open ${attemptId}`, `confirm ${objectRef}`]);
      assert.equal((await view(giftId)).stateForPeople, 'paid');
      assert.equal(company.captured('EUR'), 500n);
    }));

  it('keeps the card of a promise for its later gifts', () =>
    inPayPageWorld(async ({ begin, press, company, view, giving }) => {
      const { giftId, path } = await begin({ interval: 'month' });
      await press(path, company.token());
      const { pledge } = await view(giftId);
      const stored = await giving.pledgeView(pledge?.pledgeId ?? '');
      assert.deepEqual([stored?.state, stored?.method], ['active', 'usable']);
      assert.ok(PlainDate.compare(stored?.nextDates[0] ?? '2000-01-01', '2026-02-01') > 0);
    }));

  for (const country of ['XA', 'XB', null]) {
    it(`refuses a card of ${country ?? 'no known country'} before anything is made`, () =>
      inPayPageWorld(async ({ begin, press, company, view, db }) => {
        const { giftId, path, attemptId } = await begin();
        assert.equal(wayOf(await press(path, company.token({ country }))), returnPath(giftId));
        assert.deepEqual(company.calls, ['country']);
        assert.equal(company.payments.size, 0);
        const { stateForPeople, declineCode, pageUrl } = await view(giftId);
        const code = country === null ? 'country_unknown' : 'country_refused';
        assert.deepEqual(
          [stateForPeople, declineCode, pageUrl],
          ['refused-country', code, undefined],
        );
        const { object_ref } = await db
          .selectFrom('attempt')
          .select('object_ref')
          .where('id', '=', attemptId)
          .executeTakeFirstOrThrow();
        assert.equal(object_ref, null, 'nothing stands for what was not made');
      }));
  }

  it('takes a card of unknown country where no country is listed', () =>
    inPayPageWorld(
      async ({ begin, press, company, view }) => {
        const { giftId, path } = await begin();
        await press(path, company.token({ country: null }));
        assert.equal((await view(giftId)).stateForPeople, 'paid');
      },
      { refusedCountries: () => [] },
    ));

  it('refuses such a card after a decline of another one, and charges neither', () =>
    inPayPageWorld(async ({ begin, press, company, view }) => {
      const { giftId, path } = await begin();
      await press(path, company.token({ ends: 'declines' }));
      await press(path, company.token({ country: 'XA' }));
      assert.equal((await view(giftId)).stateForPeople, 'refused-country');
      assert.equal(company.calls.filter((call) => call.startsWith('confirm')).length, 1);
      assert.equal(company.captured('EUR'), 0n);
    }));

  it('leads a supporter whose card was declined back here, for another card on the same payment', () =>
    inPayPageWorld(async ({ begin, get, press, company, view }) => {
      const { giftId, path } = await begin();
      assert.equal(
        wayOf(await press(path, company.token({ ends: 'declines' }))),
        returnPath(giftId),
      );
      const declined = await view(giftId);
      assert.deepEqual(
        [declined.stateForPeople, declined.declineCode],
        ['declined', 'insufficient_funds'],
      );
      assert.equal(new URL(declined.pageUrl ?? '').pathname, path);
      assert.equal((await get(path)).status, 200);
      await press(path, company.token());
      assert.equal((await view(giftId)).stateForPeople, 'paid');
      assert.equal(company.payments.size, 1);
      const made = company.calls.filter((call) => call.startsWith('open'));
      assert.equal(made.length, 1, 'also when the company has forgotten the key');
    }));

  it('leads to the bank that asks, from a page of ours, and the way back finds the payment', () =>
    inPayPageWorld(async ({ begin, press, company, view, giving }) => {
      const { giftId, path, attemptId } = await begin();
      const response = await press(path, company.token({ ends: 'asks-bank' }));
      const { objectRef } = company.ofAttempt(attemptId);
      const bank = `https://hooks.stripe.example/challenge/${objectRef}?a=1&b=2`;
      assert.equal(response.status, 200);
      assert.equal(response.headers.get('refresh'), `0;url=${bank}`);
      assert.doesNotMatch(response.headers.get('content-security-policy') ?? '', /stripe/);
      const text = await response.text();
      assert.ok(text.includes(`href="${bank.replace('&', '&amp;')}"`));
      assert.match(text, /Nothing is charged before you do/);
      assert.equal((await view(giftId)).stateForPeople, 'waiting');
      company.confirmAtBank(objectRef);
      assert.equal((await giving.askProcessor(giftId))?.stateForPeople, 'paid');
    }));

  it('says of a payment under way that it is being checked', () =>
    inPayPageWorld(async ({ begin, press, company, view, get }) => {
      const { giftId, path } = await begin();
      await press(path, company.token({ ends: 'processing' }));
      assert.equal((await view(giftId)).stateForPeople, 'checking');
      assert.equal(wayOf(await get(path)), returnPath(giftId));
    }));
});

describe('a press that comes twice, late or from elsewhere', () => {
  it('is one payment and one answer when the same form is sent twice at once', () =>
    inPayPageWorld(async ({ begin, press, company, view }) => {
      const { giftId, path } = await begin();
      const token = company.token();
      const answers = await Promise.all([
        press(path, token),
        press(path, token),
        press(path, token),
      ]);
      for (const answer of answers) assert.equal(wayOf(answer), returnPath(giftId));
      assert.equal(company.calls.filter((call) => call.startsWith('confirm')).length, 1);
      assert.equal(company.captured('EUR'), 500n);
      assert.equal((await view(giftId)).state, 'settled');
    }));

  it('asks the bank once, and counts one try, when a card that is declined is sent twice at once', () =>
    inPayPageWorld(async ({ begin, press, company }) => {
      const { giftId, path } = await begin();
      const token = company.token({ ends: 'declines' });
      const answers = await Promise.all([press(path, token), press(path, token)]);
      for (const answer of answers) assert.equal(wayOf(answer), returnPath(giftId));
      assert.equal(company.calls.filter((call) => call.startsWith('confirm')).length, 1);
    }));

  it('is one payment from two tabs with a card each', () =>
    inPayPageWorld(async ({ begin, press, company, view }) => {
      const { giftId, path } = await begin();
      const answers = await Promise.all([
        press(path, company.token()),
        press(path, company.token()),
      ]);
      for (const answer of answers) assert.equal(wayOf(answer), returnPath(giftId));
      assert.equal(company.captured('EUR'), 500n);
      assert.equal((await view(giftId)).state, 'settled');
    }));

  it('leads to the gift after it was paid, by the back button, again and again', () =>
    inPayPageWorld(async ({ begin, get, press, company }) => {
      const { giftId, path } = await begin();
      const token = company.token();
      await press(path, token);
      const { length } = company.calls;
      assert.equal(wayOf(await get(path)), returnPath(giftId));
      assert.equal(wayOf(await press(path, token)), returnPath(giftId));
      assert.equal(wayOf(await press(path, company.token())), returnPath(giftId));
      assert.equal(company.calls.length, length, 'the company hears nothing more');
    }));

  it('wants the card anew when its token was used for another gift', () =>
    inPayPageWorld(async ({ begin, press, company, view }) => {
      const first = await begin();
      const second = await begin();
      const token = company.token();
      await press(first.path, token);
      const response = await press(second.path, token);
      assert.equal(response.status, 422);
      assert.match(
        await response.text(),
        /<title>Error: Page<\/title>.*Nothing was charged by this/s,
      );
      assert.equal((await view(second.giftId)).stateForPeople, 'waiting', 'and it is not in doubt');
      await press(second.path, company.token());
      assert.equal((await view(second.giftId)).stateForPeople, 'paid');
      assert.equal(company.captured('EUR'), 1000n);
    }));

  it('takes nothing that is no token', () =>
    inPayPageWorld(async ({ begin, press, company }) => {
      const { path } = await begin();
      const token = fc.oneof(
        fc.string({ unit: 'binary' }).map((text) => `-${text}`),
        fc.constantFrom('', 'ctoken_', 'pm_1', 'ctoken_../x', `ctoken_${'a'.repeat(300)}`, '🙂'),
      );
      await fc.assert(
        fc.asyncProperty(token, async (text) => {
          assert.equal((await press(path, text)).status, 422);
        }),
        { numRuns: 30 },
      );
      assert.deepEqual(company.calls, []);
    }));

  it('wants the card anew for a token that the company does not know', () =>
    inPayPageWorld(async ({ begin, press, company }) => {
      const { path } = await begin();
      assert.equal((await press(path, 'ctoken_unknown')).status, 422);
      assert.ok(company.calls.every((call) => call === 'country'));
    }));

  it('refuses bodies that are no form of ours', () =>
    inPayPageWorld(async ({ begin, routes, company }) => {
      const { path } = await begin();
      const json = { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } };
      const large = { method: 'POST', body: new URLSearchParams({ token: 'x'.repeat(20_000) }) };
      routes.onError((error) => new Response(error.message, { status: 400 }));
      assert.match(await (await routes.request(path, json)).text(), /^BAD_REQUEST/);
      assert.match(await (await routes.request(path, large)).text(), /^BODY_TOO_LARGE/);
      assert.deepEqual(company.calls, []);
    }));

  it('finds nothing to pay after a day on which nobody paid', () =>
    inPayPageWorld(async ({ begin, get, press, company, liveUntil, view }) => {
      const { giftId, path } = await begin();
      await liveUntil('2026-02-03T12:00:00Z');
      assert.equal((await view(giftId)).state, 'abandoned');
      assert.equal(wayOf(await get(path)), returnPath(giftId));
      assert.equal(wayOf(await press(path, company.token())), returnPath(giftId));
      assert.equal(company.payments.size, 0);
    }));
});
