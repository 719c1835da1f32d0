/**
 * Reading the form of a reminder: when, under which title, with or without the address. Nothing of it is kept; what cannot
 * be read comes back with the field named and everything typed still there.
 */
import { type Day, parseDay, reminderMoment } from '../calendar/index.ts';
import type { MessageKey } from '../language/index.ts';
import type { FormFields } from '../page/index.ts';
import { nextPayDay } from './pay-day.ts';

export const WHENS = ['evening', 'pay-day', 'month', 'date'] as const;
export type When = (typeof WHENS)[number];

/** What stands in the form, as typed. */
export interface ReminderDraft {
  readonly when: string;
  readonly payDay: string;
  readonly date: string;
  readonly title: string;
  readonly link: boolean;
}

export interface ReminderProblem {
  readonly field: 'when-evening' | 'pay-day-of' | 'date' | 'title-neutral';
  readonly message: MessageKey;
}

export interface Reminder {
  readonly day: Day;
  /** An hour of the reader's clock; `null` for a whole day. */
  readonly hour: number | null;
  readonly title: 'neutral' | 'newsroom';
  readonly link: boolean;
}

export type ReminderReading =
  | { readonly ok: true; readonly reminder: Reminder }
  | { readonly ok: false; readonly problems: readonly ReminderProblem[] };

export function readDraft(fields: FormFields): ReminderDraft {
  return {
    when: fields.text('when').slice(0, 40),
    payDay: fields.text('day').slice(0, 40),
    date: fields.text('date').slice(0, 40),
    title: fields.text('title').slice(0, 40) || 'neutral',
    link: fields.has('link'),
  };
}

/** @param now the day and hour where the reader is; on the server the newsroom's, the only one known there */
export function readReminder(
  draft: ReminderDraft,
  now: { readonly today: Day; readonly hour: number },
): ReminderReading {
  const problems: ReminderProblem[] = [];
  const { title } = draft;
  if (title !== 'neutral' && title !== 'newsroom') {
    problems.push({ field: 'title-neutral', message: 'reminders.title-wrong' });
  }
  const moment = momentOf(draft, now);
  if ('message' in moment) problems.push(moment);
  if (problems.length > 0 || 'message' in moment || (title !== 'neutral' && title !== 'newsroom')) {
    return { ok: false, problems };
  }
  return { ok: true, reminder: { ...moment, title, link: draft.link } };
}

function momentOf(
  draft: ReminderDraft,
  now: { readonly today: Day; readonly hour: number },
): Pick<Reminder, 'day' | 'hour'> | ReminderProblem {
  const { when, payDay, date } = draft;
  if (when === 'evening') return pickMoment(reminderMoment({ when: 'this-evening' }, now), true);
  if (when === 'month') return pickMoment(reminderMoment({ when: 'in-a-month' }, now), false);
  if (when === 'pay-day') {
    const dayOfMonth = /^\d{1,2}$/.test(payDay) ? Number(payDay) : 0;
    if (dayOfMonth < 1 || dayOfMonth > 31) {
      return { field: 'pay-day-of', message: 'reminders.pay-day-wrong' };
    }
    return { day: nextPayDay({ dayOfMonth, today: now.today }), hour: null };
  }
  if (when === 'date') {
    const day = parseDay(date);
    if (day === null) return DATE_WRONG;
    return pickMoment(reminderMoment({ when: 'date', day }, now), false);
  }
  return { field: 'when-evening', message: 'reminders.when-missing' };
}

const DATE_WRONG: ReminderProblem = { field: 'date', message: 'reminders.date-wrong' };

function pickMoment(
  moment: ReturnType<typeof reminderMoment>,
  withHour: boolean,
): Pick<Reminder, 'day' | 'hour'> | ReminderProblem {
  if ('refused' in moment) return DATE_WRONG;
  return { day: moment.day, hour: withHour ? moment.hour : null };
}
