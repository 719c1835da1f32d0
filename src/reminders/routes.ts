/**
 * The HTTP of reminders: a page of choices and the calendar file, for readers without script. Nothing is stored, and where
 * no appeal may be shown no reminder is offered either.
 */
import { type Context, Hono } from 'hono';
import { type Clock, dayText, type Random } from '../calendar/index.ts';
import { translator } from '../language/index.ts';
import { type Newsroom, pageLanguage } from '../newsroom/index.ts';
import { type RenderPage, readQuery } from '../page/index.ts';
import type { DecidePlace } from '../safety/index.ts';
import { calendarFile } from './calendar-file.ts';
import { laterPage, neutralPage } from './pages.ts';
import { readDraft, readReminder } from './reminder-form.ts';

export interface ReminderRoutesDependencies {
  readonly clock: Clock;
  readonly random: Random;
  readonly newsroom: Newsroom;
  readonly decidePlace: DecidePlace;
  readonly render: RenderPage;
}

export function createReminderRoutes(dependencies: ReminderRoutesDependencies): Hono {
  const app = new Hono();
  app.get('/later', (context) => later(context, dependencies));
  app.get('/later.ics', (context) => file(context, dependencies));
  return app;
}

function later(context: Context, dependencies: ReminderRoutesDependencies): Response {
  const { newsroom, render, decidePlace } = dependencies;
  const query = readQuery(context.req.url);
  const language = pageLanguage(context.req.raw, { newsroom });
  if (decidePlace(context.req.raw).class !== 'safe') return render(neutralPage(language, 200));
  return render(laterPage({ newsroom, language, draft: readDraft(query), problems: [] }));
}

function file(context: Context, dependencies: ReminderRoutesDependencies): Response {
  const { newsroom, render, decidePlace, clock, random } = dependencies;
  const query = readQuery(context.req.url);
  const language = pageLanguage(context.req.raw, { newsroom });
  if (decidePlace(context.req.raw).class !== 'safe') return render(neutralPage(language, 404));
  const draft = readDraft(query);
  const now = clock.now().toZonedDateTimeISO(newsroom.zone);
  const reading = readReminder(draft, {
    today: { year: now.year, month: now.month, day: now.day },
    hour: now.hour,
  });
  if (!reading.ok) {
    return render(laterPage({ newsroom, language, draft, problems: reading.problems }));
  }
  const { reminder } = reading;
  const origin = newsroom.origin ?? new URL(context.req.url).origin;
  const text = calendarFile({
    uid: random.uuid(),
    madeAt: clock.now().toString({ smallestUnit: 'second' }),
    title:
      reminder.title === 'newsroom' ? newsroom.name : translator(language)('appeals.title-neutral'),
    link: reminder.link ? `${origin}/support?language=${language}` : null,
    day: dayText(reminder.day),
    hour: reminder.hour,
  });
  return new Response(text, {
    headers: {
      'content-type': 'text/calendar; charset=utf-8',
      'content-disposition': 'attachment; filename="reminder.ics"',
      'cache-control': 'no-store',
    },
  });
}
