import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PlainDate } from '../calendar/index.ts';
import { INTERFACE_LANGUAGES } from '../language/index.ts';
import { money } from '../money/index.ts';
import { AssertionFailure } from '../problems/index.ts';
import { composeLetter, type Letter, PREVIEW_CHARACTERS } from './letter.ts';
import { type PledgeStanding, pledgeNotice } from './pledge-notice.ts';
import { type ReceiptFacts, receiptLetter } from './receipt.ts';

const NEWSROOM = 'Courier';
const manageUrl = 'https://courier.example/manage';

function receipt(change: Partial<ReceiptFacts> = {}): Letter {
  return receiptLetter({
    language: 'en',
    money: money(500n, 'USD'),
    date: PlainDate.from('2026-11-25'),
    reference: 'K7QM-2XPD',
    statementText: 'TPC MEDIA BERLIN',
    interval: 'month',
    span: null,
    everyMonths: 1,
    nextDates: ['2026-12-25', '2027-01-25', '2027-02-25'].map((day) => PlainDate.from(day)),
    stopped: false,
    manageUrl,
    ...change,
  });
}

const STANDINGS: readonly PledgeStanding[] = [
  { state: 'needs-confirmation', giftUrl: 'https://courier.example/thanks/1' },
  { state: 'past-due', giftUrl: 'https://courier.example/thanks/1' },
  { state: 'by-link', giftUrl: 'https://courier.example/thanks/1' },
  { state: 'move', isNeeded: true, giftUrl: 'https://courier.example/thanks/1' },
  { state: 'move', isNeeded: false, giftUrl: 'https://courier.example/thanks/1' },
  { state: 'stopped' },
  { state: 'lapsed' },
];

function everyLetter(): Letter[] {
  return INTERFACE_LANGUAGES.flatMap((language) => [
    receipt({ language }),
    receipt({ language, interval: 'year' }),
    receipt({ language, interval: 'once', nextDates: [] }),
    receipt({ language, stopped: true, nextDates: [] }),
    ...STANDINGS.map((standing) =>
      pledgeNotice({ language, money: money(500n, 'USD'), standing, manageUrl }),
    ),
  ]);
}

test('C7.1: sender aside, nothing that shows without opening names a newsroom, an amount or a topic', () => {
  const telling =
    /courier|news|press|journal|story|gift|pledge|donat|support|\$|usd|[0-9٠-٩]|http|подд|пожертв|платёж|редакц|новост|دعم|تعهد|تبرع|خبر|صحاف|دفع/i;
  const letters = everyLetter();
  assert.equal(letters.length, 33);
  for (const letter of letters) {
    const preview = [...letter.text].slice(0, PREVIEW_CHARACTERS).join('');
    assert.equal([...preview].length, PREVIEW_CHARACTERS);
    assert.doesNotMatch(preview, telling);
    assert.doesNotMatch(letter.subject, telling);
    assert.ok(!letter.text.includes(NEWSROOM), 'the newsroom is named nowhere');
  }
});

test('T7: subjects come from the closed list', () => {
  const english = everyLetter().filter(({ language }) => language === 'en');
  assert.deepEqual([...new Set(english.map(({ subject }) => subject))].sort(), [
    'A note you asked for',
    'Your receipt',
  ]);
});

test('every letter says where to stop, and no place in it is left unfilled', () => {
  for (const letter of everyLetter()) {
    assert.ok(letter.text.includes(manageUrl), letter.text);
    assert.doesNotMatch(letter.text, /\{[a-z]+\}|undefined|null/i);
  }
});

test('a receipt of a pledge, whole', () => {
  assert.equal(
    receipt().text,
    `Hello,

this is an automatic note. It was sent because somebody who uses this address asked for it. It is meant for your own records, and you do not need to do anything. If you did not expect it, you can simply delete it. The details stand below.

Amount: $5.00
Date: 25 November 2026
Reference: K7QM-2XPD
On your bank statement: TPC MEDIA BERLIN

This repeats every month until you stop it. Next dates: 25 December 2026, 25 January 2027, 25 February 2027.

To change this or to stop it, open the address below with your supporter number. Two taps stop it; nobody asks for a reason.
https://courier.example/manage
`,
  );
});

test('a receipt says what follows: nothing for a single gift, and that it was the last after a stop', () => {
  assert.match(receipt({ interval: 'once', nextDates: [] }).text, /Nothing more will be taken\./);
  const last = receipt({ stopped: true, nextDates: [] }).text;
  assert.match(last, /already on its way when you stopped it\. No further one will be taken\./);
  assert.doesNotMatch(last, /repeats/);
});

test('a paused pledge has no dates to tell, and says nothing instead of an empty list', () => {
  assert.doesNotMatch(receipt({ nextDates: [] }).text, /Next dates|repeats/);
});

test('C7.6: what people typed is printed, never read as a template', () => {
  const odd = '{money} "{address}" $& $1 {{x}}';
  const letter = receipt({ reference: odd, statementText: '{date}' });
  assert.ok(letter.text.includes(`Reference: ${odd}\n`));
  assert.ok(letter.text.includes('On your bank statement: {date}\n'));
});

test('a letter that says nothing is not made', () => {
  assert.throws(
    () => composeLetter({ subject: 'note', language: 'en', details: [' ', ''] }),
    AssertionFailure,
  );
});
