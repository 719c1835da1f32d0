/**
 * For tests on the fake over HTTP: keeps every call with its answer, and holds both against Stripe's published description
 * when the file ends.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Exchange, FakeStripe } from '../fake/server.ts';
import { Description, descriptionIsThere } from './described.ts';

/** Every call of this file's tests, with its answer. */
const exchanges: Exchange[] = [];

/** To be called after each test, before its fake is closed. */
export function keepExchanges(fake: FakeStripe): void {
  exchanges.push(...fake.exchanges);
}

/** To be called at the end of a file. @param atLeast how many calls its tests make at the least */
export function holdExchangesAgainstDescription(atLeast: number): void {
  test('neither sends nor is answered anything that Stripe does not describe', (t) => {
    if (!descriptionIsThere()) {
      t.skip('Stripe’s published description is not beside this checkout: NOT compared with it');
      return;
    }
    const stripe = new Description();
    assert.ok(exchanges.length >= atLeast, `there is something to compare: ${exchanges.length}`);
    const problems = new Set(
      exchanges.flatMap((exchange) => [
        ...stripe.problemsOf({
          ...exchange,
          params: Object.fromEntries(new URLSearchParams(exchange.body)),
          headers: new Headers(),
        }),
        ...stripe.problemsOfAnswer(exchange),
      ]),
    );
    assert.deepEqual([...problems], []);
    const wrong = exchanges.map(({ json, ...call }) =>
      stripe.problemsOfAnswer({ ...call, json: { ...Object(json), id: 5, object: 'nothing' } }),
    );
    assert.ok(
      wrong.some((found) => found.length > 0),
      'what is wrong is found',
    );
  });
}
