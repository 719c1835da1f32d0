/**
 * Starting, stopping and starting again: after Ctrl-C, after `kill -9`, with the port taken, on a given database and on
 * the built-in one. How long the first answer takes is printed; the machine that runs the tests is not the one that
 * promises were made for.
 */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type DemoPlace, type DemoProcess, demoPlace, startDemo } from './demo-process.ts';
import { give, saidBy } from './giver.ts';

const PORTS_TRIED = 50;

let place: DemoPlace;
const running = new Set<DemoProcess>();

before(async () => {
  place = await demoPlace();
});
after(async () => {
  for (const demo of running) await demo.kill();
  await place?.close();
});

async function start(
  environment: Readonly<Record<string, string>> = {},
): Promise<{ readonly demo: DemoProcess; readonly firstAnswerMs: number }> {
  const from = performance.now();
  const demo = await startDemo(place, environment);
  running.add(demo);
  const answer = await fetch(demo.frontUrl);
  assert.equal(answer.status, 200);
  return { demo, firstAnswerMs: Math.round(performance.now() - from) };
}

/** Stops it in order. */
async function stop(demo: DemoProcess): Promise<void> {
  assert.equal(await demo.stop(), 0, demo.output());
  running.delete(demo);
}

async function kill(demo: DemoProcess): Promise<void> {
  await demo.kill();
  running.delete(demo);
}

/** Somebody else on a port, until the answer is called. */
function occupy(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

function portOf(server: Server): number {
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return address.port;
}

const storiesOf = async (demo: DemoProcess): Promise<number> =>
  ((await (await fetch(`${demo.origin}/feed.json`)).text()).match(/"\/?[^"]*\/story\//g) ?? [])
    .length;

describe('starting again', () => {
  test('every printed address answers, the desk link lets in', async (t) => {
    const { demo, firstAnswerMs } = await start();
    t.diagnostic(`first answer after ${firstAnswerMs} ms`);
    for (const address of [
      demo.frontUrl,
      demo.storyUrl,
      demo.supportUrl,
      demo.deskUrl,
      demo.bankUrl,
    ]) {
      assert.equal((await fetch(address)).status, 200, address);
    }
    await stop(demo);
  });

  test('after Ctrl-C: what was given is there, nothing is seeded twice', async (t) => {
    const first = (await start()).demo;
    const stories = await storiesOf(first);
    assert.ok(stories >= 10);
    const { thanks } = await give(first.origin, { every: 'month', other: '5' });
    await stop(first);
    const { demo, firstAnswerMs } = await start();
    t.diagnostic(`first answer after ${firstAnswerMs} ms`);
    const page = await fetch(demo.origin + new URL(thanks).pathname);
    assert.match(await saidBy(page), /^Thank you/);
    assert.equal(await storiesOf(demo), stories);
    await stop(demo);
  });

  test('after kill -9 in the middle of a gift, the bank’s journal and port included', async (t) => {
    const first = (await start()).demo;
    const { thanks } = await give(first.origin, { every: 'once', other: '7' });
    void fetch(thanks).catch(() => undefined);
    await kill(first);
    const { demo, firstAnswerMs } = await start();
    t.diagnostic(`first answer after ${firstAnswerMs} ms`);
    assert.match(await saidBy(await fetch(demo.origin + new URL(thanks).pathname)), /^Thank you/);
    const next = await give(demo.origin, { every: 'once', other: '8' });
    assert.match(await saidBy(await fetch(next.thanks)), /^Thank you/);
    await stop(demo);
  });

  test('a second Ctrl-C while it stops ends it at once', async () => {
    const { demo } = await start();
    demo.process.kill('SIGINT');
    const code = await demo.stop();
    assert.ok(code === 0 || code === 130, String(code));
    running.delete(demo);
  });
});

describe('the port', () => {
  test('taken: the next free one is used, and said', async () => {
    const somebody = await occupy(0);
    const wished = portOf(somebody);
    try {
      const { demo } = await start({ PORT: String(wished) });
      const port = Number(new URL(demo.origin).port);
      assert.ok(port > wished && port < wished + PORTS_TRIED, `${port} instead of ${wished}`);
      assert.match(demo.output(), new RegExp(`Port ${wished} is taken; using ${port}\\.`));
      await stop(demo);
    } finally {
      somebody.close();
    }
  });

  test('the bank’s port taken: it takes the next one, and paying works', async () => {
    const somebody = await occupy(0);
    try {
      const { demo } = await start({ TUPPENCE_SANDBOX_PORT: String(portOf(somebody)) });
      assert.notEqual(Number(new URL(demo.bankUrl).port), portOf(somebody));
      const { thanks } = await give(demo.origin, { every: 'once', other: '5' });
      assert.match(await saidBy(await fetch(thanks)), /^Thank you/);
      await stop(demo);
    } finally {
      somebody.close();
    }
  });

  test('no number: a sentence says so, and nothing is left running', async () => {
    await assert.rejects(start({ PORT: 'eighty' }), /PORT is "eighty"; it must be a number/);
  });
});

describe('the database', () => {
  test('DATABASE_URL is used, and no server is started beside it', async () => {
    const { demo } = await start();
    assert.deepEqual(
      (await readdir(place.dataDirectory)).filter((name) => name.startsWith('postgres')),
      [],
    );
    await stop(demo);
  });

  test('a server that is not there is said in a sentence, without its password', async () => {
    const unused = await occupy(0);
    const port = portOf(unused);
    unused.close();
    const url = `postgres://reader:secret-word@127.0.0.1:${port}/nowhere`;
    await assert.rejects(start({ DATABASE_URL: url }), (error: Error) => {
      assert.match(error.message, /ended before it was open/);
      assert.doesNotMatch(error.message, /secret-word|\n\s+at /);
      return true;
    });
  });

  test('the built-in one: an empty folder, Ctrl-C, kill -9, and the gift is still there', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'tuppence-start-'));
    const builtIn = { DATABASE_URL: '', TUPPENCE_DATA: folder };
    try {
      const first = await start(builtIn);
      t.diagnostic(`first answer on an empty folder after ${first.firstAnswerMs} ms`);
      const { thanks } = await give(first.demo.origin, { every: 'month', other: '5' });
      await stop(first.demo);
      const second = await start(builtIn);
      t.diagnostic(`first answer after Ctrl-C: ${second.firstAnswerMs} ms`);
      await kill(second.demo);
      const third = await start(builtIn);
      t.diagnostic(`first answer after kill -9: ${third.firstAnswerMs} ms`);
      const page = await fetch(third.demo.origin + new URL(thanks).pathname);
      assert.match(await saidBy(page), /^Thank you/);
      await stop(third.demo);
      const keys = await stat(join(folder, 'keys'));
      assert.equal(keys.mode & 0o077, 0, 'nobody else reads the keys');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
