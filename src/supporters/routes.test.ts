import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { testDatabase } from '../database/testing/test-database.ts';
import type { PledgeView } from '../giving/index.ts';
import { INTERFACE_LANGUAGES } from '../language/index.ts';
import { FORM_BYTES_LIMIT } from '../page/index.ts';
import { formatSupporterNumber, makeSupporterNumber } from './supporter-number.ts';
import {
  NEWSROOM_NAME,
  type SupportersHouse,
  supportersHouse,
} from './testing/supporters-house.ts';

const t = await testDatabase();
after(() => t.close());

const UNKNOWN_PLEDGE = '019abc00-0000-7000-8000-ffffffffffff';
const ALL_POSTS = [
  '/manage',
  '/manage/amount',
  '/manage/when',
  '/manage/pay',
  '/manage/pause',
  '/manage/resume',
  '/manage/stop',
  '/manage/forget',
  '/manage/number.txt',
  '/stop',
  '/forget',
] as const;
const PLEDGE_POSTS = [
  '/manage/amount',
  '/manage/when',
  '/manage/pay',
  '/manage/pause',
  '/manage/resume',
  '/manage/stop',
] as const;

/** A number of the right writing that means nobody. */
function strangersNumber(house: SupportersHouse): string {
  return formatSupporterNumber(makeSupporterNumber(house.random));
}

/** The text of a page as a person reads it. */
async function textOf(response: Response): Promise<string> {
  const page = await response.text();
  return page
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ');
}

/** The buttons of a page: what tapping each would send, and where. */
function buttonsOf(
  page: string,
): { label: string; action: string; fields: Record<string, string> }[] {
  const buttons: { label: string; action: string; fields: Record<string, string> }[] = [];
  for (const [, attributes = '', inside = ''] of page.matchAll(/<form([^>]*)>(.*?)<\/form>/gs)) {
    const fields: Record<string, string> = {};
    for (const [, name = '', value = ''] of inside.matchAll(
      /<input type="hidden" name="([^"]*)" value="([^"]*)"/g,
    )) {
      fields[name] = value;
    }
    for (const [, its = '', label = ''] of inside.matchAll(/<button([^>]*)>(.*?)<\/button>/gs)) {
      const own = /name="([^"]*)" value="([^"]*)"/.exec(its);
      buttons.push({
        label: label.replace(/<[^>]+>/g, ''),
        action:
          /formaction="([^"]*)"/.exec(its)?.[1] ?? /action="([^"]*)"/.exec(attributes)?.[1] ?? '',
        fields: own === null ? fields : { ...fields, [own[1] ?? '']: own[2] ?? '' },
      });
    }
  }
  return buttons;
}

/** Taps the button with this label on a page, and returns the next page. */
async function tap(house: SupportersHouse, page: string, label: string): Promise<Response> {
  const button = buttonsOf(page).find((one) => one.label === label);
  assert.ok(
    button !== undefined,
    `a button "${label}" among ${buttonsOf(page).map((one) => one.label)}`,
  );
  return await house.post(button.action, button.fields);
}

test('each form opens in every language, neutral and private', async () => {
  const house = supportersHouse(t.db);
  for (const path of ['/manage', '/stop', '/forget']) {
    for (const language of INTERFACE_LANGUAGES) {
      const response = await house.get(`${path}?language=${language}`);
      assert.equal(response.status, 200);
      const page = house.pages.at(-1);
      assert.equal(page?.kind, 'private');
      assert.equal(page?.language, language);
      assert.ok(['Page', 'Страница', 'صفحة'].includes(page?.title ?? ''));
      const body = String(page?.body);
      assert.ok(!body.includes(NEWSROOM_NAME));
      assert.match(body, /<form method="post"/);
      assert.match(body, /<label for="number">/);
    }
  }
});

test('a right number shows the pledge, its dates, what can be done at equal size, and the gifts', async () => {
  const house = supportersHouse(t.db);
  const { number, pledgeId } = await house.withNumber();
  const response = await house.post('/manage', {
    number: number.toLowerCase().replaceAll('-', ' '),
  });
  assert.equal(response.status, 200);
  const page = await response.text();
  for (const words of [
    '$5 a month',
    'Running',
    '25 December 2026, 25 January 2027, 25 February 2027',
    '25 November 2026',
    'Received',
    'REF-',
  ]) {
    assert.ok(page.includes(words), words);
  }
  const [actions, others] = partition(buttonsOf(page));
  assert.deepEqual(
    others.map(({ label }) => label),
    ['Undo'],
    'beside the gift',
  );
  assert.deepEqual(
    actions.map(({ label }) => label),
    [
      'Change the amount',
      'Change the day or how often',
      'Change how you pay',
      'Pause',
      'Stop my pledge',
      'Forget me',
    ],
  );
  assert.ok(actions.every(({ fields }) => fields.pledge === pledgeId && fields.number === number));
  assert.match(page, /<div class="choices equal">(?:<button[^>]*>[^<]*<\/button>){6}<\/div>/);
});

/** What can be done about the pledge, and what about a gift of it. */
function partition(buttons: ReturnType<typeof buttonsOf>) {
  const isOfGift = ({ label }: { readonly label: string }) => label === 'Undo';
  return [buttons.filter((button) => !isOfGift(button)), buttons.filter(isOfGift)] as const;
}

test('the number and the pledge travel in bodies alone: no page puts them into an address', async () => {
  const house = supportersHouse(t.db);
  const one = await house.withNumber();
  for (const path of ALL_POSTS) {
    await house.post(path, { number: one.number, pledge: one.pledgeId, amount: '7', months: '2' });
  }
  assert.ok(house.pages.length >= 8);
  for (const page of house.pages) {
    const body = String(page.body);
    for (const [, address = ''] of body.matchAll(/(?:href|action|formaction|src)="([^"]*)"/g)) {
      assert.match(
        address,
        /^(?:#[a-z-]+|\/(?:manage|stop|forget)(?:\/[a-z]+)?(?:\?language=[a-z]+)?)$/,
      );
    }
    assert.doesNotMatch(body, /<script|method="get"|set-cookie/i);
  }
});

const NEXT_ID = '82d1ca31-2437-5df5-bbac-7437575d1e41';

test('another way to pay: from the number to the page of the next gift, whose address holds its key', async () => {
  const house = supportersHouse(t.db);
  const pledge = { openGiftId: NEXT_ID } as const;
  const { number, pledgeId, supporterId, giftId } = await house.withNumber({ pledge });
  const first = house.giving.gifts.get(giftId);
  assert.ok(first !== undefined);
  house.giving.gifts.set(NEXT_ID, {
    ...first,
    giftId: NEXT_ID,
    pageKey: 'the-key',
    supporterId,
    state: 'due',
    stateForPeople: 'waiting',
    settledAt: null,
  });
  const answer = await house.post('/manage/pay', { number, pledge: pledgeId, language: 'ru' });
  assert.equal(answer.status, 303);
  assert.equal(answer.headers.get('location'), `/thanks/${NEXT_ID}?language=ru&key=the-key`);
  assert.equal(answer.headers.get('cache-control'), 'no-store');
  assert.equal(answer.headers.get('referrer-policy'), 'no-referrer');

  // A pledge with nothing open: its last period is on its way to the next.
  const other = await house.withNumber();
  const none = await house.post('/manage/pay', { number: other.number, pledge: other.pledgeId });
  assert.equal(none.status, 409);
  // Somebody else's pledge is not known under this number.
  const strange = await house.post('/manage/pay', { number: other.number, pledge: pledgeId });
  assert.equal(strange.status, 404);
});

test('a pledge whose company we leave, or were dropped by, says so and how to go on', async () => {
  const house = supportersHouse(t.db);
  const said = async (pledge: Partial<PledgeView>): Promise<string> => {
    const { number } = await house.withNumber({ pledge });
    return await textOf(await house.post('/manage', { number }));
  };
  assert.match(await said({ move: 'wished' }), /We are leaving .* everything goes on as before/);
  assert.match(await said({ move: 'needed' }), /does not work for us any more/);
  assert.doesNotMatch(await said({}), /leaving|does not work/);
  // What cannot be done is not asked for.
  assert.doesNotMatch(await said({ move: 'needed', state: 'paused' }), /does not work/);
});

test('a state allows what it allows: paused resumes, past due does not pause, stopped offers nothing but forgetting', async () => {
  const house = supportersHouse(t.db);
  const expected = {
    paused: [
      'Change the amount',
      'Change the day or how often',
      'Go on again',
      'Stop my pledge',
      'Forget me',
    ],
    past_due: [
      'Change how you pay',
      'Change the amount',
      'Change the day or how often',
      'Stop my pledge',
      'Forget me',
    ],
    awaiting_first: ['Stop my pledge', 'Forget me'],
  } as const;
  for (const state of ['paused', 'past_due', 'awaiting_first'] as const) {
    const { number } = await house.withNumber({ pledge: { state } });
    const page = await (await house.post('/manage', { number })).text();
    assert.deepEqual(
      partition(buttonsOf(page))[0].map(({ label }) => label),
      expected[state],
      state,
    );
  }
  for (const state of ['cancelled', 'lapsed'] as const) {
    const ended = { state, endedAt: house.clock.now(), nextDates: [] };
    const { number } = await house.withNumber({ pledge: ended });
    const page = await (await house.post('/manage', { number })).text();
    assert.deepEqual(
      partition(buttonsOf(page))[0].map(({ label }) => label),
      ['Forget me'],
      state,
    );
    assert.ok(page.includes('No more money will be taken'), state);
  }
  const { number } = await house.withNumber({ pledge: null });
  const page = await (await house.post('/manage', { number })).text();
  assert.ok(page.includes('There is no pledge under this number.'));
  assert.deepEqual(
    partition(buttonsOf(page))[0].map(({ label }) => label),
    ['Forget me'],
  );
});

test('the gift of a coming period is not among the gifts so far', async () => {
  const house = supportersHouse(t.db);
  const { number } = await house.withNumber({ gift: { state: 'due' } });
  const page = await (await house.post('/manage', { number })).text();
  assert.ok(page.includes('No gift has been made yet.'));
});

test('stop in two taps from the overview, with the words of T5', async () => {
  const house = supportersHouse(t.db);
  const { number, pledgeId } = await house.withNumber();
  const overview = await (await house.post('/manage', { number })).text();
  const confirm = await (await tap(house, overview, 'Stop my pledge')).text();
  assert.equal(house.giving.pledges.get(pledgeId)?.state, 'active');
  assert.deepEqual(
    buttonsOf(confirm).map(({ label }) => label),
    ['Stop my pledge', 'Let it run on'],
  );
  assert.doesNotMatch(confirm, /why|reason|textarea|select/i);
  const done = await tap(house, confirm, 'Stop my pledge');
  assert.equal(done.status, 200);
  assert.match(await textOf(done), /Your pledge is stopped\. No more money will be taken\./);
  assert.equal(house.giving.pledges.get(pledgeId)?.state, 'cancelled');
  // A reload of the last page, and the back button.
  const again = await tap(house, confirm, 'Stop my pledge');
  assert.match(await textOf(again), /Your pledge is stopped\. No more money will be taken\./);
});

test('a renewal that was already sent is told before and after the stop', async () => {
  const house = supportersHouse(t.db);
  const { number } = await house.withNumber({ pledge: { renewalInFlight: true } });
  const overview = await (await house.post('/manage', { number })).text();
  const confirm = await (await tap(house, overview, 'Stop my pledge')).text();
  assert.ok(
    confirm.includes(
      'A payment was already sent. It will still go through, and it is the last one.',
    ),
  );
  const done = await textOf(await tap(house, confirm, 'Stop my pledge'));
  assert.ok(done.includes('One payment had already been sent before you stopped.'));
});

test('T6: forget me in two taps; a later visit with the number finds nothing', async () => {
  const house = supportersHouse(t.db);
  const { number, pledgeId } = await house.withNumber();
  const overview = await (await house.post('/manage', { number })).text();
  const confirm = await (await tap(house, overview, 'Forget me')).text();
  assert.equal(house.giving.pledges.get(pledgeId)?.state, 'active');
  const done = await textOf(await tap(house, confirm, 'Forget me'));
  assert.ok(done.includes('Your pledge is stopped. No more money will be taken.'));
  assert.ok(
    done.includes(
      'What we could delete is deleted. The payment company keeps its own record of what was paid. Amounts stay in our books without a name.',
    ),
  );
  const later = await house.post('/manage', { number });
  assert.equal(later.status, 200);
  assert.match(await textOf(later), /Nothing is held under this number\./);
});

test('C8.3: /stop and /forget answer a right and a wrong number with the same page, and act on the right one', async () => {
  const house = supportersHouse(t.db);
  for (const path of ['/stop', '/forget'] as const) {
    const label = path === '/stop' ? 'Stop my pledge' : 'Forget me';
    const right = await house.withNumber();
    const wrong = strangersNumber(house);
    const pages: string[][] = [];
    for (const number of [right.number, wrong]) {
      const first = await house.post(path, { number });
      const second = await tap(house, await first.clone().text(), label);
      assert.equal(first.status, 200);
      assert.equal(second.status, 200);
      pages.push(
        [await first.text(), await second.text()].map((page) => page.replaceAll(number, 'NUMBER')),
      );
    }
    assert.deepEqual(pages[0], pages[1]);
    assert.equal(house.giving.pledges.get(right.pledgeId)?.state, 'cancelled', path);
    assert.match(pages[0]?.[1] ?? '', /If the number is right:/);
  }
});

test('the first step of /stop and /forget looks nothing up and changes nothing', async () => {
  const house = supportersHouse(t.db);
  const { number, pledgeId } = await house.withNumber();
  await house.post('/stop', { number });
  await house.post('/forget', { number, confirm: 'no' });
  assert.deepEqual(house.giving.calls, []);
  assert.equal(house.giving.pledges.get(pledgeId)?.state, 'active');
});

test('a wrong number on /manage has the status of a right one and keeps what was typed', async () => {
  const house = supportersHouse(t.db);
  const number = strangersNumber(house);
  const response = await house.post('/manage', { number: ` ${number.toLowerCase()} ` });
  assert.equal(response.status, 200);
  const page = await response.text();
  assert.ok(page.includes('Nothing is held under this number.'));
  assert.ok(page.includes(`value=" ${number.toLowerCase()} "`));
  assert.ok(page.startsWith('<title>Error: '));
});

test('a number with one wrong character is told as such, everywhere', async () => {
  const house = supportersHouse(t.db);
  const { number } = await house.withNumber();
  const typed = (number.startsWith('Z') ? 'Y' : 'Z') + number.slice(1);
  for (const path of ALL_POSTS) {
    const response = await house.post(path, { number: typed, pledge: UNKNOWN_PLEDGE });
    assert.equal(response.status, 400, path);
    const page = await response.text();
    assert.ok(page.includes('One character of the number seems wrong'), path);
    assert.ok(page.includes(`value="${typed}"`), path);
    assert.match(page, /<div class="error-summary"[^>]*autofocus/);
    assert.match(page, /aria-invalid="true" aria-describedby="number-error number-hint"/);
  }
});

test('change the amount: typed, shown old beside new with its day, confirmed', async () => {
  const house = supportersHouse(t.db);
  const { number, pledgeId } = await house.withNumber();
  const overview = await (await house.post('/manage', { number })).text();
  const form = await (await tap(house, overview, 'Change the amount')).text();
  assert.ok(form.includes('US Dollar (USD)'));
  assert.match(form, /<input type="text" inputmode="decimal" id="amount"/);
  const typed = { number, pledge: pledgeId, amount: ' $7.50 ' };
  const confirm = await (await house.post('/manage/amount', typed)).text();
  for (const words of ['$5 a month', '$7.50 a month', '25 December 2026']) {
    assert.ok(confirm.includes(words), words);
  }
  assert.deepEqual(house.giving.calls, []);
  const done = await textOf(await tap(house, confirm, 'Yes, change it'));
  assert.ok(done.includes('Your pledge is now $7.50 a month.'));
  assert.ok(done.includes('Next date: 25 December 2026.'));
  assert.deepEqual(house.giving.calls, [`amount ${pledgeId} 750`]);
  const again = await textOf(await tap(house, confirm, 'Yes, change it'));
  assert.ok(again.includes('Your pledge is $7.50 a month, as before.'));
});

test('an amount that can be read in two ways is asked, with every reading as a button', async () => {
  const house = supportersHouse(t.db);
  const { number, pledgeId } = await house.withNumber();
  const fields = { number, pledge: pledgeId, amount: '2,500' };
  const response = await house.post('/manage/amount', { ...fields, language: 'ru' });
  const asked = await house.post('/manage/amount', { ...fields, amount: '1.000', language: 'ru' });
  const pages = [await response.text(), await asked.text()];
  const questions = pages.filter((page) => page.includes('Какую сумму вы имели в виду?'));
  assert.ok(questions.length > 0);
  for (const page of questions) {
    const offers = buttonsOf(page).filter(({ fields: sent }) => sent.meant !== undefined);
    assert.ok(offers.length >= 2);
    const picked = offers[0];
    assert.ok(picked !== undefined);
    const next = await house.post(picked.action, picked.fields);
    assert.ok([200, 400].includes(next.status));
  }
  assert.deepEqual(house.giving.calls, []);
});

test('each wrong amount has its own sentence, keeps what was typed and changes nothing', async () => {
  const house = supportersHouse(t.db);
  const { number, pledgeId } = await house.withNumber();
  const wrong: readonly (readonly [Record<string, string>, string])[] = [
    [{ amount: '' }, 'Type the new amount'],
    [{ amount: '   ' }, 'Type the new amount'],
    [{ amount: 'five' }, 'Type the amount as a number'],
    [{ amount: '💛' }, 'Type the amount as a number'],
    [{ amount: '1e3' }, 'Type the amount as a number'],
    [{ amount: '-5' }, 'The amount must be above zero'],
    [{ amount: '5.123456' }, 'more digits after the decimal sign'],
    [{ amount: '1' }, 'The smallest amount is $2'],
    [{ amount: '0' }, 'The smallest amount is $2'],
    [{ amount: '10000000' }, 'The largest amount we can take here is $10,000'],
    [{ amount: '9'.repeat(150) }, 'The largest amount we can take here is $10,000'],
    [{ amount: '5', meant: 'abc' }, 'Type the amount as a number'],
    [{ amount: '5', meant: '-500' }, 'Type the amount as a number'],
    [{ amount: '5', meant: '9'.repeat(40) }, 'Type the amount as a number'],
    [{ amount: '5', meant: '1', confirm: 'yes' }, 'The smallest amount is $2'],
    [{ amount: '5', meant: '999999999999', confirm: 'yes' }, 'The largest amount we can take here'],
  ];
  for (const [fields, sentence] of wrong) {
    const response = await house.post('/manage/amount', { number, pledge: pledgeId, ...fields });
    assert.equal(response.status, 400, JSON.stringify(fields));
    const page = await response.text();
    assert.ok(page.includes(sentence), `${JSON.stringify(fields)}: ${sentence}`);
    assert.ok(page.includes(`value="${fields.amount}"`), JSON.stringify(fields));
    assert.match(page, /<a href="#amount">/);
  }
  assert.deepEqual(house.giving.calls, []);
});

test('pause for one to twelve months and go on again', async () => {
  const house = supportersHouse(t.db);
  const { number, pledgeId } = await house.withNumber();
  const overview = await (await house.post('/manage', { number })).text();
  const form = await (await tap(house, overview, 'Pause')).text();
  assert.deepEqual(
    buttonsOf(form)
      .map(({ fields }) => fields.months)
      .filter((months) => months !== undefined),
    ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12'],
  );
  const paused = await textOf(await tap(house, form, '3 months'));
  assert.ok(paused.includes('Your pledge is paused until 25 February 2027.'));
  const now = await (await house.post('/manage', { number })).text();
  const resumed = await textOf(await tap(house, now, 'Go on again'));
  assert.ok(resumed.includes('Your pledge is running again.'));
  assert.deepEqual(house.giving.calls, [`pause ${pledgeId} 3`, `resume ${pledgeId}`]);
  for (const months of ['0', '13', '-1', '', 'x', '1.5', '01', '1e1', '9'.repeat(99)]) {
    const response = await house.post('/manage/pause', { number, pledge: pledgeId, months });
    assert.equal(response.status, 400, months);
    assert.ok((await response.text()).includes('Choose one to twelve months'), months);
  }
});

test('what a pledge does not allow any more is told with how it stands now', async () => {
  const house = supportersHouse(t.db);
  const { number, pledgeId } = await house.withNumber({ pledge: { state: 'past_due' } });
  for (const [path, fields] of [
    ['/manage/pause', { months: '2' }],
    ['/manage/resume', {}],
  ] as const) {
    const response = await house.post(path, { number, pledge: pledgeId, ...fields });
    assert.equal(response.status, 409, path);
    const page = await response.text();
    assert.ok(page.includes('This cannot be done with the pledge as it stands now.'));
    assert.ok(page.includes('The last payment did not go through'));
  }
});

test('a pledge of somebody else, or none at all, is not known under this number', async () => {
  const house = supportersHouse(t.db);
  const { number } = await house.withNumber();
  const other = await house.withNumber();
  for (const path of PLEDGE_POSTS) {
    for (const pledge of [
      other.pledgeId,
      UNKNOWN_PLEDGE,
      '',
      'null',
      "' or 1=1 --",
      '9'.repeat(500),
    ]) {
      const fields = { number, pledge, amount: '7', meant: '700', months: '2', confirm: 'yes' };
      const response = await house.post(path, fields);
      assert.equal(response.status, 404, `${path} ${pledge}`);
      assert.ok((await response.text()).includes('This pledge is not held under your number.'));
    }
  }
  assert.deepEqual(house.giving.calls, []);
});

test('bodies that are no form get a 4xx page with the form again', async () => {
  const house = supportersHouse(t.db);
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  for (const path of ALL_POSTS) {
    const cases: readonly (readonly [RequestInit, number])[] = [
      [{ body: '{}', headers: { 'content-type': 'application/json' } }, 400],
      [{}, 400],
      [{ body: '', headers: form }, 400],
      [{ body: `number=${'A'.repeat(FORM_BYTES_LIMIT)}`, headers: form }, 413],
      [{ body: `number=${'A'.repeat(3000)}`, headers: form }, 400],
      [{ body: 'number=AAAA%00BBBB', headers: form }, 400],
      [{ body: `number=AAAA&amount=%00`, headers: form }, 400],
      [{ body: `number=%ff%fe%ed%a0%80`, headers: form }, 400],
      [{ body: `${'a=1&'.repeat(60)}number=A`, headers: form }, 400],
    ];
    for (const [init, status] of cases) {
      const response = await house.send(path, { method: 'POST', ...init });
      assert.equal(response.status, status, `${path} ${JSON.stringify(init).slice(0, 80)}`);
      assert.match(await response.text(), /<input type="text" id="number"/);
    }
  }
});

test('what was typed stands in the page as text, never as markup', async () => {
  const house = supportersHouse(t.db);
  const { number, pledgeId } = await house.withNumber();
  const typed = '"><script>alert(1)</script>';
  for (const fields of [
    { number: typed },
    { number, pledge: pledgeId, amount: typed },
    { number, pledge: typed },
  ]) {
    const page = await (await house.post('/manage/amount', fields)).text();
    assert.doesNotMatch(page, /<script>alert/);
  }
});

test('whatever is sent, wherever, with a right number or without: never a 5xx', async () => {
  const house = supportersHouse(t.db);
  const one = await house.withNumber();
  const anything = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constantFrom('', 'yes', '\u0000', '-1', '99999999999999999999', one.pledgeId, '5,000'),
  );
  const answers = new Set<number>();
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...ALL_POSTS),
      fc.record(
        {
          number: fc.oneof({ weight: 3, arbitrary: fc.constant(one.number) }, anything),
          pledge: fc.oneof({ weight: 3, arbitrary: fc.constant(one.pledgeId) }, anything),
          amount: anything,
          meant: anything,
          months: anything,
          confirm: anything,
          language: anything,
        },
        { requiredKeys: [] },
      ),
      async (path, fields) => {
        const response = await house.post(path, { ...fields });
        answers.add(response.status);
        assert.ok(response.status < 500, `${path} ${response.status}`);
      },
    ),
    { numRuns: 150, seed: 20261125 },
  );
  assert.ok(answers.has(200) && answers.has(400), 'both sides of the check were met');
});

test('the number comes back as a file with a neutral name, stored nowhere', async () => {
  const house = supportersHouse(t.db);
  const number = strangersNumber(house);
  const response = await house.post('/manage/number.txt', { number });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'text/plain; charset=utf-8');
  assert.equal(response.headers.get('content-disposition'), 'attachment; filename="note.txt"');
  assert.equal(response.headers.get('cache-control'), 'no-store');
  const text = await response.text();
  assert.ok(text.startsWith(`${number}\n`));
  assert.doesNotMatch(text, /courier|support|gift|pledge|donat|http/i);
});

test('an address that is no way out of any letter is not found', async () => {
  const house = supportersHouse(t.db);
  for (const path of [
    '/letters/x',
    `/letters/${'A'.repeat(23)}`,
    '/letters/%00',
    '/letters/a@b.de',
  ]) {
    for (const method of ['GET', 'POST']) {
      const response = await house.send(path, { method });
      assert.equal(response.status, 404, path);
    }
  }
});

test('a page reached by POST and opened again by its address leads to the form', async () => {
  const house = supportersHouse(t.db);
  for (const path of ['/manage/stop', '/manage/amount', '/manage/number.txt']) {
    const response = await house.get(path);
    assert.equal(response.status, 303);
    assert.equal(response.headers.get('location'), '/manage');
  }
});

test('every page of every journey speaks each language without a gap', async () => {
  const house = supportersHouse(t.db);
  for (const language of ['ru', 'ar'] as const) {
    const one = await house.withNumber();
    const fields = { number: one.number, pledge: one.pledgeId, language };
    const sent: readonly (readonly [string, Record<string, string>])[] = [
      ['/manage', {}],
      ['/manage/amount', {}],
      ['/manage/amount', { amount: '' }],
      ['/manage/amount', { amount: '7' }],
      ['/manage/amount', { amount: '7', meant: '700', confirm: 'yes' }],
      ['/manage/pause', {}],
      ['/manage/pause', { months: '2' }],
      ['/manage/resume', {}],
      ['/manage/stop', {}],
      ['/manage/stop', { confirm: 'yes' }],
      ['/stop', {}],
      ['/stop', { confirm: 'yes' }],
      ['/manage/forget', {}],
      ['/manage/forget', { confirm: 'yes' }],
      ['/forget', { confirm: 'yes' }],
      ['/manage', {}],
    ];
    for (const [path, more] of sent) {
      house.pages.length = 0;
      await house.post(path, { ...fields, ...more });
      const page = house.pages[0];
      assert.equal(page?.language, language, path);
      const text = await textOf(new Response(String(page?.body)));
      assert.doesNotMatch(text, /\{[a-zA-Z]+\}|undefined|manage\./, path);
      const latin = text.replace(/REF-\d+|[0-9A-Z]{4}(?:-[0-9A-Z]{4})+|USD|\$/g, '');
      assert.doesNotMatch(latin, /[A-Za-z]{3,}/, `${path} in ${language}: ${latin}`);
    }
  }
});

for (const place of [
  { class: 'listed', tor: false },
  { class: 'unknown', tor: true },
] as const) {
  test(`${place.tor ? 'over Tor' : 'in a listed place'}: less, a pause and an end work; more, or again, does not`, async () => {
    const house = supportersHouse(t.db, { place });
    const { number, pledgeId } = await house.withNumber();
    const send = (step: string, fields: Record<string, string>) =>
      house.post(`/manage/${step}`, { number, pledge: pledgeId, language: 'en', ...fields });
    const pledge = () => house.giving.pledges.get(pledgeId);

    for (const confirm of ['', 'yes']) {
      const more = await send('amount', { amount: '6', confirm });
      assert.equal(more.status, 403);
      assert.match(await textOf(more), /a gift could harm you, so this was not done/);
    }
    assert.equal(pledge()?.money.minor, 500n);
    assert.equal((await send('amount', { amount: '3', confirm: 'yes' })).status, 200);
    assert.equal(pledge()?.money.minor, 300n);

    assert.equal((await send('pause', { months: '2' })).status, 200);
    assert.equal((await send('resume', {})).status, 403);
    assert.equal(pledge()?.state, 'paused');
    assert.equal((await send('stop', { confirm: 'yes' })).status, 200);
    assert.equal(pledge()?.state, 'cancelled');
  });
}
