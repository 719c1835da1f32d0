/** What staff do about alarms: each in one of the ways it has, also those that are refused. */
import { assert, type Giving } from '../core.ts';
import type { Desk } from './desk.ts';

type DeskAlarm = Awaited<ReturnType<Giving['moneyDesk']['openAlarms']>>[number];
type Waiting = NonNullable<DeskAlarm['waiting']>;

export async function dealWithAlarms(desk: Desk): Promise<void> {
  const alarms = await desk.ask('reads alarms', (giving) => giving.moneyDesk.openAlarms());
  for (const alarm of alarms ?? []) {
    const did =
      alarm.waiting === null
        ? await goAWay(desk, alarm)
        : await decideAboutMoney(desk, { alarm, waiting: alarm.waiting });
    desk.note(`${alarm.kind}: ${did ?? 'error'}`);
  }
}

/** Money that nobody could explain: it becomes a gift, goes back, or waits on. */
async function decideAboutMoney(
  desk: Desk,
  of: { readonly alarm: DeskAlarm; readonly waiting: Waiting },
): Promise<string | null> {
  const { accountId, chargeRef } = of.waiting;
  const { alarmId, giftId } = of.alarm;
  const charge = { accountId, chargeRef, ...desk.decision() };
  switch (desk.chance.below(5)) {
    case 0:
    case 1: {
      const made = desk.world.newId();
      const accepted = await desk.press('accepts', (giving) =>
        giving.acceptUnmatched({ ...charge, giftId: made }),
      );
      return accepted?.kind ?? null;
    }
    case 2: {
      const back = await desk.press('sends back', (giving) => giving.refundUnmatched(charge));
      return back?.kind ?? null;
    }
    case 3: {
      if (giftId === null) return 'left';
      const how = desk.chance.pick(['accept', 'refund'] as const);
      const { by, reason } = charge;
      const ended = await desk.press('ends a hold', (giving) =>
        giving.resolveHold({ giftId, how, by, reason }),
      );
      return ended === null ? null : `${how} ${ended}`;
    }
    default: {
      const answer = await desk.ask('acknowledges money', (giving) =>
        giving.dealWithAlarm({ ...desk.decision(), alarmId, way: 'acknowledge' }),
      );
      if (answer?.kind === 'done') {
        desk.world.breach('money waits', `an alarm was acknowledged away: ${of.alarm.ref}`);
      }
      return answer?.kind ?? null;
    }
  }
}

async function goAWay(desk: Desk, alarm: DeskAlarm): Promise<string | null> {
  const { alarmId, giftId, kind } = alarm;
  const way = alarm.ways[0];
  if (way === undefined || desk.chance.hits(100)) return 'left';
  assert(way !== 'release' || giftId !== null, 'what is released is a gift');
  if (giftId !== null && desk.chance.hits(500)) {
    if (way === 'release')
      return said(await desk.press('releases', (g) => g.releaseParked(giftId)));
    if (kind === 'our-bug') return said(await desk.press('retries', (g) => g.retryOurBug(giftId)));
  }
  if (way === 'acknowledge' && desk.chance.hits(300)) {
    return said(await desk.press('resolves', (g) => g.resolveAlarm(alarmId)));
  }
  const decision = { ...desk.decision(), alarmId, way };
  const answer = await desk.press(way, (giving) => giving.dealWithAlarm(decision));
  return answer === null ? null : `${way} ${answer.kind}`;
}

function said(answer: boolean | null): string | null {
  return answer === null ? null : String(answer);
}
