/**
 * "Remind me later": when, and under which title. The choice silences this device until then, and a calendar file is made
 * right here; nothing is sent and no address is asked. "Set" is shown only after it is kept.
 */
import type { NoteAnswer } from '../appeals/answer.ts';
import { calendarFile } from '../reminders/calendar-file.ts';
import { reminderDay } from '../reminders/reminder-day.ts';
import { startOf, today } from './device-store.ts';
import { button, choice, element, group } from './elements.ts';

/**
 * @param done keeps the first day on which this device may be asked again, and shows the outcome with the file's link
 */
export function laterPanel(
  answer: NoteAnswer,
  back: () => void,
  done: (quietUntil: number, file: HTMLElement) => void,
): HTMLElement {
  const [when, payDayOf, dateWord, dateWrong, title, neutral, link, remind, backWord, save] =
    answer.words.later;
  const now = new Date();
  const day = today();
  const problem = element('p', { role: 'alert', class: 'alarm' });
  const payDay = element(
    'select',
    { id: 'pay', input: () => pick('pay-day') },
    ...Array.from({ length: 31 }, (_, at) => element('option', {}, `${at + 1}`)),
  );
  const date = element('input', {
    id: 'date',
    type: 'date',
    input: () => pick('date'),
  });
  const form = element(
    'form',
    { submit },
    group(
      when,
      ...answer.words.whens.map(([value, label], at) =>
        choice('radio', { name: 'when', value, checked: at === 0 }, label),
      ),
      element('label', { for: 'pay' }, payDayOf),
      payDay,
      element('label', { for: 'date' }, dateWord),
      date,
      problem,
    ),
    group(
      title,
      choice('radio', { name: 'title', value: neutral, checked: true }, neutral),
      choice('radio', { name: 'title', value: answer.newsroom }, answer.newsroom),
      choice('checkbox', { name: 'link' }, link),
    ),
    element('button', { class: 'main' }, remind),
    button(backWord, back, 'plain'),
  );
  return form;

  function pick(value: string): void {
    form.querySelector<HTMLElement>(`[value=${value}]`)?.click();
  }

  function submit(event: Event): void {
    event.preventDefault();
    const chosen = new FormData(form);
    const wish = {
      when: `${chosen.get('when')}`,
      payDay: Number(payDay.value),
      date: date.valueAsNumber / 86_400_000,
    };
    const reminder = reminderDay(wish, day, now.getHours());
    if (reminder === null) {
      problem.replaceChildren(dateWrong);
      date.focus();
      return;
    }
    const text = calendarFile({
      // `randomUUID` is missing where the page came without TLS.
      uid: crypto.getRandomValues(new Uint32Array(4)).join('-'),
      madeAt: now.toISOString(),
      title: `${chosen.get('title')}`,
      link: chosen.has('link') ? `${location.origin}/support?language=${answer.language}` : null,
      day: startOf(reminder.day).toISOString().slice(0, 10),
      hour: reminder.hour,
    });
    const href = URL.createObjectURL(new Blob([text], { type: 'text/calendar' }));
    // This evening's reminder still leaves today quiet.
    done(Math.max(reminder.day, day + 1), element('a', { download: 'reminder.ics', href }, save));
  }
}
