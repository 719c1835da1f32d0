/** The next pay day of somebody who is paid on a day of the month. Pure, without Node: the browser reckons the same. */
import { addMonths, compareDays, type Day, daysInMonth } from '../calendar/day.ts';

/**
 * The first day after `today` that is the `dayOfMonth`-th of its month; a shorter month takes its last day.
 * @example nextPayDay({ dayOfMonth: 31, today: 31 January }) // 28 February
 */
export function nextPayDay(options: { readonly dayOfMonth: number; readonly today: Day }): Day {
  const { today } = options;
  const here = inMonthOf(today, options.dayOfMonth);
  return compareDays(here, today) > 0
    ? here
    : inMonthOf(addMonths({ ...today, day: 1 }, 1), options.dayOfMonth);
}

function inMonthOf({ year, month }: Day, dayOfMonth: number): Day {
  return { year, month, day: Math.min(dayOfMonth, daysInMonth(year, month)) };
}
