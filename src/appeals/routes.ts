/**
 * The HTTP of appeals. Silence is an empty 204; an answer is the same bytes for every reader in a safe place. Nothing is
 * stored outside our own servers, so no proxy and no disk can hand an appeal to somebody in a listed country.
 */
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { completeResponse, type RenderPage, readLimited } from '../page/index.ts';
import type { DecidePlace } from '../safety/index.ts';
import type { NoteAnswer } from './answer.ts';
import type { Appeals } from './appeals.ts';
import { COUNT_KINDS } from './count.ts';
import { noteResponse, type ReadyResponse, SILENCE } from './note-response.ts';
import { frameClosedPage, framePage } from './pages.ts';
import { answerFor } from './ready-answers.ts';

export interface AppealRoutesDependencies {
  readonly appeals: Appeals;
  readonly decidePlace: DecidePlace;
  readonly render: RenderPage;
}

/** A count is five short words; the longest is under 200 bytes. */
const COUNT_BYTES_LIMIT = 300;

const countMessage = z.strictObject({
  appeal: z.string().max(40),
  variant: z.string().max(20),
  language: z.string().max(35),
  placement: z.enum(['story', 'story-no-slot']),
  // What is shown is counted by the request itself, never by what a browser claims.
  kind: z.enum(COUNT_KINDS).exclude(['shown']),
});

export function createAppealRoutes(dependencies: AppealRoutesDependencies): Hono {
  const app = new Hono();
  app.get('/note', (context) => note(context, dependencies));
  app.get('/note/frame/:language', (context) => frame(context, dependencies));
  app.post('/note/count', (context) => count(context, dependencies));
  return app;
}

function note(
  context: Context,
  { appeals, decidePlace }: AppealRoutesDependencies,
): Response | Promise<Response> {
  if (decidePlace(context.req.raw).class !== 'safe') return silence();
  const asked = {
    language: context.req.query('language') ?? '',
    slot: context.req.query('slot') ?? null,
    acceptEncoding: context.req.header('accept-encoding') ?? '',
  };
  const set = appeals.answers.current();
  // Awaited only when the last look at the database has grown old.
  return set instanceof Promise
    ? set.then((looked) => sent(noteResponse(appeals, looked, asked)))
    : sent(noteResponse(appeals, set, asked));
}

function sent({ status, headers, body }: ReadyResponse): Response {
  return completeResponse(body, { status, headers });
}

function silence(): Response {
  return sent(SILENCE);
}

async function frame(context: Context, dependencies: AppealRoutesDependencies): Promise<Response> {
  const { appeals, decidePlace, render } = dependencies;
  if (decidePlace(context.req.raw).class !== 'safe') return silence();
  const answers = await appeals.answers.current();
  const answer = answerFor(answers.frame, context.req.param('language') ?? '');
  // A frame knows no section and no tags, so only an appeal for every story fits.
  const appeal = answer?.appeals.find((one) => one.include.length + one.exclude.length === 0);
  const variant = appeal?.variants[0];
  if (answer === undefined || appeal === undefined || variant === undefined) return silence();
  const closed = context.req.query('closed') !== undefined;
  appeals.counters.count(
    {
      appealId: appeal.id,
      variantId: variant.id,
      language: answer.language,
      placement: 'frame',
      kind: closed ? 'closed' : 'shown',
    },
    answer,
  );
  return render(closed ? frameClosedPage(answer) : framePage({ answer, appeal, variant }));
}

async function count(context: Context, dependencies: AppealRoutesDependencies): Promise<Response> {
  const body = await readLimited(context.req.raw, COUNT_BYTES_LIMIT);
  if (body === undefined) return refused(413);
  const message = countMessage.safeParse(parseJson(body));
  if (!message.success) return refused(400);
  if (isFromElsewhere(context)) return silence();
  if (dependencies.decidePlace(context.req.raw).class !== 'safe') return silence();
  const { note: answers } = await dependencies.appeals.answers.current();
  const known: NoteAnswer | undefined = answerFor(answers, message.data.language)?.answer;
  dependencies.appeals.counters.count(
    {
      appealId: message.data.appeal,
      variantId: message.data.variant,
      language: known?.language ?? '',
      placement: message.data.placement,
      kind: message.data.kind,
    },
    known,
  );
  return silence();
}

/** Whether the browser says that another site's page sent this: such pages must not write our figures. */
function isFromElsewhere(context: Context): boolean {
  const site = context.req.header('sec-fetch-site');
  return site !== undefined && site !== 'same-origin';
}

function refused(status: 400 | 413): Response {
  const sentence =
    status === 413 ? 'This count is too long to be one.' : 'This is not a count we know.';
  return new Response(`${sentence}\n`, {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
