import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TRIES_MAX } from './presses.ts';
import { inPayPageWorld, returnPath, wayOf } from './testing/pay-page-world.ts';

describe('what changes while somebody is on the page', () => {
  it('is not charged once another gift took its place', () =>
    inPayPageWorld(async ({ begin, press, company, giving, intent }) => {
      const { giftId, path } = await begin();
      const replaced = await giving.replaceGift({ oldGiftId: giftId, intent: intent() });
      assert.equal(replaced.kind, 'go');
      assert.equal(wayOf(await press(path, company.token())), returnPath(giftId));
      assert.deepEqual(company.calls, []);
    }));

  const listed = { countries: ['XA'] };
  const listing = { refusedCountries: () => listed.countries };

  it('goes back to the form once a country was listed, and the next page refuses it', () =>
    inPayPageWorld(async ({ begin, get, press, company, view }) => {
      listed.countries = ['XA'];
      const { giftId, path } = await begin();
      listed.countries = ['XA', 'DE'];
      assert.equal(wayOf(await press(path, company.token())), '/support');
      assert.deepEqual(company.calls, []);
      const next = await begin({ giftId });
      assert.notEqual(next.path, path);
      assert.equal(wayOf(await get(path)), returnPath(giftId));
      await press(next.path, company.token());
      assert.equal((await view(giftId)).stateForPeople, 'refused-country');
      assert.equal(company.payments.size, 0);
    }, listing));

  it('is not charged when its country is listed between making and confirming', () =>
    inPayPageWorld(async ({ begin, press, company }) => {
      listed.countries = ['XA'];
      const { path, attemptId } = await begin();
      company.duringMake = async () => {
        listed.countries = ['XA', 'DE'];
      };
      assert.equal(wayOf(await press(path, company.token())), '/support');
      assert.ok(company.calls.every((call) => !call.startsWith('confirm')));
      assert.equal(company.ofAttempt(attemptId).evidence.state, 'expired', 'it was closed there');
      assert.equal(company.captured('EUR'), 0n);
    }, listing));

  it('is not charged when its pledge is stopped between making and confirming', () =>
    inPayPageWorld(async ({ begin, press, company, view, giving }) => {
      const { giftId, path } = await begin({ interval: 'month' });
      const pledgeId = (await view(giftId)).pledge?.pledgeId ?? '';
      company.duringMake = async () => {
        assert.equal((await giving.cancelPledge(pledgeId)).kind, 'cancelled');
      };
      await press(path, company.token());
      assert.equal(company.captured('EUR'), 0n);
      assert.ok(company.calls.every((call) => !call.startsWith('confirm')));
    }));
});

describe('answers that get lost', () => {
  it('charges nothing and says so when the country is not heard', () =>
    inPayPageWorld(async ({ begin, press, company, view }) => {
      const { giftId, path } = await begin();
      company.countryLosses.push('lost-before');
      const response = await press(path, company.token());
      assert.equal(response.status, 503);
      assert.match(await response.text(), /did not answer\. Nothing was charged by this try/);
      assert.equal((await view(giftId)).stateForPeople, 'waiting');
      assert.equal(company.payments.size, 0);
    }));

  for (const loss of ['lost-before', 'lost-after'] as const) {
    it(`makes the same payment at the next press when the first answer is ${loss}`, () =>
      inPayPageWorld(async ({ begin, press, company, view }) => {
        const { giftId, path } = await begin();
        company.faults.push(loss);
        assert.equal((await press(path, company.token())).status, 503);
        assert.equal((await view(giftId)).stateForPeople, 'checking', 'the company may know of it');
        await press(path, company.token());
        assert.equal((await view(giftId)).stateForPeople, 'paid');
        assert.equal(company.payments.size, 1);
      }));
  }

  it('tells the newsroom of an order that the company calls invalid', () =>
    inPayPageWorld(async ({ begin, press, company, db }) => {
      const { path, attemptId } = await begin();
      company.faults.push('refused');
      const response = await press(path, company.token());
      assert.equal(response.status, 502);
      assert.match(await response.text(), /Nothing was charged\. This is a mistake of ours/);
      const alarms = await db.selectFrom('alarm').select(['kind', 'ref']).execute();
      assert.deepEqual(alarms, [{ kind: 'our-bug', ref: attemptId }]);
    }));

  it('tells the newsroom of a confirmation that the company calls invalid', () =>
    inPayPageWorld(async ({ begin, press, company, db }) => {
      const { path } = await begin();
      company.confirmLosses.push('refused');
      assert.equal((await press(path, company.token())).status, 502);
      const alarms = await db.selectFrom('alarm').select('kind').execute();
      assert.deepEqual(alarms, [{ kind: 'our-bug' }]);
    }));

  it('never says that nothing was charged once a bank may have heard, and finds out', () =>
    inPayPageWorld(async ({ begin, press, company, view, giving }) => {
      const { giftId, path } = await begin();
      company.confirmLosses.push('lost-after');
      assert.equal(wayOf(await press(path, company.token())), returnPath(giftId));
      assert.equal((await view(giftId)).stateForPeople, 'checking');
      assert.equal((await giving.askProcessor(giftId))?.stateForPeople, 'paid');
      assert.equal(company.captured('EUR'), 500n);
    }));

  it('knows the payment by its own reference before a bank is asked', () =>
    inPayPageWorld(async ({ begin, press, company, db }) => {
      const { path, attemptId } = await begin();
      company.confirmLosses.push('lost-before');
      await press(path, company.token());
      const row = await db
        .selectFrom('attempt')
        .select(['object_ref', 'state', 'heard'])
        .where('id', '=', attemptId)
        .executeTakeFirstOrThrow();
      const { objectRef } = company.ofAttempt(attemptId);
      assert.deepEqual(row, { object_ref: objectRef, state: 'sent', heard: null });
    }));

  it('can be paid again after a confirmation that never arrived', () =>
    inPayPageWorld(async ({ begin, press, company, view, giving }) => {
      const { giftId, path } = await begin();
      company.confirmLosses.push('lost-before');
      await press(path, company.token());
      assert.equal((await view(giftId)).stateForPeople, 'checking');
      assert.equal((await giving.askProcessor(giftId))?.stateForPeople, 'waiting');
      await press(path, company.token());
      assert.equal((await view(giftId)).stateForPeople, 'paid');
      assert.equal(company.captured('EUR'), 500n);
    }));
});

describe('one card after the other', () => {
  it('ends after some tries, on this page alone', () =>
    inPayPageWorld(async ({ begin, press, company, view }) => {
      const tested = await begin();
      for (let n = 0; n < TRIES_MAX; n += 1) {
        assert.equal((await press(tested.path, company.token({ ends: 'declines' }))).status, 303);
      }
      const response = await press(tested.path, company.token());
      assert.equal(response.status, 429);
      assert.match(await response.text(), /takes no more tries/);
      assert.equal(company.captured('EUR'), 0n);
      const other = await begin();
      await press(other.path, company.token());
      assert.equal((await view(other.giftId)).stateForPeople, 'paid');
    }));

  it('does not count tries that reached no bank', () =>
    inPayPageWorld(async ({ begin, press, company, view }) => {
      const { giftId, path } = await begin();
      for (let n = 0; n < TRIES_MAX + 1; n += 1) await press(path, 'no token');
      await press(path, company.token());
      assert.equal((await view(giftId)).stateForPeople, 'paid');
    }));
});
