/** Due dates, instants, catching up after an outage, reminders, and the day on which a gift counts. */
import { z } from 'zod';
import {
  catchUp,
  dayIn,
  dayText,
  dueDate,
  dueSeries,
  Instant,
  instantAt,
  nextDue,
  PlainDate,
  parseDay,
  REMINDER_DATE_CHOICES,
  reminderDate,
} from '../../calendar/index.ts';
import { unreachable } from '../../problems/index.ts';
import { caseFormat } from './case-format.ts';

const date = z.string().transform((text) => PlainDate.from(text));
const plainDay = z.string().transform((text, context) => {
  const day = parseDay(text);
  if (day === null) context.addIssue({ code: 'custom', message: 'no such day' });
  return day ?? z.NEVER;
});
const schedule = { anchor: date, unit: z.enum(['month', 'year']) };

const given = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('due'), ...schedule, n: z.int() }),
  z.object({ kind: z.literal('series'), ...schedule, from: z.int(), count: z.int() }),
  z.object({ kind: z.literal('next'), ...schedule, from: date }),
  z.object({ kind: z.literal('missed'), ...schedule, last: z.int(), today: date }),
  z.object({ kind: z.literal('instant'), date, time: z.string(), zone: z.string() }),
  z.object({
    kind: z.literal('reminder'),
    today: plainDay,
    choice: z.enum(REMINDER_DATE_CHOICES),
  }),
  z.object({ kind: z.literal('day'), instant: z.string(), zone: z.string() }),
]);

export const calendar = caseFormat({ name: 'calendar', given, run });

function run(one: z.infer<typeof given>): unknown {
  switch (one.kind) {
    case 'due':
      return { date: dueDate(one, one.n).toString() };
    case 'series':
      return { dates: dueSeries(one, one).map((due) => due.date.toString()) };
    case 'next': {
      const next = nextDue(one, one.from);
      return { n: next.n, date: next.date.toString() };
    }
    case 'missed':
      return catchUp(one, one);
    case 'instant':
      return { instant: instantAt(one).toString() };
    case 'reminder':
      return { date: dayText(reminderDate(one.choice, one.today)) };
    case 'day': {
      const day = dayIn(Instant.from(one.instant), one.zone);
      return { day: day.toString(), year: day.year };
    }
    default:
      return unreachable(one, 'the kind of a calendar case');
  }
}
