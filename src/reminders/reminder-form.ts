/**
 * Reading the form of a reminder: when, under which title, with or without the address. Nothing of it is kept; what cannot
 * be read comes back with the field named and everything typed still there.
 */

import { dayNumber } from '../calendar/day-number.ts';
import { addDays, type Day, parseDay } from '../calendar/index.ts';
import type { MessageKey } from '../language/index.ts';
import type { FormFields } from '../page/index.ts';
import { reminderDay, WHENS, type When } from './reminder-day.ts';

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

/** Longer than anything the fields take; what is longer is cut, and then refused. */
const FIELD_LENGTH = 40;

export function readDraft(fields: FormFields): ReminderDraft {
  const text = (name: string) => fields.text(name).slice(0, FIELD_LENGTH);
  return {
    when: text('when'),
    payDay: text('day'),
    date: text('date'),
    title: text('title') || 'neutral',
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
  const { today } = now;
  const when = WHENS.find((one) => one === draft.when);
  const moment =
    when === undefined
      ? null
      : reminderDay(
          { when, payDay: payDayOf(draft.payDay), date: dateOf(draft.date) },
          dayNumber(today.year, today.month, today.day),
          now.hour,
        );
  if (moment === null) problems.push(whenProblem(when));
  if (title !== 'neutral' && title !== 'newsroom') {
    problems.push({ field: 'title-neutral', message: 'reminders.title-wrong' });
    return { ok: false, problems };
  }
  if (moment === null) return { ok: false, problems };
  const day = addDays({ year: 1970, month: 1, day: 1 }, moment.day);
  return { ok: true, reminder: { day, hour: moment.hour, title, link: draft.link } };
}

function whenProblem(when: When | undefined): ReminderProblem {
  if (when === 'pay-day') return { field: 'pay-day-of', message: 'reminders.pay-day-wrong' };
  if (when === 'date') return { field: 'date', message: 'reminders.date-wrong' };
  return { field: 'when-evening', message: 'reminders.when-missing' };
}

function payDayOf(text: string): number {
  return /^\s*\d{1,2}\s*$/.test(text) ? Number(text) : Number.NaN;
}

function dateOf(text: string): number {
  const day = parseDay(text);
  return day === null ? Number.NaN : dayNumber(day.year, day.month, day.day);
}
