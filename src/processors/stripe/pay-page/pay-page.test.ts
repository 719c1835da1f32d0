import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { PlainDate } from '../../../calendar/index.ts';
import { money } from '../../../money/index.ts';
import { TRIES_MAX } from './presses.ts';
import { type PayPageWorld, payPageWorld } from './testing/pay-page-world.ts';

async function inWorld(
  test: (world: PayPageWorld) => Promise<void>,
  settings: Parameters<typeof payPageWorld>[0] = {},
): Promise<void> {
  const world = await payPageWorld(settings);
  try {
    await test(world);
  } finally {
    await world.close();
  }
}

function wayOf(response: Response): string {
  assert.equal(response.status, 303);
  assert.equal(response.headers.get('cache-control'), 'no-store');
  const { pathname } = new URL(response.headers.get('location') ?? '');
  return pathname;
}

const returned = (giftId: string): string => `/support/return/${giftId}`;
const onlyCountries = (calls: readonly string[]): boolean =>
  calls.every((call) => call === 'country');

describe('opening the pay page', () => {
  it('makes nothing anywhere, and says what is paid under a neutral title', () =>
    inWorld(async ({ begin, get, company, view }) => {
      const { giftId, path } = await begin();
      const response = await get(path);
      const text = await response.text();
      assert.equal(response.status, 200);
      assert.match(text, /<title>Page<\/title>/);
      assert.match(text, /You give €5, once\./);
      assert.deepEqual(company.calls, []);
      assert.equal(company.payments.size, 0);
      assert.equal((await view(giftId)).stateForPeople, 'waiting');
    }));

  it('may load the company’s script, is never kept, and names nobody where it leads', () =>
    inWorld(async ({ begin, get }) => {
      const { headers } = await get((await begin()).path);
      assert.match(
        headers.get('content-security-policy') ?? '',
        /script-src 'self' https:\/\/js\.stripe\.com/,
      );
      assert.match(headers.get('content-security-policy') ?? '', /form-action 'self';/);
      assert.equal(headers.get('cache-control'), 'no-store');
      assert.equal(headers.get('referrer-policy'), 'no-referrer');
      assert.match(headers.get('permissions-policy') ?? '', /payment=\(\)/);
    }));

  it('holds, as sent, what is true without script, and a way back with what was chosen', () =>
    inWorld(async ({ begin, get }) => {
      const { giftId, path } = await begin();
      const text = await (await get(path)).text();
      assert.match(text, /<section id="instead"[^>]*>/);
      assert.match(text, /<form id="card"[^>]* hidden>/);
      assert.match(text, /<button id="pay"[^>]* disabled>/);
      assert.match(text, /did not run it\. Nothing was charged\./);
      const back = /<section id="instead".*?href="([^"]+)"/s.exec(text)?.[1] ?? '';
      const address = new URL(back.replaceAll('&amp;', '&'));
      assert.equal(address.pathname, '/support');
      assert.equal(address.searchParams.get('gift'), giftId);
      assert.equal(address.searchParams.get('amount'), '500');
    }));

  it('tells its script the amount as the company counts it, and of the supporter nothing', () =>
    inWorld(
      async ({ begin, get }) => {
        const cases = [
          { minor: 500n, currency: 'EUR', amount: 500 },
          { minor: 700n, currency: 'JPY', amount: 700 },
          { minor: 1200n, currency: 'USD', amount: 1200 },
        ] as const;
        for (const { minor, currency, amount } of cases) {
          const { path } = await begin({ money: money(minor, currency), interval: 'month' });
          const text = await (await get(path)).text();
          const facts = /data-card="([^"]+)"/.exec(text)?.[1] ?? '';
          const told: unknown = JSON.parse(
            facts.replaceAll('&quot;', '"').replaceAll('&#39;', "'"),
          );
          assert.ok(typeof told === 'object' && told !== null);
          const { words: _, ...rest } = { words: null, ...told };
          assert.deepEqual(rest, {
            key: 'pk_test_0123456789',
            locale: 'en',
            amount,
            currency: currency.toLowerCase(),
            repeats: true,
          });
        }
      },
      { limits: () => ({ minimum: 100n, maximum: 1_000_000n }) },
    ));

  it('speaks the language of the gift, in its direction', () =>
    inWorld(async ({ begin, get }) => {
      for (const [language, words, dir] of [
        ['ru', /Вы жертвуете/, 'ltr'],
        ['ar', /تتبرع بمبلغ \u2068/, 'rtl'],
        ['uk', /You give/, 'ltr'],
      ] as const) {
        const text = await (await get((await begin({ language })).path)).text();
        assert.match(text, words);
        assert.match(text, new RegExp(`class="card-fields" dir="${dir}"`));
      }
    }));

  it('says of a promise that more follows, and how it is stopped', () =>
    inWorld(async ({ begin, get }) => {
      for (const interval of ['month', 'year'] as const) {
        const text = await (await get((await begin({ interval })).path)).text();
        assert.match(
          text,
          /Today €5 is charged\. Later charges.*stop at any time, without a pass/s,
        );
      }
    }));

  it('is a plain 404 with ways on where there is no such attempt', () =>
    inWorld(async ({ get, press, company }) => {
      for (const id of ['019abc00-0000-7000-8000-000000000001', 'x', '%00', "'; drop table"]) {
        for (const response of [
          await get(`/pay/stripe-1/${encodeURIComponent(id)}`, { 'accept-language': 'ru-RU,en' }),
          await press(`/pay/stripe-1/${encodeURIComponent(id)}`, company.token()),
        ]) {
          assert.equal(response.status, 404, id);
          const text = await response.text();
          assert.match(text, /href="\/support\?language=(?:ru|en)"/);
          assert.doesNotMatch(
            response.headers.get('content-security-policy') ?? '',
            /stripe/,
            'a page without fields lets nobody in',
          );
        }
      }
      assert.deepEqual(company.calls, []);
    }));

  it('asks the company first where an earlier press made something, and leads on when that was paid', () =>
    inWorld(async ({ begin, get, press, company, view }) => {
      const { giftId, path, attemptId } = await begin();
      await press(path, company.token({ ends: 'asks-bank' }));
      const { objectRef } = company.ofAttempt(attemptId);
      assert.equal(
        (await get(path)).status,
        200,
        'the bank still waits: another card may be typed',
      );
      company.confirmAtBank(objectRef);
      assert.equal(wayOf(await get(path)), returned(giftId));
      assert.equal((await view(giftId)).stateForPeople, 'paid');
    }));

  it('shows the fields when the company does not answer that', () =>
    inWorld(async ({ begin, get, press, company }) => {
      const { path } = await begin();
      await press(path, company.token({ ends: 'declines' }));
      company.lookUpsLost = 1;
      assert.equal((await get(path)).status, 200);
    }));
});

describe('a press of the button', () => {
  it('looks at the country, makes the payment, then asks the bank, and leads to the gift', () =>
    inWorld(async ({ begin, press, company, view }) => {
      const { giftId, path, attemptId } = await begin();
      assert.equal(wayOf(await press(path, company.token())), returned(giftId));
      const { objectRef } = company.ofAttempt(attemptId);
      assert.deepEqual(company.calls, ['country', `open ${attemptId}`, `confirm ${objectRef}`]);
      assert.equal((await view(giftId)).stateForPeople, 'paid');
      assert.equal(company.captured('EUR'), 500n);
    }));

  it('keeps the card of a promise for its later gifts', () =>
    inWorld(async ({ begin, press, company, view, giving }) => {
      const { giftId, path } = await begin({ interval: 'month' });
      await press(path, company.token());
      const { pledge } = await view(giftId);
      const stored = await giving.pledgeView(pledge?.pledgeId ?? '');
      assert.deepEqual([stored?.state, stored?.method], ['active', 'usable']);
      assert.ok(PlainDate.compare(stored?.nextDates[0] ?? '2000-01-01', '2026-02-01') > 0);
    }));

  for (const country of ['XA', 'XB', null]) {
    it(`refuses a card of ${country ?? 'no known country'} before anything is made`, () =>
      inWorld(async ({ begin, press, company, view, db }) => {
        const { giftId, path, attemptId } = await begin();
        assert.equal(wayOf(await press(path, company.token({ country }))), returned(giftId));
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
    inWorld(
      async ({ begin, press, company, view }) => {
        const { giftId, path } = await begin();
        await press(path, company.token({ country: null }));
        assert.equal((await view(giftId)).stateForPeople, 'paid');
      },
      { refusedCountries: () => [] },
    ));

  it('refuses such a card after a decline of another one, and charges neither', () =>
    inWorld(async ({ begin, press, company, view }) => {
      const { giftId, path } = await begin();
      await press(path, company.token({ ends: 'declines' }));
      await press(path, company.token({ country: 'XA' }));
      assert.equal((await view(giftId)).stateForPeople, 'refused-country');
      assert.equal(company.calls.filter((call) => call.startsWith('confirm')).length, 1);
      assert.equal(company.captured('EUR'), 0n);
    }));

  it('leads a supporter whose card was declined back here, for another card on the same payment', () =>
    inWorld(async ({ begin, get, press, company, view }) => {
      const { giftId, path } = await begin();
      assert.equal(wayOf(await press(path, company.token({ ends: 'declines' }))), returned(giftId));
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
    inWorld(async ({ begin, press, company, view, giving }) => {
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
    inWorld(async ({ begin, press, company, view, get }) => {
      const { giftId, path } = await begin();
      await press(path, company.token({ ends: 'processing' }));
      assert.equal((await view(giftId)).stateForPeople, 'checking');
      assert.equal(wayOf(await get(path)), returned(giftId));
    }));
});

describe('a press that comes twice, late or from elsewhere', () => {
  it('is one payment and one answer when the same form is sent twice at once', () =>
    inWorld(async ({ begin, press, company, view }) => {
      const { giftId, path } = await begin();
      const token = company.token();
      const answers = await Promise.all([
        press(path, token),
        press(path, token),
        press(path, token),
      ]);
      for (const answer of answers) assert.equal(wayOf(answer), returned(giftId));
      assert.equal(company.calls.filter((call) => call.startsWith('confirm')).length, 1);
      assert.equal(company.captured('EUR'), 500n);
      assert.equal((await view(giftId)).state, 'settled');
    }));

  it('asks the bank once, and counts one try, when a card that is declined is sent twice at once', () =>
    inWorld(async ({ begin, press, company }) => {
      const { giftId, path } = await begin();
      const token = company.token({ ends: 'declines' });
      const answers = await Promise.all([press(path, token), press(path, token)]);
      for (const answer of answers) assert.equal(wayOf(answer), returned(giftId));
      assert.equal(company.calls.filter((call) => call.startsWith('confirm')).length, 1);
    }));

  it('is one payment from two tabs with a card each', () =>
    inWorld(async ({ begin, press, company, view }) => {
      const { giftId, path } = await begin();
      const answers = await Promise.all([
        press(path, company.token()),
        press(path, company.token()),
      ]);
      for (const answer of answers) assert.equal(wayOf(answer), returned(giftId));
      assert.equal(company.captured('EUR'), 500n);
      assert.equal((await view(giftId)).state, 'settled');
    }));

  it('leads to the gift after it was paid, by the back button, again and again', () =>
    inWorld(async ({ begin, get, press, company }) => {
      const { giftId, path } = await begin();
      const token = company.token();
      await press(path, token);
      const { length } = company.calls;
      assert.equal(wayOf(await get(path)), returned(giftId));
      assert.equal(wayOf(await press(path, token)), returned(giftId));
      assert.equal(wayOf(await press(path, company.token())), returned(giftId));
      assert.equal(company.calls.length, length, 'the company hears nothing more');
    }));

  it('wants the card anew when its token was used for another gift', () =>
    inWorld(async ({ begin, press, company, view }) => {
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
    inWorld(async ({ begin, press, company }) => {
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
    inWorld(async ({ begin, press, company }) => {
      const { path } = await begin();
      assert.equal((await press(path, 'ctoken_unknown')).status, 422);
      assert.ok(onlyCountries(company.calls));
    }));

  it('refuses bodies that are no form of ours', () =>
    inWorld(async ({ begin, routes, company }) => {
      const { path } = await begin();
      const json = { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } };
      const large = { method: 'POST', body: new URLSearchParams({ token: 'x'.repeat(20_000) }) };
      routes.onError((error) => new Response(error.message, { status: 400 }));
      assert.match(await (await routes.request(path, json)).text(), /^BAD_REQUEST/);
      assert.match(await (await routes.request(path, large)).text(), /^BODY_TOO_LARGE/);
      assert.deepEqual(company.calls, []);
    }));

  it('finds nothing to pay after a day on which nobody paid', () =>
    inWorld(async ({ begin, get, press, company, liveUntil, view }) => {
      const { giftId, path } = await begin();
      await liveUntil('2026-02-03T12:00:00Z');
      assert.equal((await view(giftId)).state, 'abandoned');
      assert.equal(wayOf(await get(path)), returned(giftId));
      assert.equal(wayOf(await press(path, company.token())), returned(giftId));
      assert.equal(company.payments.size, 0);
    }));
});

describe('what changes while somebody is on the page', () => {
  it('is not charged once another gift took its place', () =>
    inWorld(async ({ begin, press, company, giving, intent }) => {
      const { giftId, path } = await begin();
      const replaced = await giving.replaceGift({ oldGiftId: giftId, intent: intent() });
      assert.equal(replaced.kind, 'go');
      assert.equal(wayOf(await press(path, company.token())), returned(giftId));
      assert.deepEqual(company.calls, []);
    }));

  const listed = { countries: ['XA'] };
  const listing = { refusedCountries: () => listed.countries };

  it('goes back to the form once a country was listed, and the next page refuses it', () =>
    inWorld(async ({ begin, get, press, company, view }) => {
      listed.countries = ['XA'];
      const { giftId, path } = await begin();
      listed.countries = ['XA', 'DE'];
      assert.equal(wayOf(await press(path, company.token())), '/support');
      assert.deepEqual(company.calls, []);
      const next = await begin({ giftId });
      assert.notEqual(next.path, path);
      assert.equal(wayOf(await get(path)), returned(giftId));
      await press(next.path, company.token());
      assert.equal((await view(giftId)).stateForPeople, 'refused-country');
      assert.equal(company.payments.size, 0);
    }, listing));

  it('is not charged when its country is listed between making and confirming', () =>
    inWorld(async ({ begin, press, company }) => {
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
    inWorld(async ({ begin, press, company, view, giving }) => {
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
    inWorld(async ({ begin, press, company, view }) => {
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
      inWorld(async ({ begin, press, company, view }) => {
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
    inWorld(async ({ begin, press, company, db }) => {
      const { path, attemptId } = await begin();
      company.faults.push('refused');
      const response = await press(path, company.token());
      assert.equal(response.status, 502);
      assert.match(await response.text(), /Nothing was charged\. This is a mistake of ours/);
      const alarms = await db.selectFrom('alarm').select(['kind', 'ref']).execute();
      assert.deepEqual(alarms, [{ kind: 'our-bug', ref: attemptId }]);
    }));

  it('tells the newsroom of a confirmation that the company calls invalid', () =>
    inWorld(async ({ begin, press, company, db }) => {
      const { path } = await begin();
      company.confirmLosses.push('refused');
      assert.equal((await press(path, company.token())).status, 502);
      const alarms = await db.selectFrom('alarm').select('kind').execute();
      assert.deepEqual(alarms, [{ kind: 'our-bug' }]);
    }));

  it('never says that nothing was charged once a bank may have heard, and finds out', () =>
    inWorld(async ({ begin, press, company, view, giving }) => {
      const { giftId, path } = await begin();
      company.confirmLosses.push('lost-after');
      assert.equal(wayOf(await press(path, company.token())), returned(giftId));
      assert.equal((await view(giftId)).stateForPeople, 'checking');
      assert.equal((await giving.askProcessor(giftId))?.stateForPeople, 'paid');
      assert.equal(company.captured('EUR'), 500n);
    }));

  it('knows the payment by its own reference before a bank is asked', () =>
    inWorld(async ({ begin, press, company, db }) => {
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
    inWorld(async ({ begin, press, company, view, giving }) => {
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
    inWorld(async ({ begin, press, company, view }) => {
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
    inWorld(async ({ begin, press, company, view }) => {
      const { giftId, path } = await begin();
      for (let n = 0; n < TRIES_MAX + 1; n += 1) await press(path, 'no token');
      await press(path, company.token());
      assert.equal((await view(giftId)).stateForPeople, 'paid');
    }));
});
