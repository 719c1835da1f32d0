/** Which appeal is shown and why not the others, and the one quiet-until date that a device keeps. */
import { z } from 'zod';
import {
  choose,
  inOrder,
  QUIET_TIMES,
  quietUntil,
  RULES,
  shortName,
  soundMemory,
} from '../../appeals/index.ts';
import { dayIn, Instant, PlainDate } from '../../calendar/index.ts';
import { caseFormat } from './case-format.ts';

const names = z.array(z.string()).default([]);
const moment = z.string().nullable().default(null);

const appeal = z.object({
  id: z.string(),
  priority: z.number().default(100),
  status: z.enum(['draft', 'live', 'paused', 'archived']).default('live'),
  start: moment,
  end: moment,
  include: names,
  exclude: names,
  languages: z.array(z.string()).default(['en']),
  complete: z.boolean().default(true),
  calm: z.boolean().default(false),
  cap: z.number().default(4),
  minStories: z.number().nullable().default(null),
  maxStories: z.number().nullable().default(null),
});

const chooseCase = z.object({
  kind: z.literal('choose'),
  now: z.string(),
  zone: z.string(),
  server: z
    .object({
      asks: z.boolean().default(true),
      country: z.string().default('unknown'),
      payable: z.boolean().default(true),
      amounts: z.boolean().default(true),
    })
    .prefault({}),
  page: z
    .object({
      kind: z.string().default('story'),
      section: z.string().default('news'),
      tags: names,
      language: z.string().default('en'),
      appeals: z.boolean().default(true),
      sensitive: z.boolean().default(false),
      taken: z.boolean().default(false),
    })
    .prefault({}),
  device: z
    .object({
      storage: z.string().default('ok'),
      quietUntil: z.unknown().optional(),
      lastAppeal: z.unknown().optional(),
      views: z.record(z.string(), z.array(z.unknown())).default({}),
      stories: z.unknown().default(0),
    })
    .prefault({}),
  cooldownDays: z.number().default(1),
  appeals: z.array(appeal),
});

const SPANS = ['close', 'week', 'month', 'three-months', 'year', 'gift', 'pledge'] as const;

const quietCase = z.object({
  kind: z.literal('quiet'),
  zone: z.string(),
  choices: z
    .array(
      z.union([
        z.object({ at: z.string(), what: z.enum(SPANS) }),
        z.object({ at: z.string(), what: z.literal('reminder'), date: z.string() }),
      ]),
    )
    .min(1),
});

const given = z.discriminatedUnion('kind', [chooseCase, quietCase]);

export const asking = caseFormat({
  name: 'asking',
  given,
  run: (one) => (one.kind === 'choose' ? chosen(one) : quiet(one)),
});

function chosen(one: z.infer<typeof chooseCase>): unknown {
  const today = dayNumberIn(one.now, one.zone);
  const { show, walks } = choose(
    inOrder(one.appeals.map(withInstants)),
    {
      nowMs: Instant.from(one.now).epochMilliseconds,
      today,
      cooldownDays: one.cooldownDays,
      server: one.server,
      page: one.page,
      device: deviceMemory(one.device, today),
    },
    RULES,
  );
  const inVain = walks.filter((walk) => walk.failed !== null);
  return {
    show: show?.id ?? null,
    trace: Object.fromEntries(inVain.map((walk) => [walk.appeal.id, walk.failed])),
  };
}

function withInstants({ start, end, ...rest }: z.infer<typeof appeal>) {
  const ms = (text: string | null) => (text === null ? null : Instant.from(text).epochMilliseconds);
  return { ...rest, startMs: ms(start), endMs: ms(end) };
}

/** Days in a case are texts, on a device numbers; what is no day stays what it is, for the product to drop. */
function deviceMemory(device: z.infer<typeof chooseCase>['device'], today: number) {
  if (device.storage !== 'ok') return soundMemory([], today);
  const views = Object.entries(device.views).flatMap(([id, days]) =>
    days.map((day) => [shortName(id), asNumber(day)]),
  );
  return soundMemory(
    [asNumber(device.quietUntil), asNumber(device.lastAppeal), device.stories, null, null, views],
    today,
  );
}

function quiet(one: z.infer<typeof quietCase>): unknown {
  // The latest choice wins, even if it is earlier.
  const last = one.choices.reduce((a, b) =>
    Instant.compare(Instant.from(a.at), Instant.from(b.at)) > 0 ? a : b,
  );
  if (last.what === 'reminder') return { quietUntil: last.date };
  return { quietUntil: dayOf(quietUntil(QUIET_TIMES[last.what], dayNumberIn(last.at, one.zone))) };
}

const FIRST = PlainDate.from('1970-01-01');

function dayNumberIn(instant: string, zone: string): number {
  return FIRST.until(dayIn(Instant.from(instant), zone)).days;
}

function asNumber(day: unknown): unknown {
  try {
    return FIRST.until(PlainDate.from(String(day))).days;
  } catch {
    return day;
  }
}

function dayOf(number: number): string {
  return FIRST.add({ days: number }).toString();
}
