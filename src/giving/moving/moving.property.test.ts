/**
 * Two companies with books of their own, and whatever can happen while a newsroom leaves one for the other, in any order: no
 * period of a pledge is paid twice without a person being told, nothing is charged at a company that dropped us, and the
 * ledger is what the two companies took.
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { it } from 'node:test';
import fc from 'fast-check';
import { sql } from 'kysely';
import { checkInvariants } from '../ledger/invariants.ts';
import { FakeProcessor } from '../testing/fake-processor.ts';
import { type GivingWorld, givingWorld } from '../testing/giving-world.ts';
import { pledgeBy } from '../testing/pledge-story.ts';

const STEPS = [
  'drain fake',
  'drop fake',
  'activate fake',
  'drop second',
  'activate second',
  'ten days pass',
  'a month passes',
  'pay by hand',
  'open and leave',
  'lose an answer',
  'hand the mandate on',
  'say it was not charged',
  'tell everything again',
  'cancel',
] as const;
type Step = (typeof STEPS)[number];

const RUNS = Number(process.env.TUPPENCE_RUNS ?? 25);
const BY = { by: 'desk', reason: 'a test' };

interface House {
  readonly world: GivingWorld;
  readonly companies: readonly FakeProcessor[];
  readonly pledgeId: string;
  readonly notCharged: Set<string>;
}

it('no order of leaving, paying and late news pays a period twice or loses money', async () => {
  const step = fc.constantFrom(...STEPS);
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
      let second: FakeProcessor | undefined;
      const world = await givingWorld({
        now: '2026-01-10T12:00:00Z',
        processors: (fake, clock) => {
          second = new FakeProcessor({ clock, accountId: 'second' });
          return [fake, second];
        },
      });
      try {
        assert.ok(second !== undefined);
        const companies = [world.processor, second];
        const pledgeId = await pledgeBy(world);
        const house: House = { world, companies, pledgeId, notCharged: new Set() };
        for (const one of steps) await take(house, one);
        await take(house, 'tell everything again');
        await judge(house);
      } finally {
        await world.close();
      }
    }),
    { numRuns: RUNS },
  );
});

async function take(house: House, step: Step): Promise<void> {
  const { world, companies, pledgeId } = house;
  const before = companies.map(({ payments }) => payments.size);
  switch (step) {
    case 'drain fake':
    case 'drop fake':
    case 'activate fake':
    case 'drop second':
    case 'activate second': {
      const [move, accountId] = step.split(' ');
      assert.ok(move === 'drain' || move === 'drop' || move === 'activate');
      await world.giving.setAccountStatus({
        ...BY,
        actId: randomUUID(),
        accountId: accountId ?? '',
        move,
      });
      return;
    }
    case 'ten days pass':
    case 'a month passes': {
      const days = step === 'ten days pass' ? 10 : 31;
      await world.liveUntil(
        world.clock
          .now()
          .add({ hours: 24 * days })
          .toString(),
      );
      return await nothingAtDropped(house, before);
    }
    case 'pay by hand':
    case 'open and leave': {
      const giftId = (await world.giving.pledgeView(pledgeId))?.openGiftId;
      if (giftId == null) return;
      const begun = await world.giving.beginGift(world.intent({ giftId, interval: 'month' }));
      await nothingAtDropped(house, before);
      if (begun.kind !== 'go' || step === 'open and leave') return;
      companyOf(house, begun.pageUrl).pay(begun.pageUrl);
      await world.giving.askProcessor(giftId);
      return;
    }
    case 'lose an answer':
      for (const company of companies) company.faults.push('lost-after');
      return;
    case 'hand the mandate on':
      return await handOn(house);
    case 'say it was not charged':
      for (const { attemptId } of await world.giving.lostCharges()) {
        house.notCharged.add(attemptId);
        const became = { kind: 'not-charged' } as const;
        await world.giving.closeLostCharge({ ...BY, actId: randomUUID(), attemptId, became });
      }
      return;
    case 'tell everything again':
      for (const company of companies) {
        for (const { objectRef } of company.payments.values()) {
          const message = company.message(objectRef, randomUUID());
          await world.giving.takeWebhook({ accountId: company.accountId, ...message });
        }
      }
      await world.settleDown();
      return;
    case 'cancel':
      await world.giving.cancelPledge(pledgeId);
      return;
  }
}

async function handOn({ world, pledgeId }: House): Promise<void> {
  const row = await world.db
    .selectFrom('mandate')
    .innerJoin('pledge', 'pledge.mandate_id', 'mandate.id')
    .select(['processor_account_id', 'customer_ref', 'method_ref'])
    .where('pledge.id', '=', pledgeId)
    .executeTakeFirst();
  if (row === undefined) return;
  const accountId = row.processor_account_id === 'fake' ? 'second' : 'fake';
  await world.giving.importMandate(
    {
      from: {
        accountId: row.processor_account_id,
        customerRef: row.customer_ref ?? '',
        methodRef: row.method_ref ?? '',
      },
      to: {
        accountId,
        customerRef: `c_${accountId}`,
        methodRef: `m_${accountId}_${randomUUID()}`,
        methodFingerprint: null,
      },
    },
    { rehearse: false },
  );
}

function companyOf({ companies }: House, pageUrl: string): FakeProcessor {
  const found = companies.find((company) => company.payments.has(pageUrl.split('/').at(-1) ?? ''));
  assert.ok(found !== undefined, 'a page belongs to a company');
  return found;
}

/** A company that dropped us was asked for no money. */
async function nothingAtDropped(house: House, before: readonly number[]): Promise<void> {
  const accounts = await house.world.giving.accounts();
  house.companies.forEach((company, index) => {
    const account = accounts.find(({ accountId }) => accountId === company.accountId);
    if (account?.status === 'dropped') assert.equal(company.payments.size, before[index]);
  });
}

async function judge({ world, companies, notCharged }: House): Promise<void> {
  assert.deepEqual(await checkInvariants(world.db), []);
  const { rows } = await sql<{ total: bigint }>`
    select coalesce(sum(amount), 0)::bigint as total from ledger_transfer where code in (10, 90)
  `.execute(world.db);
  const taken = companies.reduce((sum, company) => sum + company.captured('EUR'), 0n);
  assert.equal(rows[0]?.total, taken, 'the ledger is what the companies took');
  const twice = await sql<{ gift: string; attempts: string[] }>`
    select gift_id as gift, array_agg(id::text) as attempts from attempt
    where id::text = any(${companies.flatMap(paidAttempts)}::text[])
    group by gift_id having count(*) > 1
  `.execute(world.db);
  for (const { attempts } of twice.rows) {
    // Only where a person said "not charged" and was wrong; then the money is kept apart and they are told.
    assert.ok(
      attempts.some((id) => notCharged.has(id)),
      `paid twice: ${attempts.join()}`,
    );
    assert.ok((await world.giving.alarms()).open.some(({ kind }) => kind === 'unmatched'));
  }
}

function paidAttempts(company: FakeProcessor): string[] {
  return [...company.payments.values()].flatMap(({ attemptId, evidence }) =>
    evidence.state === 'succeeded' && attemptId !== null ? [attemptId] : [],
  );
}
