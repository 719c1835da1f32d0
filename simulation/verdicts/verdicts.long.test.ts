/**
 * A verdict that cannot fail proves nothing: for each there is a wrong book here, put into a world that was lived and is well
 * otherwise, and it must be the one that says so. And every invariant has a verdict.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { sql } from 'kysely';
import type { Payment } from '../bank/books.ts';
import { checkInvariants, type Tx, testDatabase } from '../core.ts';
import type { World } from '../world.ts';
import { VERDICTS } from './index.ts';
import { type LivedWorld, livedWorld } from './lived-world.ts';
import { RULES } from './verdict.ts';

interface WrongBook {
  readonly verdict: string;
  /** What the verdict must say is broken. */
  readonly rule: string;
  readonly wrong: string;
  /** In the database, without its triggers and references. */
  readonly rows?: string;
  /** In the books of a company, or in what people remember. @returns how it is taken back */
  readonly memory?: (world: World) => () => void;
}

const NOBODY = '00000000-0000-4000-8000-000000000000';
const OWN_CHECK = 'the books by the program’s own check';
const A_CHARGE = `(select min(id) from ledger_transfer where code = 10)`;
const A_SETTLED_GIFT = `(select min(id::text)::uuid from gift where state = 'settled')`;

/** Another row like one that is there. */
const copyOfAttempt = (changes: string) => `
  insert into attempt select (jsonb_populate_record(attempt, ${changes})).*
  from attempt where id = (select min(id::text)::uuid from attempt where state = 'succeeded')`;

const WRONG_BOOKS: readonly WrongBook[] = [
  {
    verdict: OWN_CHECK,
    rule: 'I1',
    wrong: 'a checkpoint is not the sum of what it stands for',
    rows: 'update ledger_checkpoint set debits = debits + 1',
  },
  {
    verdict: OWN_CHECK,
    rule: 'I2',
    wrong: 'a gift is booked with another amount',
    rows: `update ledger_transfer set amount = amount + 1 where id = ${A_CHARGE}`,
  },
  {
    verdict: OWN_CHECK,
    rule: 'I3',
    wrong: 'two attempts of a gift succeeded',
    rows: `drop index attempt_one_success; ${copyOfAttempt(
      `jsonb_build_object('id', '${NOBODY}', 'n', 99, 'charge_ref', 'another', 'object_ref', 'another')`,
    )}`,
  },
  {
    verdict: OWN_CHECK,
    rule: 'I4',
    wrong: 'two attempts of a gift are under way',
    rows: `drop index attempt_one_live; ${[98, 99]
      .map((n) =>
        copyOfAttempt(
          `jsonb_build_object('id', '${NOBODY.slice(0, -2)}${n}', 'n', ${n}, 'state', 'planned', 'charge_ref', null, 'object_ref', null)`,
        ),
      )
      .join(';')}`,
  },
  {
    verdict: OWN_CHECK,
    rule: 'I5',
    wrong: 'a pledge has a period too few',
    rows: `update gift set period_n = period_n + 1 where id = (
      select id from gift where period_n > 0 order by period_n desc, id limit 1)`,
  },
  {
    verdict: OWN_CHECK,
    rule: 'I6',
    wrong: 'a refund is booked that nobody told of',
    rows: "update money_fact set booked_at = null where kind = 'refund'",
  },
  {
    verdict: OWN_CHECK,
    rule: 'I7',
    wrong: 'more went back of a gift than came',
    rows: 'update ledger_transfer set amount = amount * 1000 where code = 20',
  },
  {
    verdict: OWN_CHECK,
    rule: 'I8',
    wrong: 'a renewal was sent after its pledge ended',
    rows: `update pledge set state = 'cancelled', ended_at = created_at, paused_until = null, resume_at = null
      where id = (select gift.pledge_id from gift join attempt on attempt.gift_id = gift.id
        where attempt.mandate_id is not null limit 1)`,
  },
  {
    verdict: OWN_CHECK,
    rule: 'I10',
    wrong: 'a settled gift has no receipt',
    rows: "delete from outbox where kind = 'receipt'",
  },
  {
    verdict: OWN_CHECK,
    rule: 'I12',
    wrong: 'a settled gift is not settled any more',
    rows: `update gift set state = 'failed', settled_at = null where id = ${A_SETTLED_GIFT}`,
  },
  {
    verdict: OWN_CHECK,
    rule: 'I15',
    wrong: 'a gift has another currency than its pledge',
    rows: `update gift set currency = 'CHF' where pledge_id is not null`,
  },
  {
    verdict: OWN_CHECK,
    rule: 'I17',
    wrong: 'nobody will ever look at an open gift',
    rows: `update gift set state = 'due', settled_at = null, next_at = null where id = ${A_SETTLED_GIFT}`,
  },
  {
    verdict: 'the companies’ charges',
    rule: 'I6',
    wrong: 'a charge is missing in the ledger',
    rows: `delete from ledger_transfer where id = ${A_CHARGE}`,
  },
  {
    verdict: 'the companies’ charges',
    rule: 'I15',
    wrong: 'a gift is for another amount than its company was asked for',
    rows: `update gift set amount_minor = amount_minor + covers_periods where id = ${A_SETTLED_GIFT}`,
  },
  {
    verdict: 'the companies’ money',
    rule: 'I6',
    wrong: 'a fee is booked with another amount',
    rows: `update ledger_transfer set amount = amount + 1 where id = (
      select min(id) from ledger_transfer where code = 11)`,
  },
  {
    verdict: 'charged by right',
    rule: 'I8',
    wrong: 'a company was asked for a charge of a cancelled pledge',
    memory: ({ banks }) => {
      banks[0]?.chargedAfterCancel.push(NOBODY);
      return () => void banks[0]?.chargedAfterCancel.pop();
    },
  },
  {
    verdict: 'charged by right',
    rule: 'I16',
    wrong: 'a company was asked to charge another one’s mandate',
    memory: ({ banks }) => {
      banks[0]?.chargedWithoutRight.push(NOBODY);
      return () => void banks[0]?.chargedWithoutRight.pop();
    },
  },
  {
    verdict: 'never doubled, never lost',
    rule: 'never lost',
    wrong: 'a gift that was paid is not settled',
    rows: "update gift set state = 'failed', settled_at = null where state = 'settled'",
  },
  {
    verdict: 'never doubled, never lost',
    rule: 'never doubled',
    wrong: 'a gift was charged twice by itself',
    memory: ({ banks }) => {
      for (const { books } of banks) {
        const charge = [...books.charges.values()].find(({ kind }) => kind === 'mandate');
        if (charge === undefined) continue;
        books.charges.set('another', charge);
        return () => void books.charges.delete('another');
      }
      return () => {};
    },
  },
  {
    verdict: 'one gift for one intention',
    rule: 'never doubled',
    wrong: 'two gifts came of one intention',
    memory: ({ supporters, banks }) => {
      const both = new Set(
        banks.flatMap(({ books }) => [...books.charges.values()].map(({ giftId }) => giftId)),
      );
      assert.ok(both.size > 1, 'two gifts were paid');
      supporters[0]?.intentions.add(both);
      return () => void supporters[0]?.intentions.delete(both);
    },
  },
  {
    verdict: 'what people were told',
    rule: 'I11',
    wrong: 'a gift that was acknowledged is gone',
    rows: 'delete from gift where period_n = 0',
  },
  {
    verdict: 'what people were told',
    rule: 'I12',
    wrong: 'gifts that were seen to be settled are due',
    rows: "update gift set state = 'due', settled_at = null, next_at = created_at where state = 'settled'",
  },
  {
    verdict: 'another amount under the same id',
    rule: 'I14',
    wrong: 'another amount was taken for the same gift',
    memory: ({ witness }) => {
      const [giftId = NOBODY, amount] = [...witness.acknowledged][0] ?? [];
      assert.ok(amount !== undefined, 'a gift was acknowledged');
      witness.sentAgain.push({ giftId, amount, answer: 'go' });
      return () => void witness.sentAgain.pop();
    },
  },
  {
    verdict: 'another amount under the same id',
    rule: 'I14',
    wrong: 'another amount that was refused is in the books all the same',
    rows: 'update gift set amount_minor = amount_minor + 100 * covers_periods',
    memory: ({ witness }) => {
      const [giftId = NOBODY, amount] = [...witness.acknowledged][0] ?? [];
      assert.ok(amount !== undefined, 'a gift was acknowledged');
      witness.sentAgain.push({ giftId, amount, answer: 'other-content' });
      return () => void witness.sentAgain.pop();
    },
  },
  {
    verdict: 'forgotten',
    rule: 'forgotten',
    wrong: 'a gift names somebody who is forgotten',
    rows: `update gift set supporter_id = '${NOBODY}' where id = ${A_SETTLED_GIFT}`,
    memory: ({ witness }) => {
      witness.forgotten.add(NOBODY);
      return () => void witness.forgotten.delete(NOBODY);
    },
  },
  {
    verdict: 'the ledger as it was',
    rule: 'I9',
    wrong: 'a posting happened a second later than it did',
    rows: `update ledger_transfer set happened_at = happened_at + interval '1 second' where id = ${A_CHARGE}`,
  },
  {
    verdict: 'the ledger as it was',
    rule: 'I16',
    wrong: 'a posting from before an account moved is at another account',
    rows: `update ledger_transfer set cause_ref = cause_ref || 'x' where id = ${A_CHARGE}`,
  },
  {
    verdict: 'the calendar',
    rule: 'calendar',
    wrong: 'a gift is due a day late',
    rows: `update gift set due_date = due_date + 1 where id = (
      select gift.id from gift join pledge on pledge.id = gift.pledge_id
      where pledge.zone is not null and period_n > 0 limit 1)`,
  },
  {
    verdict: 'the calendar',
    rule: 'calendar',
    wrong: 'a day was changed that nobody asked to change',
    rows: `insert into pledge_change (pledge_id, version, kind, from_n, from_date, amount_minor, currency, unit,
        collect_every_months, anchor_date, anchor_n, at)
      select id, 999, 'day', 1, anchor_date, amount_minor, currency, unit, 1, anchor_date, 0, created_at
      from pledge where zone is not null`,
  },
  {
    verdict: 'the calendar',
    rule: 'calendar',
    wrong: 'a gift is skipped for no reason',
    rows: `update gift set state = 'skipped', covered_by = null, settled_at = null
      where id in (select gift.id from gift join pledge on pledge.id = gift.pledge_id where pledge.zone is not null)`,
  },
  {
    verdict: 'what was agreed to',
    rule: 'terms',
    wrong: 'a renewal is for more than was agreed to',
    rows: `update gift set amount_minor = amount_minor + covers_periods where period_n > 0 and state = 'settled'`,
  },
  {
    verdict: 'letters',
    rule: 'I10',
    wrong: 'a letter counts as sent that nobody took',
    memory: ({ postbox }) => {
      const taken = new Map(postbox.taken);
      postbox.taken.clear();
      return () => {
        for (const [key, times] of taken) postbox.taken.set(key, times);
      };
    },
  },
  {
    verdict: 'letters',
    rule: 'I10',
    wrong: 'a letter never left',
    rows: "update outbox set state = 'pending', next_at = created_at",
  },
  {
    verdict: 'asked in time',
    rule: 'I17',
    wrong: 'nobody asks what became of an attempt that was sent years ago',
    rows: `update attempt set state = 'unknown', charge_ref = null where state = 'succeeded'
      and first_sent_at < (select max(first_sent_at) - interval '100 days' from attempt)`,
  },
  {
    verdict: 'at rest',
    rule: 'liveness',
    wrong: 'an attempt is planned and never sent',
    rows: `update attempt set state = 'planned', charge_ref = null where state = 'succeeded'
      and id = (select min(id::text)::uuid from attempt where state = 'succeeded')`,
  },
  {
    verdict: 'at rest',
    rule: 'liveness',
    wrong: 'a message was never applied',
    rows: "update processor_event set state = 'received', next_at = received_at",
  },
  {
    verdict: 'no surprise',
    rule: 'no surprise',
    wrong: 'the program caught itself in a mistake',
    rows: `insert into alarm (kind, ref, detail, raised_at) values ('assertion', 'x', 'what was sure is not so', '2026-01-01')`,
  },
];

let lived: LivedWorld;
before(async () => {
  lived = await livedWorld({
    // The first of these was enough when this was written.
    from: 6,
    seeds: 200,
    plant: {
      // Everything is told, and both kinds of books are compared.
      weather: { settlements: true, leaves: true, webhooks: true, poller: true, outages: false },
    },
    async isEnough(db) {
      const { rows } = await sql<{ enough: boolean }>`
        select (select count(*) from ledger_transfer where code = 20) > 0
          and (select count(*) from account_act act where exists (
            select from ledger_transfer t where t.at < act.at and t.code = 10)) > 0
          and (select count(*) from attempt where mandate_id is not null and state = 'succeeded') > 3
          and (select count(*) from pledge where zone is not null) > 0
          and (select count(*) from ledger_checkpoint) > 0
          and not exists (select from processor_account where status = 'dropped') as enough
      `.execute(db);
      return rows[0]?.enough === true;
    },
  });
});
after(() => lived.close());

describe('the verdicts', () => {
  it('speak for every invariant', () => {
    const spoken = new Set(VERDICTS.flatMap(({ rules }) => rules));
    assert.deepEqual(
      RULES.filter((rule) => !spoken.has(rule)),
      [],
    );
  });

  it('promise of the program’s own check what it has', async () => {
    const database = await testDatabase({ poolSize: 1 });
    const asked = new Set<string>();
    await checkInvariants(database.db, ({ rule }) => void asked.add(rule));
    await database.close();
    const promised = VERDICTS.find(({ name }) => name === OWN_CHECK)?.rules ?? [];
    assert.deepEqual([...asked].toSorted(), [...promised].toSorted());
  });

  it('have a wrong book each, for every rule they speak for', () => {
    const tried = WRONG_BOOKS.map(({ verdict, rule }) => `${verdict}: ${rule}`);
    // It has the inbox run, so it has a test of its own below.
    const others = VERDICTS.filter(({ name }) => name !== 'every message again');
    const missing = others.flatMap(({ name, rules }) =>
      rules.map((rule) => `${name}: ${WORD_OF[`${name}: ${rule}`] ?? rule}`),
    );
    assert.deepEqual(
      missing.filter((one) => !tried.includes(one)),
      [],
    );
    assert.deepEqual(
      others.filter(({ name }) => !WRONG_BOOKS.some(({ verdict }) => verdict === name)),
      [],
    );
  });

  it('find nothing in the world as it was lived', async () => {
    const found = await lived.spoiled(async () => {}, judgeAll);
    assert.deepEqual(found, []);
  });

  for (const { verdict, rule, wrong, rows, memory } of WRONG_BOOKS) {
    it(`${verdict} (${rule}) is broken where ${wrong}`, async () => {
      const takeBack = memory?.(lived.world) ?? (() => {});
      try {
        const found = await lived.spoiled(
          (tx) => write(tx, rows),
          (world) => judgeOne(world, verdict),
        );
        assert.ok(
          found.some((breach) => breach.rule === rule),
          `said ${JSON.stringify(found.slice(0, 3))}`,
        );
      } finally {
        takeBack();
      }
    });
  }
});

describe('every message again', () => {
  it('finds a ledger that moves when a company tells another charge for the same payment', async () => {
    const { world } = lived;
    const replays = VERDICTS.find(({ name }) => name === 'every message again');
    assert.ok(replays !== undefined);
    const always = new Proxy(world, {
      get: (target, name): unknown =>
        name === 'plant' ? { ...target.plant, replays: true } : Reflect.get(target, name),
    });
    assert.deepEqual(await replays.judge(always), []);
    const told = await paidPaymentWithMessage(world);
    assert.ok(told.evidence.state === 'succeeded');
    const right = told.evidence;
    told.evidence = { ...right, chargeRef: 'another' };
    const found = await replays.judge(always);
    told.evidence = right;
    assert.deepEqual(
      found.map(({ rule }) => rule),
      ['I13'],
    );
  });
});

/** Rules for which a verdict has a word of its own. */
const WORD_OF: Readonly<Record<string, string>> = {
  'never doubled, never lost: I3': 'never doubled',
  'never doubled, never lost: I11': 'never lost',
  'the calendar: I5': 'calendar',
  'what was agreed to: I15': 'terms',
  'at rest: I17': 'liveness',
};

async function judgeAll(world: World) {
  const names = VERDICTS.map(({ name }) => name).filter((name) => name !== 'every message again');
  const found = [];
  for (const name of names) found.push(...(await judgeOne(world, name)));
  return found;
}

async function judgeOne(world: World, name: string) {
  const verdict = VERDICTS.find((one) => one.name === name);
  assert.ok(verdict !== undefined, `there is a verdict ${name}`);
  return await verdict.judge(world);
}

async function write(tx: Tx, rows: string | undefined): Promise<void> {
  await sql`set local session_replication_role = replica`.execute(tx);
  for (const statement of rows?.split(';') ?? []) await sql.raw(statement).execute(tx);
}

async function paidPaymentWithMessage(world: World): Promise<Payment> {
  const { rows } = await sql<{ account: string; object: string }>`
    select processor_account_id as account, object_ref as object from processor_event
    where object_ref is not null and state = 'applied' order by 1, 2
  `.execute(world.db);
  for (const { account, object } of rows) {
    const payment = world.companies.ofAccount(account)?.books.payments.get(object);
    if (payment?.evidence.state === 'succeeded') return payment;
  }
  throw new Error('no message was about a payment that succeeded');
}
