/**
 * What it costs to hand a reader the note's answer and a story, against a bare node:http server that sends the same bytes
 * and headers.
 *
 * Compared are requests per second of the server's own processor time, not of the clock on the wall: both servers are
 * asked in turns by the same load, and what other programs take from the machine meanwhile falls out.
 */
import { Child } from '../child.ts';
import { startDurableServer } from '../durable-server.ts';
import type { Figure, Measure, MeasureTools } from '../figure.ts';
import { HttpClient, wireRequest } from '../load/http-client.ts';
import { type RoundResult, roundResult } from '../load/load-round.ts';
import { openBenchNewsroom, SAFE_READER } from '../servers/newsroom.ts';
import { inProcessResult, usage } from '../servers/usage.ts';
import { type Comparison, interleave, median } from '../statistics.ts';
import { NOTE_LIMIT_BYTES, noteBytes, STORY_LIMIT_BYTES, sizeFigure, storyBytes } from './sizes.ts';
import { publishStoryOf700Words, STORY_SLUG } from './story-text.ts';

const CALLERS = 16;
const ROUNDS = 9;
const ROUND_MS = 1_500;
/** Programs that are new to the machine run slower: both answer so many before anything is counted, or try for so long. */
const WARM_UP_REQUESTS = 40_000;
const WARM_UP_MS_MAX = 20_000;

/** What a browser of today sends with a request of our element, and of a page. */
const READER = {
  'x-forwarded-for': SAFE_READER,
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  accept: '*/*',
  'accept-language': 'en',
  'accept-encoding': 'gzip, deflate, br, zstd',
  connection: 'keep-alive',
};

export const sizes: Measure = {
  name: 'sizes',
  about: 'bytes of the appeal element and of a story page',
  async run(tools) {
    return await withNewsroom(tools, async ({ newsroom, demo }) => [
      sizeFigure({
        name: 'size.note',
        what: 'appeal element, everything inside, brotli',
        bytes: await noteBytes(),
        limit: NOTE_LIMIT_BYTES,
      }),
      sizeFigure({
        name: 'size.story',
        what: 'story page of 700 words, styles and headers included, brotli',
        bytes: await storyBytes(newsroom),
        limit: STORY_LIMIT_BYTES,
      }),
      sizeFigure({
        name: 'size.story-demo',
        what: 'the same in the demo',
        bytes: await storyBytes(demo),
        limit: STORY_LIMIT_BYTES,
      }),
    ]);
  },
};

export const serving: Measure = {
  name: 'serving',
  about: 'the note’s answer and a story page against bare node:http',
  async run(tools) {
    return await withNewsroom(tools, async ({ databaseUrl }) => {
      const { directory, project } = tools;
      const load = await Child.start({ script: 'load/load.ts', core: 'load', settings: null });
      const ours = await Child.start({
        script: 'servers/serve-newsroom.ts',
        core: 'server',
        settings: { databaseUrl, directory, project },
      });
      try {
        return await figures({ tools, load, ours });
      } finally {
        await Promise.all([load.stop(), ours.stop()]);
      }
    });
  },
};

interface Servers {
  readonly tools: MeasureTools;
  readonly load: Child;
  readonly ours: Child;
}

async function figures(servers: Servers): Promise<readonly Figure[]> {
  const note = { path: '/note?language=en&slot=42', headers: READER };
  const story = { path: `/story/${STORY_SLUG}`, headers: READER };
  const { 'accept-encoding': _, ...unpacked } = READER;
  const all: Figure[] = [];
  const add = async (figure: Omit<FigureOrder, 'servers'>): Promise<void> => {
    servers.tools.progress(figure.what);
    all.push(await compare({ ...figure, servers }));
  };
  await add({
    name: 'note.in-process',
    what: '/note, in process',
    request: note,
    least: 0.8,
    inProcess: true,
  });
  await add({ name: 'note.http', what: '/note over HTTP', request: note, least: 0.8 });
  await add({
    name: 'story.http-br',
    what: 'story page over HTTP, brotli',
    request: story,
    least: 0.7,
  });
  await add({
    name: 'story.http',
    what: 'story page over HTTP, not packed',
    request: { ...story, headers: unpacked },
    least: 0.7,
  });
  return all;
}

interface FigureOrder {
  readonly servers: Servers;
  readonly name: string;
  readonly what: string;
  readonly request: { readonly path: string; readonly headers: Readonly<Record<string, string>> };
  readonly least: number;
  readonly inProcess?: boolean;
}

async function compare(order: FigureOrder): Promise<Figure> {
  const { servers, request, least } = order;
  const { load, ours, tools } = servers;
  const { port } = await ours.ask({}, usage);
  const same = await answerOf(port, request);
  const bare = await Child.start({
    script: 'servers/serve-bare.ts',
    core: 'server',
    settings: same,
  });
  const durationMs = ROUND_MS * tools.effort;
  const walls: RoundResult[] = [];
  try {
    const over = async (server: Child, keep: RoundResult[]): Promise<number> => {
      const before = await server.ask({}, usage);
      const what = { kind: 'same', ...request };
      const round = { port: before.port, callers: CALLERS, durationMs, status: 200, what };
      const result = await load.ask(round, roundResult);
      keep.push(result);
      const spent = (await server.ask({}, usage)).cpuMicroseconds - before.cpuMicroseconds;
      return (result.answered * 1e6) / spent;
    };
    for (const server of [ours, bare]) {
      const answered: RoundResult[] = [];
      const enough = (): boolean =>
        sum(answered.map((round) => round.answered)) >= WARM_UP_REQUESTS * tools.effort ||
        sum(answered.map((round) => round.elapsedMs)) >= WARM_UP_MS_MAX * tools.effort;
      while (!enough()) await over(server, answered);
    }
    const inProcess = async (): Promise<number> => {
      const result = await ours.ask(
        { kind: 'in-process', ...request, durationMs },
        inProcessResult,
      );
      return (result.answered * 1e6) / result.cpuMicroseconds;
    };
    const comparison = await interleave({
      rounds: Math.max(3, Math.round(ROUNDS * tools.effort)),
      ours: order.inProcess === true ? inProcess : () => over(ours, walls),
      baseline: () => over(bare, []),
    });
    return figureOf(order, { comparison, walls, least });
  } finally {
    await bare.stop();
  }
}

function figureOf(
  order: FigureOrder,
  found: {
    readonly comparison: Comparison;
    readonly walls: readonly RoundResult[];
    readonly least: number;
  },
): Figure {
  const { comparison, walls, least } = found;
  const wall = median(walls.map((round) => round.answered / (round.elapsedMs / 1000)));
  const p99 = median(walls.map((round) => round.p99Ms));
  return {
    name: order.name,
    what: order.what,
    absolute:
      walls.length === 0
        ? `${perSecond(comparison.ours)} of one core`
        : `${perSecond(wall)}, p99 ${p99.toFixed(1)} ms at ${CALLERS} callers`,
    ratio: comparison.ratio,
    spread: comparison.spread,
    baseline: `bare node:http, ${perSecond(comparison.baseline)} of one core`,
    budget: `>= ${least}`,
    holds: comparison.ratio >= least,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function perSecond(rate: number): string {
  return `${Math.round(rate).toLocaleString('en')}/s`;
}

/** What our server answers, for the bare one to send: the same bytes and the same headers. */
async function answerOf(
  port: number,
  request: FigureOrder['request'],
): Promise<{ headers: [string, string][]; bodyBase64: string }> {
  const client = await HttpClient.open(port);
  try {
    const answer = await client.send(wireRequest({ method: 'GET', ...request }));
    if (answer.status !== 200) throw new Error(`${request.path} answered ${answer.status}`);
    const headers = answer.head
      .split('\r\n')
      .slice(1)
      .map((line): [string, string] => {
        const at = line.indexOf(':');
        return [line.slice(0, at), line.slice(at + 1).trim()];
      })
      // Node adds these to every answer by itself.
      .filter(([name]) => !/^(date|connection|keep-alive)$/i.test(name));
    return { headers, bodyBase64: answer.body.toString('base64') };
  } finally {
    client.close();
  }
}

/** A newsroom with the demo's stories and one of 700 words, in a database of its own. */
async function withNewsroom<T>(
  tools: MeasureTools,
  work: (opened: {
    readonly databaseUrl: string;
    readonly newsroom: Awaited<ReturnType<typeof openBenchNewsroom>>;
    readonly demo: Awaited<ReturnType<typeof openBenchNewsroom>>;
  }) => Promise<T>,
): Promise<T> {
  const server = await startDurableServer(tools.directory);
  try {
    const { directory, project } = tools;
    const common = { databaseUrl: server.url, directory, project };
    const newsroom = await openBenchNewsroom(common);
    const demo = await openBenchNewsroom({ ...common, isDemo: true });
    try {
      await publishStoryOf700Words(newsroom.db);
      return await work({ databaseUrl: server.url, newsroom, demo });
    } finally {
      await Promise.all([newsroom.close(), demo.close()]);
    }
  } finally {
    await server.stop();
  }
}
