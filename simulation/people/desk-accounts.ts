/**
 * What staff decide about accounts at companies: to leave one, to write down that one dropped the newsroom, to come back,
 * to take over the mandates that one company handed to another, and to say from a company's books what became of a payment
 * that nobody tells about any more.
 */
import type { Bank } from '../bank/bank.ts';
import type { Giving } from '../core.ts';
import { markLedger } from '../verdicts/ledger-marks.ts';
import type { Desk } from './desk.ts';
import { DAY_MS } from './spans.ts';

type AccountMove = Parameters<Giving['setAccountStatus']>[0]['move'];
type LostCharge = Awaited<ReturnType<Giving['lostCharges']>>[number];

export async function readAccounts(desk: Desk): Promise<void> {
  await desk.ask('reads accounts', async (giving) => {
    await giving.accounts();
    await giving.lostCharges();
  });
}

/** Decides until it was heard; the newsroom may stand still meanwhile. */
export async function moveAccount(desk: Desk, bank: Bank, move: AccountMove): Promise<void> {
  const { world } = desk;
  const { accountId } = bank.habits;
  const decision = { ...desk.decision('as announced'), accountId, move };
  world.witness.accountMoves(world.now);
  await markLedger(world, 'an account moves');
  const answer = await desk.press(move, (giving) => giving.setAccountStatus(decision));
  desk.note(`${move} ${accountId}: ${answer?.kind ?? 'error'}`);
  if (answer === null) {
    world.later(
      DAY_MS,
      `the desk tries again to ${move}`,
      () => moveAccount(desk, bank, move),
      'always',
    );
    return;
  }
  const minutes = desk.chance.between(1, 600);
  const write = async () => void (await world.newsroom.work('ask-to-move'));
  world.later(minutes * 60_000, 'time to write to those who hang on it', write, 'always');
}

/** One company hands its mandates to another: rehearsed, then done, some of them twice. */
export async function handOnMandates(desk: Desk, from: Bank, to: Bank): Promise<void> {
  const { world } = desk;
  await markLedger(world, 'mandates move');
  for (const { customerRef, methodRef } of from.mandates.values()) {
    const handed = {
      from: { accountId: from.habits.accountId, customerRef, methodRef },
      to: {
        accountId: to.habits.accountId,
        customerRef: `${customerRef}_on`,
        methodRef: `${methodRef}_on`,
        methodFingerprint: null,
      },
    };
    to.mandates.set(handed.to.customerRef, handed.to);
    await desk.ask('rehearses', (giving) => giving.importMandate(handed, { rehearse: true }));
    const done = await desk.press('imports', (giving) =>
      giving.importMandate(handed, { rehearse: false }),
    );
    desk.note(`imports ${customerRef}: ${done ?? 'error'}`);
  }
}

export async function closeLostCharges(desk: Desk): Promise<void> {
  const lost = await desk.ask('reads lost charges', (giving) => giving.lostCharges());
  for (const charge of lost ?? []) await closeLostCharge(desk, charge);
}

/** By the company's own books. What is not decided there is left. */
async function closeLostCharge(desk: Desk, lost: LostCharge): Promise<void> {
  const { attemptId, accountId } = lost;
  const bank = desk.world.companies.ofAccount(accountId);
  const evidence = bank?.books.ofAttempt(attemptId)?.evidence ?? null;
  const isOpen = ['open', 'processing', 'needs_action'].includes(evidence?.state ?? '');
  if (isOpen) return;
  const became =
    evidence?.state === 'succeeded'
      ? ({
          kind: 'charged',
          chargeRef: evidence.chargeRef,
          money: evidence.money,
          happenedAt: evidence.happenedAt,
        } as const)
      : ({ kind: 'not-charged' } as const);
  const decision = { ...desk.decision(), attemptId, became };
  const answer = await desk.press('closes a lost charge', (giving) =>
    giving.closeLostCharge(decision),
  );
  desk.note(`closes a lost charge, ${became.kind}: ${answer?.kind ?? 'error'}`);
}
