/** The page on which a person plays the bank: in three languages, by buttons, and closed to other sites. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { money } from '../../../money/index.ts';
import { TestBank } from './testing/test-bank.ts';
import { moneyWords } from './words/money.ts';

let bank: TestBank;
before(async () => {
  bank = await TestBank.start();
});
after(() => bank.stop());

async function page(language: string): Promise<string> {
  const headers = { 'accept-language': language };
  return await (await fetch(`${bank.origin}/money`, { headers })).text();
}

test('every button is there in each language, and does what it says', async () => {
  await bank.pay('pays', { money: money(1000n, 'EUR') });
  const [charge] = await bank.charges();
  assert.ok(charge !== undefined);
  for (const language of ['en', 'ru', 'ar']) {
    const words = moneyWords(language);
    const html = await page(language);
    assert.match(html, new RegExp(`<html lang="${language}"`));
    for (const word of [words.title, words.payOut, words.disputeAll, words.giveBackHalf]) {
      assert.ok(html.includes(word), word);
    }
  }
  const press = (fields: Record<string, string>) => bank.submit('/money', fields);
  assert.equal((await press({ act: 'give_back-half', charge: charge.id })).location, '/money');
  assert.equal((await press({ act: 'dispute-half', charge: charge.id })).status, 303);
  assert.equal((await press({ act: 'dispute-all', charge: charge.id })).status, 303);
  const { refunded, disputes_open } = await bank.balance('EUR');
  assert.deepEqual([refunded, disputes_open], ['500', '500']);
  const ids = [...(await page('en')).matchAll(/name="dispute" value="(dp_[0-9a-f]+)"/g)];
  assert.equal(ids.length, 2);
  await press({ act: 'won', dispute: ids[0]?.[1] ?? '' });
  await press({ act: 'lost', dispute: ids[1]?.[1] ?? '' });
  const decided = await bank.balance('EUR');
  assert.deepEqual([decided.disputes_open, decided.disputes_lost], ['0', '250']);
  assert.doesNotMatch(await page('en'), /name="dispute"/);
});

test('what cannot be done says why and changes nothing', async () => {
  const before = await bank.balance('EUR');
  const refused = await bank.submit('/money', { act: 'pay_out' });
  assert.equal(refused.status, 422);
  assert.match(refused.html, /Nothing can be paid out now/);
  const unknown = await bank.submit('/money', { act: 'dispute-all', charge: 'ch_none' });
  assert.match(unknown.html, /There is no such charge/);
  const strange = await bank.submit('/money', { act: 'rob-all', charge: 'ch_none' });
  assert.match(strange.html, /could not be read/);
  assert.equal(await bank.act({ do: 'decide', dispute: 'dp_none', as: 'won' }), 'dispute_unknown');
  assert.equal(await bank.act({ do: 'pay_out', to: 'me' }), 'invalid_request');
  assert.deepEqual(await bank.balance('EUR'), before);
});

test('a page of another site can order nothing', async () => {
  const answer = await fetch(`${bank.origin}/money`, {
    method: 'POST',
    headers: { 'sec-fetch-site': 'cross-site' },
    body: new URLSearchParams({ act: 'pay_out' }),
  });
  assert.equal(answer.status, 403);
});
