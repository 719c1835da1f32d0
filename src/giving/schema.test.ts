/** Each rule of the schema, tried by hand: what must never happen is refused by the database, whoever tries. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { sql } from 'kysely';
import { type GivingWorld, givingWorld } from './testing/giving-world.ts';
import { sqlState } from './transaction.ts';

let world: GivingWorld;
const ids = {
  settled: '',
  open: '',
  renewal: '',
  pledge: '',
  supporter: '',
  attempt: '',
  openAttempt: '',
};

before(async () => {
  world = await givingWorld();
  ids.settled = await world.give({ interval: 'month' });
  const view = await world.giving.giftView(ids.settled);
  ids.pledge = view?.pledge?.pledgeId ?? '';
  ids.supporter = view?.supporterId ?? '';
  const open = world.intent();
  await world.giving.beginGift(open);
  ids.open = open.giftId;
  const attempts = await world.db.selectFrom('attempt').select(['id', 'gift_id']).execute();
  ids.attempt = attempts.find((row) => row.gift_id === ids.settled)?.id ?? '';
  ids.openAttempt = attempts.find((row) => row.gift_id === ids.open)?.id ?? '';
  const renewal = await world.giving.pledgeView(ids.pledge);
  ids.renewal = renewal?.openGiftId ?? '';
});
after(() => world.close());

const CHECK = '23514';
const UNIQUE = '23505';
const FOREIGN = '23503';

async function refuses(statement: string, code: string): Promise<void> {
  await assert.rejects(
    sql.raw(statement).execute(world.db),
    (error) => {
      assert.equal(sqlState(error), code, String(error));
      return true;
    },
    `must be refused: ${statement}`,
  );
}

const at = "'2026-02-01T00:00:00Z'";
const hash = "'01234567890123456789'";

function attemptRow(changes: Record<string, string> = {}): string {
  const row: Record<string, string> = {
    id: 'gen_random_uuid()',
    gift_id: `'${ids.open}'`,
    n: '2',
    processor_account_id: "'fake'",
    request_hash: hash,
    state: "'declined'",
    created_at: at,
    ...changes,
  };
  return `insert into attempt (${Object.keys(row)}) values (${Object.values(row)})`;
}

function giftRow(changes: Record<string, string> = {}): string {
  const row: Record<string, string> = {
    id: 'gen_random_uuid()',
    amount_minor: '500',
    currency: "'EUR'",
    body_hash: hash,
    state: "'due'",
    created_at: at,
    ...changes,
  };
  return `insert into gift (${Object.keys(row)}) values (${Object.values(row)})`;
}

function transferRow(changes: Record<string, string> = {}): string {
  const row: Record<string, string> = {
    group_id: 'gen_random_uuid()',
    debit: `(select id from ledger_account where name = 'processor_pending' and currency = 'EUR')`,
    credit: `(select id from ledger_account where name = 'gifts_recurring' and currency = 'EUR')`,
    amount: '1',
    currency: "'EUR'",
    code: '12',
    cause_kind: "'balance-transaction'",
    cause_ref: "'fake:bt_try'",
    happened_at: at,
    at,
    ...changes,
  };
  return `insert into ledger_transfer (${Object.keys(row)}) values (${Object.values(row)})`;
}

describe('gifts', () => {
  it('are unique per id, and per pledge and period', async () => {
    await refuses(giftRow({ id: `'${ids.settled}'` }), UNIQUE);
    const period = { pledge_id: `'${ids.pledge}'`, period_n: '0', due_date: "'2026-01-31'" };
    await refuses(giftRow(period), UNIQUE);
  });

  it('have at least one minor unit, and at most twelve digits', async () => {
    for (const amount of ['0', '-1', '1000000000000']) {
      await refuses(giftRow({ amount_minor: amount }), CHECK);
    }
  });

  it('have the currency of their pledge', async () => {
    const period = { pledge_id: `'${ids.pledge}'`, period_n: '9', due_date: "'2026-10-31'" };
    await refuses(giftRow({ ...period, currency: "'USD'" }), FOREIGN);
  });

  it('have a period exactly when they have a pledge', async () => {
    await refuses(giftRow({ period_n: '0', due_date: "'2026-01-31'" }), CHECK);
  });

  it('never leave settled, never fall in rank, never change their amount once begun', async () => {
    for (const state of ['due', 'collecting', 'failed', 'abandoned', 'integrity_hold']) {
      await refuses(
        `update gift set state = '${state}', settled_at = null where id = '${ids.settled}'`,
        CHECK,
      );
    }
    await refuses(`update gift set state = 'due' where id = '${ids.open}'`, CHECK);
    await refuses(`update gift set amount_minor = 501 where id = '${ids.open}'`, CHECK);
    await refuses(`update gift set amount_minor = 501 where id = '${ids.settled}'`, CHECK);
    await refuses(`update gift set settled_at = ${at} where id = '${ids.settled}'`, CHECK);
    await refuses(`update gift set state = 'settled' where id = '${ids.open}'`, CHECK);
    await refuses(`update gift set state = 'paid' where id = '${ids.open}'`, CHECK);
  });

  it('are looked at again only while they are open', async () => {
    await refuses(`update gift set next_at = ${at} where id = '${ids.settled}'`, CHECK);
  });

  it('that settled are never deleted', async () => {
    await refuses(`delete from gift where id = '${ids.settled}'`, CHECK);
  });
});

describe('attempts', () => {
  it('are numbered once per gift', async () => {
    await refuses(attemptRow({ n: '1' }), UNIQUE);
  });

  it('are live at most once per gift, in every live state', async () => {
    for (const state of ['planned', 'sent', 'unknown', 'needs_action']) {
      await refuses(attemptRow({ state: `'${state}'`, first_sent_at: at }), UNIQUE);
    }
  });

  it('succeed at most once per gift', async () => {
    const row = { gift_id: `'${ids.settled}'`, state: "'succeeded'", charge_ref: "'ch_other'" };
    await refuses(attemptRow(row), UNIQUE);
  });

  it('own their object and their charge alone', async () => {
    const { rows } = await sql<{ object_ref: string; charge_ref: string }>`
      select object_ref, charge_ref from attempt where id = ${ids.attempt}
    `.execute(world.db);
    await refuses(attemptRow({ object_ref: `'${rows[0]?.object_ref}'` }), UNIQUE);
    const succeeded = { state: "'succeeded'", charge_ref: `'${rows[0]?.charge_ref}'` };
    await refuses(attemptRow(succeeded), UNIQUE);
  });

  it('name a charge exactly when they succeeded', async () => {
    await refuses(attemptRow({ charge_ref: "'ch_1'" }), CHECK);
    await refuses(attemptRow({ gift_id: `'${ids.open}'`, state: "'succeeded'" }), CHECK);
  });

  it('are sent only with a time', async () => {
    await refuses(
      `update attempt set state = 'unknown', first_sent_at = null where id = '${ids.openAttempt}'`,
      CHECK,
    );
  });

  it('never leave succeeded, never go back to planned, never change what was sent', async () => {
    const set = (change: string, id: string) => `update attempt set ${change} where id = '${id}'`;
    await refuses(set("state = 'declined', charge_ref = null", ids.attempt), CHECK);
    await refuses(set("state = 'planned'", ids.openAttempt), CHECK);
    await refuses(set(`first_sent_at = ${at}`, ids.openAttempt), CHECK);
    await refuses(set("charge_ref = 'ch_rewritten'", ids.attempt), CHECK);
    await refuses(set(`gift_id = '${ids.settled}', n = 7`, ids.openAttempt), CHECK);
  });

  it('that were sent are never deleted', async () => {
    await refuses(`delete from attempt where id = '${ids.openAttempt}'`, CHECK);
  });

  it('are evidence that no truncate takes away, nor gifts, pledges, mandates, facts and messages', async () => {
    const evidence = ['attempt', 'gift', 'pledge', 'mandate', 'money_fact', 'processor_event'];
    for (const table of evidence) await refuses(`truncate ${table} cascade`, CHECK);
  });
});

describe('pledges and mandates', () => {
  it('that ended stay ended', async () => {
    const giftId = await world.give({ interval: 'year' });
    const pledgeId = (await world.giving.giftView(giftId))?.pledge?.pledgeId ?? '';
    await world.giving.cancelPledge(pledgeId);
    for (const state of ['active', 'past_due', 'awaiting_first', 'lapsed']) {
      await refuses(`update pledge set state = '${state}' where id = '${pledgeId}'`, CHECK);
    }
  });

  it('know until when they are paused, and when they ended', async () => {
    const set = (change: string) => `update pledge set ${change} where id = '${ids.pledge}'`;
    await refuses(set("state = 'paused'"), CHECK);
    await refuses(set("state = 'cancelled'"), CHECK);
    await refuses(set(`paused_until = '2026-05-01', resume_at = ${at}`), CHECK);
  });

  it('lose the references of a mandate only when it is dead', async () => {
    await refuses(
      `update mandate set customer_ref = null where supporter_id = '${ids.supporter}'`,
      CHECK,
    );
    await sql`update mandate set state = 'dead', customer_ref = null where supporter_id = ${ids.supporter}`.execute(
      world.db,
    );
    await refuses(
      `update mandate set state = 'usable', customer_ref = 'c' where supporter_id = '${ids.supporter}'`,
      CHECK,
    );
  });
});

describe('the ledger', () => {
  it('refuses update, delete and truncate', async () => {
    await refuses('update ledger_transfer set amount = amount + 1', CHECK);
    await refuses('update ledger_transfer set amount = amount where false or true', CHECK);
    await refuses('delete from ledger_transfer', CHECK);
    await refuses('truncate ledger_transfer', CHECK);
    await refuses("update ledger_account set name = 'x'", CHECK);
    await refuses('delete from ledger_account', CHECK);
    await refuses('truncate ledger_account cascade', CHECK);
  });

  it('takes the right to change it even from its owner, who is no superuser on most servers', async () => {
    for (const statement of [
      'update ledger_transfer set amount = amount + 1',
      'delete from ledger_transfer',
      'truncate ledger_transfer',
    ]) {
      const work = world.db.transaction().execute(async (tx) => {
        await sql`create role ledger_owner_of_a_test`.execute(tx);
        await sql`alter table ledger_transfer owner to ledger_owner_of_a_test`.execute(tx);
        await sql`set local role ledger_owner_of_a_test`.execute(tx);
        await sql.raw(statement).execute(tx);
      });
      await assert.rejects(work, (error) => sqlState(error) === '42501', statement);
    }
  });

  it('takes each cause once per code, and a gift as received once', async () => {
    await sql.raw(transferRow({ cause_ref: "'fake:bt_once'" })).execute(world.db);
    await refuses(transferRow({ cause_ref: "'fake:bt_once'" }), UNIQUE);
    await refuses(
      transferRow({ code: '10', gift_id: `'${ids.settled}'`, cause_kind: "'charge'" }),
      UNIQUE,
    );
  });

  it('refuses zero, negative, one-sided, mixed-currency and unknown postings', async () => {
    await refuses(transferRow({ amount: '0' }), CHECK);
    await refuses(transferRow({ amount: '-5' }), CHECK);
    const pending = `(select id from ledger_account where name = 'processor_pending' and currency = 'EUR')`;
    await refuses(transferRow({ credit: pending }), CHECK);
    await refuses(transferRow({ currency: "'USD'" }), FOREIGN);
    await refuses(transferRow({ code: '77' }), CHECK);
    await refuses(transferRow({ code: '10', cause_kind: "'charge'" }), CHECK);
  });

  it('takes a correction only if it mirrors the transfer it names, once', async () => {
    const { rows } = await sql<{ id: bigint; amount: bigint }>`
      select id, amount from ledger_transfer where code = 10 limit 1
    `.execute(world.db);
    const wrong = rows[0];
    const mirrored = {
      debit: `(select credit from ledger_transfer where id = ${wrong?.id})`,
      credit: `(select debit from ledger_transfer where id = ${wrong?.id})`,
      amount: String(wrong?.amount),
      code: '99',
      reverses: String(wrong?.id),
      cause_kind: "'person'",
      cause_ref: "'fake:correction-1'",
    };
    await refuses(transferRow({ ...mirrored, amount: '1' }), CHECK);
    await refuses(transferRow({ ...mirrored, code: '12' }), CHECK);
    await refuses(transferRow({ code: '99', reverses: String(wrong?.id) }), CHECK);
    await sql.raw(transferRow(mirrored)).execute(world.db);
    await refuses(transferRow({ ...mirrored, cause_ref: "'fake:correction-2'" }), UNIQUE);
  });
});

describe('messages of processors', () => {
  it('are kept once per account and id, and never leave applied', async () => {
    const row = (id: string) =>
      `insert into processor_event (processor_account_id, event_id, type, received_at, next_at)
       values ('fake', '${id}', 'x', ${at}, ${at})`;
    await sql.raw(row('evt_schema')).execute(world.db);
    await refuses(row('evt_schema'), UNIQUE);
    const set = (change: string) =>
      `update processor_event set ${change} where event_id = 'evt_schema'`;
    await refuses(set("state = 'applied'"), CHECK);
    await sql.raw(set("state = 'applied', next_at = null")).execute(world.db);
    await refuses(set(`state = 'received', next_at = ${at}`), CHECK);
  });
});
