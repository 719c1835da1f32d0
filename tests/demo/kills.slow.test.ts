/**
 * `kill -9` of the newsroom while its bank lives on, at moments that are chosen: between the charge and our record of it,
 * and during a renewal. After each restart there is one gift and one ledger entry per charge of the bank, no more and no
 * fewer. Moments that nobody chose, and many processes, are the business of `tests/crash`.
 *
 * A newsroom that was down finds its work again when leases run out and polls are due; the clock of the demo is moved on
 * while it is down, so that a test need not wait a quarter of an hour.
 */
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { type BankProcess, type BankView, bankView, startBank } from './bank.ts';
import { type DemoPlace, type DemoProcess, demoPlace, startDemo } from './demo-process.ts';
import { giftIdOf, give, payAtBank, placeOf, post, pressPay, saidBy, type Wish } from './giver.ts';
import { type Ledger, openLedger } from './ledger.ts';

const FIVE: Wish = { every: 'once', other: '5' };
/** Longer than any lease, any pause of the poller and the first pause before we ask again. */
const DOWN_MINUTES = 20;

let place: DemoPlace;
let port: number;
let bankProcess: BankProcess;
let bank: BankView;
let ledger: Ledger;
const lives: DemoProcess[] = [];

before(async () => {
  place = await demoPlace();
  port = await freePort();
  bankProcess = await startBank(place, `http://127.0.0.1:${port}/hooks/sandbox-1`);
  bank = await bankView(place, bankProcess.url);
  ledger = openLedger(place);
});
after(async () => {
  for (const demo of lives) await demo.kill();
  await ledger?.close();
  await bankProcess?.stop();
  await place?.close();
  const failures = lives.flatMap((demo) => demo.output().match(/.*"request-failed".*/g) ?? []);
  assert.deepEqual(failures, [], 'no life of the newsroom answered with a failure of its own');
});

/** A port for the newsroom's lives, so that the bank's messages find each of them. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (typeof address !== 'object' || address === null) return reject(new Error('no port'));
      server.close(() => resolve(address.port));
    });
  });
}

async function openNewsroom(): Promise<DemoProcess> {
  const demo = await startDemo(place, {
    PORT: String(port),
    TUPPENCE_SANDBOX_BANK: bankProcess.url,
  });
  lives.push(demo);
  return demo;
}

/** The newsroom was killed; it comes back later, and finds out by itself what became of everything. */
async function comesBack(check: (demo: DemoProcess) => Promise<void>): Promise<void> {
  await ledger.passTime(DOWN_MINUTES);
  const demo = await openNewsroom();
  try {
    await check(demo);
  } finally {
    assert.equal(await demo.stop(), 0, demo.output());
  }
}

/** Both books agree, and there are `count` gifts more than before. */
async function arrived(before: number, count: number): Promise<void> {
  const booked = await ledger.agreesWith(bank);
  assert.equal(booked.length - before, count);
}

const settledCount = async (): Promise<number> => (await ledger.settled()).length;

/** Waits for something to become true. */
async function until(what: string, isTrue: () => Promise<boolean>): Promise<void> {
  for (let look = 0; look < 400; look += 1) {
    if (await isTrue()) return;
    await wait(50);
  }
  assert.fail(`in vain: ${what}`);
}

/** Waits until the bank has so many charges. */
function charged(count: number): Promise<void> {
  return until(`${count} charges`, async () => (await bank.charges()).length >= count);
}

describe('killed between the charge and our record of it', () => {
  test('the bank hangs while we ask, its messages are off: one gift after the restart', async () => {
    const before = await settledCount();
    const demo = await openNewsroom();
    await bank.order({
      webhooks_on: false,
      faults: [{ fault: 'hang_before_effect', on: 'get_payment', count: 5 }],
    });
    const { response } = await pressPay(demo.origin, FIVE);
    const back = placeOf(await payAtBank(placeOf(response)));
    const asking = fetch(back).catch(() => 'cut');
    await wait(300);
    assert.equal((await bank.charges()).length, before + 1, 'the bank has charged');
    assert.equal(await settledCount(), before, 'and we have not heard');
    await demo.kill();
    assert.equal(await asking, 'cut');
    await bank.order({ clear: true });
    await comesBack(async () => arrived(before, 1));
  });

  test('the message was taken and not worked on: one gift after the restart', async () => {
    const before = await settledCount();
    const demo = await openNewsroom();
    // Five copies at once; the newsroom is killed while it deals with them.
    await bank.order({
      webhooks: [{ do: 'repeat', count: 1, times: 5 }],
      faults: [{ fault: 'hang_before_effect', on: 'get_payment', count: 5 }],
    });
    const { giftId, response } = await pressPay(demo.origin, FIVE);
    await payAtBank(placeOf(response));
    await wait(500);
    await demo.kill();
    await bank.order({ clear: true });
    await comesBack(async ({ origin }) => {
      await arrived(before, 1);
      assert.match(await saidBy(await fetch(`${origin}/thanks/${giftId}`)), /^Thank you/);
    });
  });

  test('the page was made and its address not heard: pressing again leads to that page', async () => {
    const before = await settledCount();
    const demo = await openNewsroom();
    await bank.order({ faults: [{ fault: 'hang_after_effect', on: 'open_payment', count: 1 }] });
    const giftId = await giftIdOf(demo.origin);
    const pressing = pressPay(demo.origin, { ...FIVE, giftId }).catch(() => 'cut');
    await until('the bank has the order', async () => !(await bank.hasFaults()));
    await demo.kill();
    assert.equal(await pressing, 'cut');
    await comesBack(async ({ origin }) => {
      const page = placeOf((await pressPay(origin, { ...FIVE, giftId })).response);
      assert.match(page, /\/pay\//);
      await payAtBank(page);
      await fetch(`${origin}/support/return/${giftId}`);
      await arrived(before, 1);
    });
  });

  test('killed again and again while it recovers', async () => {
    const before = await settledCount();
    let demo = await openNewsroom();
    await bank.order({ webhooks_on: false });
    const { response } = await pressPay(demo.origin, FIVE);
    await payAtBank(placeOf(response));
    for (let life = 0; life < 3; life += 1) {
      await demo.kill();
      await ledger.passTime(DOWN_MINUTES);
      demo = await openNewsroom();
      await wait(life * 40);
    }
    await demo.kill();
    await comesBack(async () => arrived(before, 1));
  });
});

describe('killed during a renewal', () => {
  test('the bank has charged the second month and we have not heard', async () => {
    const before = await settledCount();
    const demo = await openNewsroom();
    await bank.order({ clear: true });
    const { giftId } = await give(demo.origin, { every: 'month', other: '7' });
    await arrived(before, 1);
    const sum = (await bank.charges()).length;
    await bank.order({
      webhooks_on: false,
      faults: [{ fault: 'hang_after_effect', on: 'charge_mandate', count: 1 }],
    });
    await demo.kill();
    await ledger.passTime(32 * 24 * 60);
    const second = await openNewsroom();
    await charged(sum + 1);
    assert.equal((await ledger.settled()).length, before + 1, 'the renewal is not booked yet');
    await second.kill();
    await bank.order({ clear: true });
    await comesBack(async () => {
      await arrived(before, 2);
      const renewals = (await ledger.settled()).filter(({ periodN }) => periodN === 1);
      assert.equal(renewals.length, 1);
      assert.equal(renewals[0]?.amountMinor, '700');
      assert.notEqual(renewals[0]?.giftId, giftId);
    });
  });

  test('"advance one month" of the demo is killed half-way, and pressed again', async () => {
    const before = await settledCount();
    const first = await openNewsroom();
    const months = 12;
    await Promise.all(
      Array.from({ length: months }, (_, at) =>
        give(first.origin, { every: 'month', other: String(10 + at) }),
      ),
    );
    await arrived(before, months);
    const cookie = await enterDesk(first);
    const advancing = fetch(`${first.origin}/desk/advance`, {
      method: 'POST',
      headers: { cookie },
    });
    const cut = advancing.catch(() => 'cut');
    await charged((await bank.charges()).length + 3);
    await first.kill();
    await cut;
    await comesBack(async (demo) => {
      // A renewal that was under way when it was killed is settled or charged now, each once.
      await fetch(`${demo.origin}/desk/advance`, { method: 'POST', headers: { cookie } });
      await arrived(before, (await ledger.settled()).length - before);
      const perPledge = new Map<string, number>();
      for (const gift of await ledger.settled()) {
        const key = `${gift.amountMinor} ${gift.periodN}`;
        perPledge.set(key, (perPledge.get(key) ?? 0) + 1);
      }
      for (let at = 0; at < months; at += 1) {
        assert.equal(
          perPledge.get(`${10 + at}00 1`),
          1,
          `the second month of $${10 + at} is paid once`,
        );
      }
    });
  });
});

/** The one-time link's button, as a session. */
async function enterDesk(demo: DemoProcess): Promise<string> {
  const link = new URL(demo.deskUrl).searchParams.get('link') ?? '';
  const entered = await post(`${demo.origin}/desk/enter`, { link });
  const cookie = entered.headers.get('set-cookie')?.split(';')[0];
  assert.ok(cookie !== undefined, 'the link lets in');
  return cookie;
}
