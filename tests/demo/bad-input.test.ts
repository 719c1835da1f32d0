/**
 * Whatever anybody sends to any address: a clear answer in the four hundreds, what was typed kept where there is a form,
 * never a failure of ours. And what every answer carries: its headers, its cache rule, no cookie, and nothing that says who
 * asked.
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { testCard } from '../../src/processors/sandbox/bank/test-cards.ts';
import { DEMO_READERS } from '../../src/web/demo/demo-readers.ts';
import { bankView } from './bank.ts';
import { type DemoPlace, type DemoProcess, demoPlace, startDemo } from './demo-process.ts';
import { give, numberOf, placeOf, post, pressPay, saidBy, wishFields } from './giver.ts';
import { type Ledger, openLedger } from './ledger.ts';
import { readAs } from './steps.ts';

let place: DemoPlace;
let demo: DemoProcess;
let ledger: Ledger;
/** A gift that arrived, its supporter's number and pledge. */
let giftId: string;
let number: string;
let pledgeId: string;

before(async () => {
  place = await demoPlace();
  demo = await startDemo(place, { TUPPENCE_LOG: 'debug' });
  ledger = openLedger(place);
  ({ giftId } = await give(demo.origin, { every: 'month', other: '5' }));
  number = await numberOf(demo.origin, giftId);
  const overview = await (await post(`${demo.origin}/manage`, { number })).text();
  pledgeId = /name="pledge" value="([0-9a-f-]{36})"/.exec(overview)?.[1] ?? '';
  assert.notEqual(pledgeId, '');
});
after(async () => {
  await demo?.stop();
  await ledger?.close();
  await place?.close();
});

/** What people, broken programs and attackers put into a field. */
const BAD_VALUES: Readonly<Record<string, string>> = {
  empty: '',
  blank: ' \t ',
  huge: '9'.repeat(4_000),
  negative: '-5',
  words: 'a cup of tea',
  fraction: '0.0000001',
  infinity: 'Infinity',
  exponent: '1e309',
  nul: 'a\u0000b',
  controls: '\u0001\u001b[31m\u007f',
  'half a pair': '\ud800',
  'right to left': '\u202e5',
  markup: '"><script>alert(1)</script>',
  'sql quote': "'; drop table gift; --",
  template: '{{7*7}}<%= 7*7 %>',
  path: '../../../../etc/passwd',
  address: 'https://elsewhere.example/',
  'unknown id': '01a210c8-a133-7f2d-8f4d-dc89661e93c7',
  'broken id': '01a210c8-a133-7f2d-8f4d-dc89661e93cz',
  'other digits': '٥٠٠',
  emoji: '💶;-)',
};

interface FormOfOurs {
  readonly path: string;
  /** As a person fills it in. */
  readonly good: () => Record<string, string>;
}

/** Every address that takes a form. */
const FORMS: readonly FormOfOurs[] = [
  {
    path: '/support',
    good: () => ({
      ...wishFields({ every: 'once', other: '5', email: 'reader@example.org' }, randomUUID()),
      'amount-once': '',
      'amount-month': '',
      'amount-year': '',
      meant: '',
      appeal: '',
      variant: '',
      replaces: '',
    }),
  },
  { path: '/thanks/GIFT/number', good: () => ({ language: 'en' }) },
  { path: '/thanks/GIFT/receipt.txt', good: () => ({ language: 'en' }) },
  { path: '/thanks/GIFT/pay', good: () => ({ language: 'en', key: '' }) },
  { path: '/manage', good: () => ({ number, language: 'en' }) },
  { path: '/manage/number.txt', good: () => ({ number, language: 'en' }) },
  {
    path: '/manage/amount',
    good: () => ({ number, language: 'en', pledge: pledgeId, amount: '6', meant: '', confirm: '' }),
  },
  {
    path: '/manage/pause',
    good: () => ({ number, language: 'en', pledge: pledgeId, months: '1' }),
  },
  { path: '/manage/when', good: () => ({ number, language: 'en', pledge: pledgeId }) },
  { path: '/manage/pay', good: () => ({ number, language: 'en', pledge: pledgeId }) },
  { path: '/manage/resume', good: () => ({ number, language: 'en', pledge: pledgeId }) },
  { path: '/manage/stop', good: () => ({ number, language: 'en', pledge: pledgeId, confirm: '' }) },
  {
    path: '/manage/undo',
    good: () => ({
      number,
      language: 'en',
      gift: '01a210c8-a133-7f2d-8f4d-dc89661e93c8',
      confirm: '',
    }),
  },
  { path: '/manage/undo', good: () => ({ number, language: 'en', gift: giftId, confirm: '' }) },
  { path: '/manage/forget', good: () => ({ number, language: 'en', confirm: '' }) },
  { path: '/stop', good: () => ({ number, language: 'en', confirm: '' }) },
  { path: '/forget', good: () => ({ number, language: 'en', confirm: '' }) },
  { path: '/letters/ID', good: () => ({ language: 'en', confirm: '' }) },
  { path: '/desk/enter', good: () => ({ link: 'x' }) },
  { path: '/desk/advance', good: () => ({}) },
  { path: '/desk/leave', good: () => ({}) },
  {
    path: '/desk/money/alarm/ID',
    good: () => ({ act: '', way: 'accept', reason: 'x', confirm: '', minor: '' }),
  },
  {
    path: '/desk/accounts/ID',
    good: () => ({ act: '', move: 'drain', reason: 'x', confirm: '' }),
  },
  {
    path: '/desk/accounts/lost/ID',
    good: () => ({ act: '', became: 'charged', charge: 'x', reason: 'x', confirm: '' }),
  },
  {
    path: '/desk/gifts/ID',
    good: () => ({ act: '', amount: '1', reason: 'x', minor: '', confirm: '' }),
  },
  { path: '/desk/money/posting/ID', good: () => ({ act: '', reason: 'x', confirm: '' }) },
  { path: '/desk/experiments', good: () => ({ hypothesis: 'x', appeal: 'x' }) },
  { path: '/desk/experiments/ID/stop', good: () => ({ reason: 'x' }) },
  { path: '/desk/experiments/ID/decide', good: () => ({ reason: 'x', variant: 'x' }) },
  {
    path: '/desk/countries/add',
    good: () => ({ act: '', country: 'XA', reason: 'x', source: 'x' }),
  },
  { path: '/desk/countries/ID/ask', good: () => ({ act: '', reason: 'x', days: '1' }) },
  { path: '/desk/countries/ID/confirm', good: () => ({ act: '', wish: 'x' }) },
  { path: '/demo/reader', good: () => ({ reader: 'germany', back: '/' }) },
];

const pathOf = (path: string): string => path.replace('GIFT', giftId);

/** A page, a redirect or a refusal; never a failure of ours, and never empty where there is something to say. */
async function checkAnswer(response: Response, what: string): Promise<string> {
  assert.ok(response.status < 500, `${what}: ${response.status}`);
  assert.equal(response.headers.get('x-content-type-options'), 'nosniff', what);
  assert.equal(response.headers.get('referrer-policy'), 'no-referrer', what);
  const text = await response.text();
  if (response.status >= 400 && response.headers.get('content-type')?.includes('html')) {
    assert.match(response.headers.get('cache-control') ?? '', /no-store/, what);
    assert.match(text, /<h1/, `${what}: a page says what is wrong`);
  }
  assert.doesNotMatch(text, /<script>alert|at .*\.ts:\d+|node_modules/, what);
  return text;
}

describe('each field of each form', () => {
  for (const form of FORMS) {
    test(form.path, async () => {
      for (const field of Object.keys(form.good())) {
        await Promise.all(
          Object.entries(BAD_VALUES).map(async ([kind, value]) => {
            const fields = { ...form.good(), [field]: value };
            const answer = await post(demo.origin + pathOf(form.path), fields);
            await checkAnswer(answer, `${form.path} ${field} ${kind}`);
          }),
        );
        const { [field]: _left, ...without } = form.good();
        await checkAnswer(
          await post(demo.origin + pathOf(form.path), without),
          `${form.path} without ${field}`,
        );
      }
    });
  }

  test('none of it made a gift, changed the pledge or moved money but what it was meant to', async () => {
    const settled = await ledger.settled();
    assert.equal(settled.length, 1);
    assert.equal(settled[0]?.giftId, giftId);
  });
});

describe('each form as a whole', () => {
  const bodies: Readonly<Record<string, RequestInit>> = {
    'nothing at all': {},
    'no content type': { body: new Uint8Array([1, 2, 3]) },
    json: { body: '{"number":"x"}', headers: { 'content-type': 'application/json' } },
    'a file': { body: multipart() },
    'text of another kind': { body: 'number=1', headers: { 'content-type': 'text/plain' } },
    'a megabyte': { body: `number=${'a'.repeat(1_000_000)}`, headers: formType() },
    'broken percent signs': { body: 'number=%zz%%%&=&&&', headers: formType() },
    'bytes that are no text': {
      body: new Uint8Array([0x6e, 0x3d, 0xff, 0xfe, 0x00]),
      headers: formType(),
    },
    'a thousand fields': {
      body: Array.from({ length: 1_000 }, (_, at) => `f${at}=1`).join('&'),
      headers: formType(),
    },
    'every field twice': { body: 'number=1&number=2&language=en&language=ru', headers: formType() },
  };
  for (const form of FORMS) {
    test(form.path, async () => {
      for (const [kind, init] of Object.entries(bodies)) {
        const answer = await fetch(demo.origin + pathOf(form.path), {
          method: 'POST',
          redirect: 'manual',
          ...init,
        });
        await checkAnswer(answer, `${form.path}: ${kind}`);
        if (form.path !== '/demo/reader' && !form.path.startsWith('/thanks')) {
          assert.ok(answer.status >= 400, `${form.path}: ${kind} is refused, not ${answer.status}`);
        }
      }
    });
  }
});

function formType(): Record<string, string> {
  return { 'content-type': 'application/x-www-form-urlencoded' };
}

function multipart(): FormData {
  const form = new FormData();
  form.set('number', new Blob(['x']), 'number.txt');
  return form;
}

describe('what was typed stays', () => {
  test('on the support page', async () => {
    const typed = {
      ...wishFields({ every: 'year', other: '5 o’clock', email: 'rea der@' }, randomUUID()),
      language: 'en',
    };
    const answer = await post(`${demo.origin}/support`, typed);
    assert.equal(answer.status, 422);
    const text = await answer.text();
    assert.match(text, /name="other"[^>]*value="5 o’clock"/);
    assert.match(text, /name="email"[^>]*value="rea der@"/);
    assert.match(text, /id="every-year"[^>]*checked/);
  });

  for (const path of ['/manage', '/stop', '/forget']) {
    test(`on ${path}`, async () => {
      const answer = await post(demo.origin + path, { number: 'ABCD-1234', language: 'ar' });
      assert.equal(answer.status, 400);
      const text = await answer.text();
      assert.match(text, /value="ABCD-1234"/);
      assert.match(text, /<html lang="ar" dir="rtl">/);
    });
  }
});

/** Addresses that are opened, with what stands in for an id. */
const PAGES = [
  '/',
  '/stories',
  '/section/politics',
  '/corrections',
  '/feed.atom',
  '/feed.json',
  '/sitemap-news.xml',
  '/safely',
  '/support',
  '/support/return/ID',
  '/thanks/ID',
  '/thanks/ID/receipt.txt',
  '/manage',
  '/manage/ID',
  '/stop',
  '/forget',
  '/letters/ID',
  '/later',
  '/later.ics',
  '/note',
  '/note/frame/ID',
  '/note.js',
  '/support.js',
  '/exit.js',
  '/favicon.ico',
  '/desk',
  '/desk/enter',
  '/desk/accounts',
  '/desk/countries',
  '/desk/experiments',
  '/desk/money',
  '/desk/gifts',
  '/demo',
  '/demo/bar',
  '/demo/letters',
  '/story/ID',
  '/section/ID',
  '/section/politics/ID',
  '/stories/ID',
  '/ID',
] as const;

const BAD_IDS = [
  // As the id of a renewal looks, which opens with its key alone.
  '82d1ca31-2437-5df5-bbac-7437575d1e41',
  '01a210c8-a133-7f2d-8f4d-dc89661e93c8',
  'x'.repeat(2_000),
  '%00',
  '%ff%fe',
  '%2e%2e%2fetc%2fpasswd',
  '-1',
  '0',
  '999999999999999999999',
  "'",
  '%22%3E%3Cscript%3E',
  'constructor',
  '__proto__',
] as const;

describe('each address', () => {
  test('with ids nobody has', async () => {
    for (const page of PAGES) {
      for (const id of page.includes('ID') ? BAD_IDS : ['']) {
        const path = page.replace('ID', id);
        const answer = await fetch(demo.origin + path, { redirect: 'manual' });
        await checkAnswer(answer, path.slice(0, 80));
        const isSilent = page.startsWith('/note/frame') || page === '/manage/ID';
        if (page.includes('ID') && !isSilent && !/\/(stories|politics)\/ID/.test(page)) {
          assert.equal(answer.status, 404, path.slice(0, 80));
        }
      }
    }
  });

  test('with a question nobody expects', async () => {
    for (const page of PAGES) {
      for (const [kind, value] of Object.entries(BAD_VALUES)) {
        const query = new URLSearchParams();
        for (const name of [
          'language',
          'gift',
          'every',
          'currency',
          'amount',
          'when',
          'date',
          'day',
          'back',
          'link',
          'slot',
          'title',
          'appeal',
          'variant',
          'moved',
        ])
          query.set(name, value.slice(0, 300));
        const path = `${page.replace('ID', giftId)}?${query}`;
        const answer = await fetch(demo.origin + path, { redirect: 'manual' });
        await checkAnswer(answer, `${page} ${kind}`);
        const location = answer.headers.get('location');
        if (location !== null) assert.ok(location.startsWith('/'), `${page} leads to ${location}`);
      }
    }
  });

  test('with a method it does not know', async () => {
    for (const page of PAGES) {
      for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'POST']) {
        const path = page.replace('ID', giftId);
        const answer = await fetch(demo.origin + path, { method, redirect: 'manual' });
        await checkAnswer(answer, `${method} ${path}`);
        const isForm =
          method === 'POST' && ['/support', '/manage', '/stop', '/forget'].includes(page);
        assert.ok(answer.status >= 400 || isForm, `${method} ${path}: ${answer.status}`);
      }
    }
  });

  test('none is left out: every route in the sources is in the lists of this file', async () => {
    const known = new Set<string>(['/note/count', '/hooks/ID', ...PAGES]);
    for (const { path } of FORMS) known.add(path.replace('GIFT', 'ID'));
    const left: string[] = [];
    for (const path of await routesInSources()) {
      // What a parameter is called does not matter, and one that may be left out is left out.
      const shape = path.replace(/\/:\w+\?/, '').replaceAll(/:\w+/g, 'ID');
      const isKnown =
        known.has(shape) || known.has(shape.replace(/^\/section\/ID$/, '/section/ID'));
      if (!isKnown) left.push(path);
    }
    assert.deepEqual(left, []);
  });

  test('a count that is none is refused, one from a place that is not safe says nothing', async () => {
    const count = (body: string) => fetch(`${demo.origin}/note/count`, { method: 'POST', body });
    for (const body of ['', '{}', '[]', 'null', '{"appeal":1}', 'x'.repeat(5_000), '\u0000']) {
      const status = (await count(body)).status;
      assert.ok(status === 400 || status === 413, `${body.slice(0, 20)}: ${status}`);
    }
  });
});

const PUBLIC = ['/', '/stories', '/section/politics', '/corrections', '/feed.atom', '/feed.json'];
const PRIVATE = ['/safely', '/support', '/manage', '/stop', '/forget', '/later', '/demo', '/desk'];

describe('what every answer carries', () => {
  const pages = () => [...PUBLIC, ...PRIVATE, new URL(demo.storyUrl).pathname, `/thanks/${giftId}`];

  test('a strict policy on every page', async () => {
    for (const path of pages()) {
      const answer = await fetch(demo.origin + path);
      if (!answer.headers.get('content-type')?.includes('text/html')) continue;
      const policy = answer.headers.get('content-security-policy') ?? '';
      for (const part of [
        "default-src 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
        "script-src 'self'",
      ]) {
        assert.ok(policy.includes(part), `${path}: ${part} in ${policy}`);
      }
      assert.doesNotMatch(policy, /unsafe|\*|http:\/\/(?!127\.0\.0\.1)/, path);
      assert.match(policy, /form-action 'self'/, path);
    }
  });

  test('no cookie for anybody outside of the desk', async () => {
    for (const path of [...pages(), '/note', '/note.js', '/note/frame/en', '/favicon.ico']) {
      assert.equal((await fetch(demo.origin + path)).headers.get('set-cookie'), null, path);
    }
    const { response } = await pressPay(demo.origin, { every: 'once', other: '5' });
    assert.equal(response.headers.get('set-cookie'), null);
  });

  test('public pages may be kept by everybody, private ones by nobody', async () => {
    for (const path of [...PUBLIC, new URL(demo.storyUrl).pathname]) {
      const answer = await fetch(demo.origin + path);
      assert.match(answer.headers.get('cache-control') ?? '', /^public, max-age=\d+/, path);
      assert.equal(answer.headers.get('vary')?.includes('cookie') ?? false, false, path);
    }
    for (const path of [...PRIVATE, `/thanks/${giftId}`, '/note', '/note/frame/en']) {
      assert.equal(
        (await fetch(demo.origin + path)).headers.get('cache-control'),
        'no-store',
        path,
      );
    }
  });

  test('private pages name nothing in their title', async () => {
    for (const path of ['/support', '/manage', '/stop', '/forget', '/later', `/thanks/${giftId}`]) {
      const title = /<title>(.*?)<\/title>/.exec(
        await (await fetch(demo.origin + path)).text(),
      )?.[1];
      assert.doesNotMatch(title ?? '', /Lantern|gift|support|donat|stop/i, path);
    }
  });
});

/** Words that ask, prices and companies; what stands in a story must say nothing to somebody who searches a phone. */
const TELLING =
  /\bsupport us|donat|\bpledge|\bgift|appeal|stripe|paypal|btcpay|sandbox|Remind me|Not now|пожертв|поддерж|напомн|تبرع|ادعم|ذكّر/i;
const PRICE = /[$€¥]\s?\d|\d\s?[$€¥]|\b(USD|EUR|JPY)\b/;

describe('stories are the same for everybody and hold no ask', () => {
  test('every story, list and feed, for all four readers', async () => {
    const stories = [
      ...(await (await fetch(`${demo.origin}/feed.json`)).text()).matchAll(
        /"url":\s?"[^"]*(\/story\/[a-z0-9-]+)"/g,
      ),
    ].map(([, path]) => path ?? '');
    assert.ok(stories.length >= 10, `stories in the feed: ${stories.length}`);
    const paths = [...new Set([...stories, ...PUBLIC])];
    const first = new Map<string, string>();
    try {
      for (const reader of DEMO_READERS) {
        await readAs(demo, reader);
        for (const path of paths) {
          const answer = await fetch(demo.origin + path, {
            headers: { 'x-forwarded-for': '198.51.100.10', 'accept-language': 'ru' },
          });
          const text = await answer.text();
          assert.equal(text, first.get(path) ?? text, `${path} is the same for "${reader}"`);
          first.set(path, text);
        }
      }
    } finally {
      await readAs(demo, 'germany');
    }
    for (const [path, whole] of first) {
      // The bar stands in the pages of a demo alone.
      const text = whole
        .replace(/<iframe class="demo-bar".*?<\/iframe>/s, '')
        .replace(/<style>.*?<\/style>/s, '');
      assert.doesNotMatch(text, TELLING, `${path}: ${TELLING.exec(text)?.[0]}`);
      assert.doesNotMatch(text, PRICE, `${path}: ${PRICE.exec(text)?.[0]}`);
    }
  });
});

describe('nothing says who asked', () => {
  /** Planted, and looked for everywhere afterwards. */
  const MARKS = {
    address: '203.0.113.77',
    agent: 'PlantedBrowser/7.7',
    mail: 'planted.reader.mark@example.org',
    language: 'qaa-planted',
    referrer: 'planted-referrer.example',
    card: testCard('pays').number,
    shownCard: testCard('pays').shown,
    typed: 'planted words in a field',
  } as const;

  test('planted marks stand nowhere: not in the database, not in files, not in what was printed', async () => {
    const headers = {
      'x-forwarded-for': MARKS.address,
      forwarded: `for=${MARKS.address}`,
      'user-agent': MARKS.agent,
      'accept-language': MARKS.language,
      referer: `https://${MARKS.referrer}/`,
    };
    const send = (path: string, fields?: Record<string, string>) =>
      fetch(path.startsWith('http') ? path : demo.origin + path, {
        headers,
        redirect: 'manual',
        ...(fields === undefined ? {} : { method: 'POST', body: new URLSearchParams(fields) }),
      });
    for (const page of PAGES) await send(page.replace('ID', 'planted-words-in-a-field'));
    await send('/support', wishFields({ every: 'month', other: MARKS.typed }, randomUUID()));
    await send('/manage', { number: MARKS.typed });
    const planted = randomUUID();
    const begun = await send(
      '/support',
      wishFields({ every: 'month', other: '9', email: MARKS.mail }, planted),
    );
    const back = await send(placeOf(begun), {
      number: MARKS.shownCard,
      expiry: '04/31',
      code: '123',
    });
    await send(placeOf(back));
    assert.match(await saidBy(await fetch(`${demo.origin}/thanks/${planted}`)), /^Thank you/);
    // The letter is sent, which is what the address was given for.
    await ledger.agreesWith(await bankView(place, demo.bankUrl));

    const dump = await ledger.dump();
    assert.ok(dump.includes(planted), 'the dump holds the gift itself');
    const files = await filesBelow(place.dataDirectory);
    assert.ok(files.length >= 2, 'the keys are files');
    for (const [name, mark] of Object.entries(MARKS)) {
      assert.ok(!dump.includes(mark), `${name} stands in the database`);
      assert.ok(!demo.output().includes(mark), `${name} was printed`);
      for (const { path, text } of files) {
        // The practice bank is another company; it knows the cards it plays with.
        if (path.includes('sandbox-bank') && /card/i.test(name)) continue;
        assert.ok(!text.includes(mark), `${name} stands in ${path}`);
      }
    }
  });
});

/** Paths that the program's own files give to Hono, those of the practice bank apart. */
async function routesInSources(): Promise<readonly string[]> {
  const source = join(import.meta.dirname, '../../src');
  const found = new Set<string>();
  for (const { path, text } of await filesBelow(source)) {
    if (!path.endsWith('.ts') || /\.test\.ts$|\/processors\/|\/testing\//.test(path)) continue;
    for (const [, route] of text.matchAll(/\b(?:app|routes)\.(?:get|post|all)\(\s*'([^']+)'/g)) {
      if (route?.startsWith('/')) found.add(route);
    }
  }
  assert.ok(found.size > 30, `routes are found: ${found.size}`);
  return [...found];
}

async function filesBelow(folder: string): Promise<readonly { path: string; text: string }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Promise.all(
    files.map(async (file) => {
      const path = join(file.parentPath, file.name);
      return { path, text: await readFile(path, 'latin1') };
    }),
  );
}
