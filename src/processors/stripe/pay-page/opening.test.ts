import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { money } from '../../../money/index.ts';
import { inPayPageWorld, returnPath, wayOf } from './testing/pay-page-world.ts';

describe('opening the pay page', () => {
  it('makes nothing anywhere, and says what is paid under a neutral title', () =>
    inPayPageWorld(async ({ begin, get, company, view }) => {
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
    inPayPageWorld(async ({ begin, get }) => {
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
    inPayPageWorld(async ({ begin, get }) => {
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
    inPayPageWorld(
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
    inPayPageWorld(async ({ begin, get }) => {
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
    inPayPageWorld(async ({ begin, get }) => {
      for (const interval of ['month', 'year'] as const) {
        const text = await (await get((await begin({ interval })).path)).text();
        assert.match(
          text,
          /Today €5 is charged\. Later charges.*stop at any time, without a pass/s,
        );
      }
    }));

  it('is a plain 404 with ways on where there is no such attempt', () =>
    inPayPageWorld(async ({ get, press, company }) => {
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
    inPayPageWorld(async ({ begin, get, press, company, view }) => {
      const { giftId, path, attemptId } = await begin();
      await press(path, company.token({ ends: 'asks-bank' }));
      const { objectRef } = company.ofAttempt(attemptId);
      assert.equal(
        (await get(path)).status,
        200,
        'the bank still waits: another card may be typed',
      );
      company.confirmAtBank(objectRef);
      assert.equal(wayOf(await get(path)), returnPath(giftId));
      assert.equal((await view(giftId)).stateForPeople, 'paid');
    }));

  it('shows the fields when the company does not answer that', () =>
    inPayPageWorld(async ({ begin, get, press, company }) => {
      const { path } = await begin();
      await press(path, company.token({ ends: 'declines' }));
      company.lookUpsLost = 1;
      assert.equal((await get(path)).status, 200);
    }));
});
