/**
 * The supervisor against real processes: everything that kills, races and leaves things lying about. Passing means that
 * the program answers from PostgreSQL, every acknowledged row is there, and no process is left after the stop.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmod, chown, cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import pg from 'pg';
import { openDatabase } from '../connection.ts';
import { realRandom } from '../testing/test-server.ts';
import { installedPackage } from './binaries.ts';
import { startEmbeddedPostgres } from './index.ts';
import { freePort } from './launch.ts';
import { canEnter, isRoot } from './run-as.ts';
import { App, type AppUser, gone, testFolder, until, userOf } from './testing/harness.ts';

const linux = process.platform === 'linux';
const asRoot: { skip: string | false } = {
  skip: isRoot() && linux ? false : 'needs root on Linux',
};
const onLinux = { skip: linux ? false : 'needs /proc' };

/** Somebody without any rights. */
const NOBODY: AppUser = { uid: 65_534, gid: 65_534 };

/** Tests in which NOBODY runs the program: he must be able to reach this Node and this checkout. */
const asNobody = { skip: await whyNotNobody() };

async function whyNotNobody(): Promise<string | false> {
  if (asRoot.skip !== false) return asRoot.skip;
  for (const folder of [dirname(process.execPath), import.meta.dirname]) {
    if (!(await canEnter({ how: 'user', ...NOBODY }, folder))) {
      return `an ordinary user cannot reach ${folder}`;
    }
  }
  return false;
}

/** A database made once. Tests that leave it whole use it one after the other; the others take a copy. */
let made: Awaited<ReturnType<typeof testFolder>>;
let folder: Awaited<ReturnType<typeof testFolder>>;

before(async () => {
  made = await testFolder();
  await chmod(made.path, isRoot() ? 0o711 : 0o700);
  const server = await startEmbeddedPostgres({ directory: made.path, random: realRandom });
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  await client.query('create table written (id integer primary key)');
  await client.end();
  await server.stop();
});
after(() => made.remove());

beforeEach(async (context) => {
  folder = await testFolder();
  if ('after' in context) context.after(() => folder.remove());
});

/** A copy for a test that damages it, or needs two. */
async function madeDirectory(name = 'postgres'): Promise<string> {
  const directory = join(folder.path, name);
  assert.ok(await runs('cp', ['-a', made.path, directory]));
  for (const path of [folder.path, directory]) await chmod(path, isRoot() ? 0o711 : 0o700);
  return directory;
}

/** What we put into the data directory must belong to the server's user, as if it had written it. */
async function writeNote(directory: string, text: string): Promise<void> {
  const path = join(directory, 'data', 'postmaster.pid');
  await writeFile(path, text, { mode: 0o600 });
  const { uid, gid } = await stat(join(directory, 'data'));
  await chown(path, uid, gid);
}

const readLog = (directory: string): Promise<string> =>
  readFile(join(directory, 'server.log'), 'utf8');

describe('the first start', () => {
  test(
    'as an ordinary user with an empty home: ready, and closed to others',
    asNobody,
    async () => {
      await chown(folder.path, NOBODY.uid, NOBODY.gid);
      const directory = join(folder.path, 'project', '.tuppence', 'postgres');
      const app = new App({ directory }, NOBODY);
      const started = await app.started();
      assert.equal(started.created, true);
      assert.equal(await app.ask(), started.dataDirectory);
      assert.equal(await userOf(started.serverPid), NOBODY.uid);
      const mode = async (path: string) => (await stat(path)).mode & 0o777;
      assert.equal(await mode(directory), 0o700);
      assert.equal(await mode(started.dataDirectory), 0o700);
      assert.equal(await mode(join(started.dataDirectory, 'tuppence.password')), 0o600);
      assert.equal(await mode(join(directory, 'server.log')), 0o600);
      assert.equal(await app.stop(), true);
      assert.ok(await gone(started.serverPid));
      const left = await readdir(directory);
      assert.deepEqual(left.sort(), ['data', 'owners', 'server.log']);
      assert.deepEqual(await readdir(join(directory, 'owners')), []);
    },
  );

  test('as root: the server runs as the user postgres', asRoot, async () => {
    await chmod(folder.path, 0o711);
    const app = new App({ directory: join(folder.path, 'postgres') });
    const started = await app.started();
    assert.notEqual(await userOf(started.serverPid), 0);
    assert.equal(await app.ask(), started.dataDirectory);
    assert.equal(await app.stop(), true);
  });

  test('as root below a 0700 folder: in a namespace, with root’s files', asRoot, async (t) => {
    const directory = join(folder.path, 'postgres');
    const app = new App({ directory });
    const started = await app.started();
    if ((await userOf(started.serverPid)) !== 0) {
      await app.stop();
      return t.skip('this system makes no user namespaces');
    }
    assert.equal((await stat(started.dataDirectory)).uid, 0);
    assert.equal(await app.ask(), started.dataDirectory);
    await app.kill('SIGKILL');
    await until('the guardian stops it', () => gone(started.serverPid), 3_000);
    const again = new App({ directory });
    assert.equal((await again.started()).created, false);
    assert.equal(await again.stop(), true);
  });

  test(
    'as root below a 0700 folder without namespaces: kept in a shared place',
    asRoot,
    async (t) => {
      const shared = await testFolder();
      t.after(() => shared.remove());
      await chmod(shared.path, 0o711);
      const options = {
        directory: join(folder.path, 'postgres'),
        sharedDirectory: join(shared.path, 'lib'),
        withoutNamespaces: true,
      };
      const app = new App(options);
      const started = await app.started();
      assert.ok(started.dataDirectory.startsWith(shared.path));
      assert.notEqual(await userOf(started.serverPid), 0);
      assert.equal(await app.stop(), true);
      const again = new App(options);
      const found = await again.started();
      assert.equal(found.created, false);
      assert.equal(found.dataDirectory, started.dataDirectory);
      assert.equal(await again.stop(), true);
    },
  );

  test('from a package without links that may not be written: from a copy', asNobody, async (t) => {
    // Not in memory: programs may not be run from there everywhere.
    const disk = await testFolder(tmpdir());
    t.after(() => disk.remove());
    const bundled = installedPackage();
    assert.ok(bundled !== undefined);
    const bare = join(disk.path, 'package');
    await cp(bundled, bare, { recursive: true, verbatimSymlinks: true });
    const links = JSON.parse(await readFile(join(bare, 'native', 'pg-symlinks.json'), 'utf8'));
    for (const { target } of links) await rm(join(bare, target), { force: true });
    for (const name of await readdir(join(bare, 'native', 'bin'))) {
      await chmod(join(bare, 'native', 'bin', name), 0o644);
    }
    await chmod(disk.path, 0o711);
    const home = join(disk.path, 'home');
    await mkdir(home);
    await chown(home, NOBODY.uid, NOBODY.gid);
    const app = new App({ directory: join(home, 'postgres'), bundledPackage: bare }, NOBODY);
    const started = await app.started();
    assert.equal(await app.ask(), started.dataDirectory);
    assert.equal(await app.stop(), true);
  });

  test(
    'killed while the database is made: nothing that looks like one, the next start works',
    onLinux,
    async () => {
      const directory = join(folder.path, 'postgres');
      const app = new App({ directory });
      await until('initdb runs', async () => {
        const names = await readdir(directory).catch(() => []);
        return names.some((name) => name.startsWith('.data-'));
      });
      await app.kill('SIGKILL');
      const names = await readdir(directory);
      assert.ok(!names.includes('data'));
      const again = new App({ directory });
      const started = await again.started();
      assert.equal(started.created, true);
      assert.equal(await again.stop(), true);
      const left = (await readdir(directory)).filter((name) => name.startsWith('.'));
      assert.deepEqual(left, []);
    },
  );

  test(
    'two at once on an empty folder: one database, one server, both served',
    onLinux,
    async () => {
      const directory = join(folder.path, 'postgres');
      const apps = [new App({ directory }), new App({ directory })];
      const [one, two] = await Promise.all(apps.map((app) => app.started()));
      assert.equal(one?.serverPid, two?.serverPid);
      for (const app of apps) assert.equal(await app.ask(), one?.dataDirectory);
      const stops = [await apps[0]?.stop(), await apps[1]?.stop()];
      assert.deepEqual(stops, [false, true]);
      assert.ok(await gone(one?.serverPid ?? 0));
    },
  );
});

describe('stopping', () => {
  test('SIGTERM: in order, and the next start needs no recovery', async () => {
    const directory = made.path;
    const app = new App({ directory });
    const started = await app.started();
    await app.kill('SIGTERM');
    assert.ok(await gone(started.serverPid));
    assert.match(await readLog(directory), /database system is shut down/);
    const again = new App({ directory });
    await again.started();
    assert.doesNotMatch(await readLog(directory), /not properly shut down|recovery/);
    assert.equal(await again.stop(), true);
  });

  test(
    'kill -9 of the program: the guardian stops the server, the next start works',
    onLinux,
    async () => {
      const directory = made.path;
      const app = new App({ directory });
      const started = await app.started();
      await app.kill('SIGKILL');
      await until('the server is gone', () => gone(started.serverPid), 3_000);
      await until('the guardian is gone', () => gone(started.guardianPid), 3_000);
      const again = new App({ directory });
      assert.equal((await again.started()).adopted, false);
      assert.equal(await again.stop(), true);
    },
  );

  test(
    'kill -9 of program and guardian: the next start adopts, with a new guardian',
    onLinux,
    async () => {
      const directory = made.path;
      const app = new App({ directory });
      const started = await app.started();
      process.kill(started.guardianPid, 'SIGKILL');
      await app.kill('SIGKILL');
      await sleep(300);
      assert.ok(!(await gone(started.serverPid)), 'nobody is there to stop the server');
      const again = new App({ directory });
      const adopted = await again.started();
      assert.equal(adopted.adopted, true);
      assert.equal(adopted.serverPid, started.serverPid);
      await again.kill('SIGKILL');
      await until('the new guardian stops it', () => gone(started.serverPid), 3_000);
    },
  );

  test('kill -9 of the guardian alone: a new one is set', onLinux, async () => {
    const directory = made.path;
    const app = new App({ directory });
    const started = await app.started();
    process.kill(started.guardianPid, 'SIGKILL');
    await sleep(1_200);
    await app.kill('SIGKILL');
    await until('the server is gone', () => gone(started.serverPid), 3_000);
  });

  test(
    'two share a server; the one that started it leaves, in order or killed, the other keeps it',
    onLinux,
    async () => {
      const directory = made.path;
      for (const leave of ['stop', 'kill'] as const) {
        const first = new App({ directory });
        const started = await first.started();
        const second = new App({ directory });
        const shared = await second.started();
        assert.equal(shared.adopted, true);
        assert.equal(shared.serverPid, started.serverPid);
        if (leave === 'stop') assert.equal(await first.stop(), false);
        else await first.kill('SIGKILL');
        await until('the first guardian is gone', () => gone(started.guardianPid), 3_000);
        assert.equal(await second.ask(), started.dataDirectory);
        assert.equal(await second.stop(), true);
        assert.ok(await gone(started.serverPid));
      }
    },
  );

  test('two at once on an existing folder: both get the same server', onLinux, async () => {
    const directory = made.path;
    for (let round = 0; round < 3; round += 1) {
      const apps = [new App({ directory }), new App({ directory }), new App({ directory })];
      const all = await Promise.all(apps.map((app) => app.started()));
      assert.equal(new Set(all.map((started) => started.serverPid)).size, 1);
      const stops = await Promise.all(apps.map((app) => app.stop()));
      // All who leave in the same moment may stop it together; nobody must think that another will.
      assert.ok(stops.includes(true));
      assert.ok(await gone(all[0]?.serverPid ?? 0));
    }
  });

  test('starting while the last one stops: never left without a server', onLinux, async () => {
    const directory = made.path;
    let current = new App({ directory });
    await current.started();
    for (let round = 0; round < 4; round += 1) {
      const next = new App({ directory });
      await sleep(round * 25);
      const stopping = current.stop();
      const started = await next.started();
      await stopping;
      assert.equal(await next.ask(), started.dataDirectory);
      current = next;
    }
    assert.equal(await current.stop(), true);
  });
});

describe('a note left by a server that is gone', () => {
  const cases: readonly (readonly [string, (directory: string) => Promise<string>])[] = [
    ['names a dead process', async (directory) => note(2 ** 22 - 3, directory)],
    ['is empty', async () => ''],
    ['names a process of another user that is no server', async (d) => note(process.pid, d)],
    ['names a process of the server’s own user that is no server', sleepingServerUser],
    ['names a zombie', zombie],
  ];
  for (const [name, write] of cases) {
    test(name, onLinux, async () => {
      const directory = made.path;
      await writeNote(directory, await write(directory));
      const app = new App({ directory });
      const started = await app.started();
      assert.equal(started.adopted, false);
      assert.equal(await app.ask(), started.dataDirectory);
      assert.equal(await app.stop(), true);
    });
  }

  test(
    'names the server of another folder, on its port: not adopted, not touched',
    onLinux,
    async () => {
      const other = new App({ directory: await madeDirectory() });
      const foreign = await other.started();
      const directory = await madeDirectory('mine');
      await writeNote(directory, note(foreign.serverPid, directory, foreign.port));
      const app = new App({ directory });
      const started = await app.started();
      assert.notEqual(started.serverPid, foreign.serverPid);
      assert.equal(await app.ask(), join(directory, 'data'));
      assert.equal(await app.stop(), true);
      assert.equal(await other.ask(), foreign.dataDirectory);
      assert.equal(await other.stop(), true);
    },
  );

  test('the guardian signals nobody it does not recognise', onLinux, async (t) => {
    const bystander = spawn('sleep', ['30']);
    t.after(() => bystander.kill());
    await mkdir(join(folder.path, 'data'));
    await mkdir(join(folder.path, 'owners'));
    await writeFile(
      join(folder.path, 'data', 'postmaster.pid'),
      note(bystander.pid ?? 0, folder.path),
    );
    const script = join(import.meta.dirname, 'guardian.sh');
    const args = [script, join(folder.path, 'data'), join(folder.path, 'owners'), 'none'];
    const guardian = spawn('sh', args, { stdio: ['pipe', 'ignore', 'inherit'] });
    const ended = new Promise((resolve) => guardian.once('close', resolve));
    guardian.stdin.end();
    assert.equal(await ended, 0);
    assert.equal(bystander.exitCode ?? bystander.signalCode, null);
  });
});

/** As PostgreSQL writes it. */
function note(pid: number, directory: string, port = 5_432): string {
  return `${pid}\n${join(directory, 'data')}\n1\n${port}\n\n127.0.0.1\n  123 456\nready   \n`;
}

async function sleepingServerUser(directory: string): Promise<string> {
  const { uid, gid } = await stat(join(directory, 'data'));
  const child = spawn('sleep', ['20'], isRoot() ? { uid, gid } : {});
  child.unref();
  return note(child.pid ?? 0, directory);
}

/** A process that has ended and whose parent does not care. */
async function zombie(directory: string): Promise<string> {
  const parent = spawn('sh', ['-c', 'true & echo $!; exec sleep 20'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  parent.unref();
  const pid = await new Promise<number>((resolve) => {
    parent.stdout.once('data', (chunk: Buffer) => resolve(Number(chunk.toString('utf8'))));
  });
  parent.stdout.destroy();
  return note(pid, directory);
}

describe('a server that dies under a live program', () => {
  test(
    'kill -9 under four writers: it comes back, no acknowledged row is lost',
    onLinux,
    async () => {
      const directory = made.path;
      const reports: string[] = [];
      const server = await startEmbeddedPostgres({
        directory,
        random: realRandom,
        report: (line) => reports.push(line),
      });
      const { db, close } = openDatabase({ url: server.url, poolSize: 4 });
      const acknowledged = new Set<number>();
      const writing = { on: true, next: 0 };
      const writer = async (): Promise<void> => {
        while (writing.on) {
          writing.next += 1;
          const id = writing.next;
          try {
            await insert(db, id);
            acknowledged.add(id);
          } catch {
            await sleep(5);
          }
        }
      };
      const writers = [writer(), writer(), writer(), writer()];
      for (let round = 0; round < 4; round += 1) {
        const before = acknowledged.size;
        await until('rows are written', () => acknowledged.size > before + 50);
        const killed = server.serverPid;
        process.kill(killed, 'SIGKILL');
        await until('another server runs', () => server.serverPid !== killed);
      }
      const after = acknowledged.size;
      await until('rows are written again', () => acknowledged.size > after + 50);
      writing.on = false;
      await Promise.all(writers);
      const kept = new Set(await writtenRows(server.url));
      const lost = [...acknowledged].filter((id) => !kept.has(id));
      assert.deepEqual(lost, []);
      assert.deepEqual(reports, Array(4).fill('The database had stopped; it is back.'));
      await close();
      assert.equal(await server.stop(), true);
    },
  );

  test(
    'stopped at that very moment: nothing is brought back, nothing is left',
    onLinux,
    async () => {
      for (const pauseMs of [0, 5, 40, 120]) {
        const server = await startEmbeddedPostgres({ directory: made.path, random: realRandom });
        process.kill(server.serverPid, 'SIGKILL');
        await sleep(pauseMs);
        await server.stop();
        await until('no server is left', async () => (await livingServer()) === undefined);
      }
    },
  );

  /** Process id of a living server of the shared folder. */
  async function livingServer(): Promise<number | undefined> {
    const text = await readFile(join(made.path, 'data', 'postmaster.pid'), 'utf8').catch(() => '');
    const pid = Number(text.split('\n')[0]);
    return pid > 0 && !(await gone(pid)) ? pid : undefined;
  }

  test(
    'its port is taken before it comes back: said, and tried until it is free',
    onLinux,
    async (t) => {
      const reports: string[] = [];
      const server = await startEmbeddedPostgres({
        directory: made.path,
        random: realRandom,
        report: (line) => reports.push(line),
      });
      const { port, serverPid: killed } = server;
      const thief = createServer();
      process.kill(killed, 'SIGKILL');
      let taken = false;
      for (let tries = 0; !taken && server.serverPid === killed && tries < 1_000; tries += 1) {
        taken = await new Promise<boolean>((resolve) => {
          thief.once('error', () => resolve(false));
          thief.listen(port, '127.0.0.1', () => resolve(true));
        });
        if (!taken) await sleep(1);
      }
      if (taken) {
        await until(
          'it is said',
          () => reports.some((line) => line.includes(`port ${port}`)),
          30_000,
        );
        await new Promise((resolve) => thief.close(resolve));
      }
      await until('it is back', () => server.serverPid !== killed, 30_000);
      assert.equal(server.port, port);
      assert.equal(await server.stop(), true);
      if (!taken) t.skip('the server was back before its port could be taken');
    },
  );

  test(
    'one stopped backend survives it: it is ended, then the server starts',
    onLinux,
    async () => {
      const directory = made.path;
      const server = await startEmbeddedPostgres({ directory, random: realRandom });
      const client = new pg.Client({ connectionString: server.url });
      client.on('error', () => {});
      await client.connect();
      const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
      const backend = rows[0]?.pid ?? 0;
      process.kill(backend, 'SIGSTOP');
      const killed = server.serverPid;
      process.kill(killed, 'SIGKILL');
      await until('another server runs', () => server.serverPid !== killed, 20_000);
      assert.ok(await gone(backend));
      await client.end().catch(() => {});
      assert.equal(await server.stop(), true);
    },
  );
});

async function insert(db: ReturnType<typeof openDatabase>['db'], id: number): Promise<void> {
  await sql`insert into written (id) values (${id})`.execute(db);
}

async function writtenRows(url: string): Promise<readonly number[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  // Through the index and through the heap: both must know the same rows.
  await client.query('set enable_seqscan = off');
  const byIndex = await client.query<{ id: number }>('select id from written where id > 0');
  await client.query('set enable_seqscan = on; set enable_indexscan = off');
  const byHeap = await client.query<{ id: number }>('select id from written');
  await client.end();
  assert.equal(byIndex.rows.length, byHeap.rows.length);
  return byHeap.rows.map((row) => row.id);
}

describe('what cannot work is said clearly', () => {
  test('a port that is taken in between: another is chosen', async () => {
    const directory = made.path;
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', () => resolve()));
    const address = taken.address();
    assert.ok(address !== null && typeof address === 'object');
    let asked = 0;
    const server = await startEmbeddedPostgres({
      directory,
      random: realRandom,
      choosePort: async () => {
        asked += 1;
        return asked === 1 ? address.port : freePort();
      },
    });
    assert.equal(asked, 2);
    assert.notEqual(server.port, address.port);
    assert.equal(await server.stop(), true);
    taken.close();
  });

  test('no free port at all: five tries, then a sentence', async () => {
    const directory = made.path;
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', () => resolve()));
    const address = taken.address();
    assert.ok(address !== null && typeof address === 'object');
    const starting = startEmbeddedPostgres({
      directory,
      random: realRandom,
      choosePort: async () => address.port,
    });
    await assert.rejects(starting, /no free port on this machine after five tries/);
    taken.close();
  });

  test('data of another major version', async () => {
    const directory = await madeDirectory();
    await writeFile(join(directory, 'data', 'PG_VERSION'), '14\n');
    const starting = startEmbeddedPostgres({ directory, random: realRandom });
    await assert.rejects(starting, /made by PostgreSQL 14, but the built-in server is 18/);
  });

  test('no programs at all', async () => {
    const starting = startEmbeddedPostgres({
      directory: join(folder.path, 'postgres'),
      random: realRandom,
      bundledPackage: null,
      systemDirectories: [],
    });
    await assert.rejects(starting, /set DATABASE_URL to a server you have/);
  });

  test('no bundled programs, but the system’s', async (t) => {
    await chmod(folder.path, 0o711);
    try {
      const server = await startEmbeddedPostgres({
        directory: join(folder.path, 'postgres'),
        random: realRandom,
        bundledPackage: null,
      });
      const { db, close } = openDatabase({ url: server.url });
      const { rows } = await sql<{ one: number }>`select 1 as one`.execute(db);
      assert.equal(rows[0]?.one, 1);
      await close();
      assert.equal(await server.stop(), true);
    } catch (error) {
      if (error instanceof Error && error.message.includes('none was found installed')) {
        return t.skip('this system has no PostgreSQL of its own');
      }
      throw error;
    }
  });

  test('a folder that is somebody else’s', asNobody, async () => {
    const directory = await madeDirectory();
    await chmod(folder.path, 0o755);
    await chmod(directory, 0o755);
    const app = new App({ directory }, NOBODY);
    assert.match(await app.gaveUp(), /belongs to another user of this machine/);
    const elsewhere = new App({ directory: join(folder.path, 'new', 'postgres') }, NOBODY);
    assert.match(await elsewhere.gaveUp(), /you may not write there/);
  });

  test('a disk that is full', asRoot, async (t) => {
    const small = join(folder.path, 'small');
    await mkdir(small);
    if (!(await runs('mount', ['-t', 'tmpfs', '-o', 'size=12m,mode=0711', 'tmpfs', small]))) {
      return t.skip('this system lets us mount nothing');
    }
    try {
      const directory = join(small, 'postgres');
      const starting = startEmbeddedPostgres({ directory, random: realRandom });
      await assert.rejects(starting, /no space left on the disk/);
      const left = (await readdir(directory)).filter((name) => name.includes('data'));
      assert.deepEqual(left, []);
    } finally {
      await runs('umount', ['-l', small]);
    }
  });
});

function runs(file: string, args: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(file, [...args], { stdio: 'ignore' });
    child.on('error', () => resolve(false));
    child.on('close', (code) => resolve(code === 0));
  });
}
