/**
 * A newsroom in which a bit of everything has happened: gifts in every state, money that came back, money that fits
 * nothing, supporters who were forgotten, letters that wait, stories, appeals, and what a running process owns.
 */
import assert from 'node:assert/strict';
import { sql } from 'kysely';
import type { Db } from '../../database/index.ts';
import { recordFact } from '../../giving/money-facts/record-fact.ts';
import type { MoneyFact } from '../../giving/processor.ts';
import type { GivingWorld } from '../../giving/testing/giving-world.ts';
import { pledgeBy } from '../../giving/testing/pledge-story.ts';
import { money } from '../../money/index.ts';

/** One thing that can happen. */
export const HAPPENINGS = [
  'once',
  'month',
  'year',
  'quarter',
  'strange',
  'wrong-amount',
  'refund',
  'dispute',
  'decline',
  'lost',
  'pause',
  'cancel',
  'forget',
  'come-back',
  'month-passes',
] as const;
export type Happening = (typeof HAPPENINGS)[number];

export async function happen(world: GivingWorld, happening: Happening): Promise<void> {
  const { giving, processor, clock, db } = world;
  switch (happening) {
    case 'once':
      await world.give({ money: money(700n, 'USD') });
      return;
    case 'month':
    case 'year':
      await pledgeBy(world, happening);
      return;
    case 'quarter':
      // Months that were paid for with an earlier one name it, and it may come later in the file.
      await world.give({
        interval: 'month',
        collectEveryMonths: 3,
        agreed: { shown: 'Three months at a time: 15.00 EUR.', language: 'en' },
      });
      return;
    case 'strange':
      processor.strange(money(321n, 'EUR'));
      return;
    case 'wrong-amount': {
      const begun = await giving.beginGift(world.intent());
      assert.equal(begun.kind, 'go');
      if (begun.kind === 'go') processor.pay(begun.pageUrl, { money: money(499n, 'EUR') });
      return;
    }
    case 'refund':
      return await returned(world, ['refund']);
    case 'dispute':
      return await returned(world, ['dispute-opened', 'dispute-lost']);
    case 'decline':
      processor.outcome = { kind: 'declines', code: 'insufficient', advice: 'retry-later' };
      clock.advance({ hours: 24 * 31 });
      await world.settleDown();
      processor.outcome = { kind: 'pays' };
      return;
    case 'lost':
      processor.faults.push('lost-after');
      await giving.beginGift(world.intent());
      return;
    case 'pause':
    case 'cancel':
    case 'forget':
    case 'come-back':
      return await changePledge(world, happening);
    case 'month-passes':
      clock.advance({ hours: 24 * 31 });
      await world.settleDown();
      await sql`update gift set lease_owner = 'somebody', lease_until = ${clock.now()}`.execute(db);
      return;
  }
}

async function returned(world: GivingWorld, kinds: readonly MoneyFact['kind'][]): Promise<void> {
  const { db, clock } = world;
  const charge = await db
    .selectFrom('attempt')
    .innerJoin('gift', 'gift.id', 'attempt.gift_id')
    .select(['charge_ref', 'gift.currency'])
    .where('charge_ref', 'is not', null)
    .orderBy('attempt.id')
    .executeTakeFirst();
  if (charge === undefined) return;
  assert.ok(charge.currency === 'EUR' || charge.currency === 'USD');
  for (const kind of kinds) {
    const fact: MoneyFact = {
      kind,
      ref: `re_${charge.charge_ref}`,
      money: money(50n, charge.currency),
      happenedAt: clock.now(),
      chargeRef: charge.charge_ref,
      payoutRef: null,
    };
    await db
      .transaction()
      .execute((tx) => recordFact(tx, { accountId: 'fake', fact, now: clock.now() }));
  }
}

async function changePledge(
  world: GivingWorld,
  how: 'pause' | 'cancel' | 'forget' | 'come-back',
): Promise<void> {
  const { db, giving } = world;
  const pledge = await db
    .selectFrom('pledge')
    .select(['id', 'supporter_id'])
    .where('state', '=', 'active')
    .orderBy('id')
    .executeTakeFirst();
  const supporterId = pledge?.supporter_id;
  if (pledge === undefined || supporterId == null) return;
  if (how === 'pause') await giving.pausePledge({ pledgeId: pledge.id, months: 2 });
  if (how === 'cancel') await giving.cancelPledge(pledge.id);
  if (how === 'forget')
    await db.transaction().execute((tx) => giving.forgetSupporter(tx, supporterId));
  if (how === 'come-back') {
    // A newer pledge names an older one and the other way round: no order of loading has both first.
    const other = await pledgeBy(world);
    await sql`update pledge set replaces = ${other} where id = ${pledge.id}`.execute(db);
    await sql`update pledge set replaces = ${pledge.id} where id = ${other}`.execute(db);
  }
}

/** Personal data as it never stands in the database, and tokens of a running process as they do. */
export const PLANTED = {
  address: 'canary.person@example.org',
  name: 'Canary Surname',
  ip: '203.0.113.77',
  session: 'canary-session-secret-of-a-desk--',
  owner: 'canary-lease-owner',
} as const;

/** Rows of every other kind, with every type of column and its rare values. */
export async function fillTheRest(db: Db, supporterId: string): Promise<void> {
  const at = '2026-03-01T10:11:12.131415Z';
  const sealed = Buffer.alloc(700, 0xa7);
  sealed.write('age-encryption.org/v1 \n\0"\\');
  await sql`insert into supporter_number (supporter_id, number_hash, first_issued_at, asked_at)
    values (${supporterId}, ${Buffer.alloc(32, 0xff)}, ${at}, ${at})`.execute(db);
  await sql`insert into contact (supporter_id, sealed, way_out_hash, review_at)
    values (${supporterId}, ${sealed}, ${Buffer.alloc(32, 1)}, ${at})`.execute(db);
  await sql`insert into outbox (dedupe_key, kind, ref, next_at, created_at, lease_until)
    values ('note:1', 'pledge-notice', 'x', ${at}, ${at}, ${at})`.execute(db);
  const body = '<p>"quoted" \\ back\nline\u2028 \u{1F4F0} يوم \u0001</p>';
  await sql`insert into story (id, slug, language, kind, title, body, byline_policy, tags, status, version,
      published_at, updated_at, created_at)
    values (${'00000000-0000-7000-8000-000000000001'}, 'a-story', 'ar', 'story', 'Title', ${body}, 'desk',
      ${['a', 'b "c"', '{}', 'NULL', '']}, 'published', 1, ${at}, ${at}, ${at})`.execute(db);
  await sql`insert into story_version (story_id, version, content_hash, content, made_at)
    values ('00000000-0000-7000-8000-000000000001', 1, ${'a'.repeat(64)},
      ${'{"z": 1.10, "a": [1e400, "x", null, 12345678901234567890]}'}::jsonb, ${at})`.execute(db);
  await sql`insert into story_correction (id, story_id, made_at, was_wrong, is_right)
    values ('00000000-0000-7000-8000-000000000002', '00000000-0000-7000-8000-000000000001', ${at}, 'x', 'y')`.execute(
    db,
  );
  for (const path of ['/ä', '/Z', '/a', '/_', '/é']) {
    await sql`insert into story_old_path (path, story_id)
      values (${path}, '00000000-0000-7000-8000-000000000001')`.execute(db);
  }
  await sql`insert into appeals (id, zone, experiment_key, changed_at, include)
    values ('spring', 'UTC', 'spring', ${at}, ${['culture']})`.execute(db);
  await sql`insert into appeal_variants (appeal_id, id, position, share) values ('spring', 'a', 0, 100)`.execute(
    db,
  );
  await sql`insert into appeal_texts (appeal_id, variant_id, language, speaker, lead, paragraphs)
    values ('spring', 'a', 'en', 'The desk', 'We ask', ${['one', 'two']})`.execute(db);
  await sql`insert into appeal_counts (day, appeal_id, variant_id, language, placement, kind, total)
    values ('2026-03-01', 'spring', 'a', 'en', 'story', 'shown', 9007199254740993)`.execute(db);
  await sql`insert into listing_act (id, country, kind, decided_by, reason, source, at)
    values ('00000000-0000-7000-8000-0000000000c1', 'KZ', 'add', 'desk', 'because', 'example.org', ${at})`.execute(
    db,
  );
  await sql`insert into desk_session (secret_hash, expires_at)
    values (${Buffer.from(PLANTED.session.slice(0, 32))}, ${at})`.execute(db);
  await sql`insert into desk_link (secret_hash, expires_at) values (${Buffer.alloc(32, 3)}, ${at})`.execute(
    db,
  );
  await sql`update gift set lease_owner = ${PLANTED.owner}`.execute(db);
}
