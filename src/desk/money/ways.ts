/** What can be done about an alarm: money that waits is accepted or sent back; everything else in the core's own ways. */
import type { AlarmWay, DeskAlarm } from '../../giving/index.ts';

export const MONEY_WAYS = ['accept', 'send-back', 'release', 'retry', 'acknowledge'] as const;
export type MoneyWay = AlarmWay | 'accept' | 'send-back';

export function isWay(text: string): text is MoneyWay {
  return MONEY_WAYS.some((way) => way === text);
}

export function waysOfAlarm(alarm: DeskAlarm): readonly MoneyWay[] {
  return alarm.waiting === null ? alarm.ways : ['accept', 'send-back'];
}
