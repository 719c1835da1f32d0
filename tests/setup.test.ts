/**
 * What runs before the program: the entry in `bin/`. The parts are tested alone, the whole against small projects made
 * for the purpose, with real processes and real signals.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';

const BIN = join(import.meta.dirname, '..', 'bin');
const folders: string[] = [];
after(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

async function load(name: string): Promise<Record<string, (...args: unknown[]) => unknown>> {
  return import(join(BIN, 'setup', name));
}

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tuppence setup '));
  folders.push(folder);
  return folder;
}

/** A project of two packages, all there, whose program is `program`. */
async function project(program: string): Promise<string> {
  const folder = await emptyFolder();
  await cp(BIN, join(folder, 'bin'), { recursive: true });
  await mkdir(join(folder, 'src'));
  await writeFile(join(folder, 'src', 'main.ts'), program);
  await writeFile(join(folder, 'package.json'), JSON.stringify(MANIFEST));
  const lock = { lockfileVersion: 3, packages: { '': MANIFEST, ...PACKAGES } };
  await writeFile(join(folder, 'package-lock.json'), JSON.stringify(lock));
  await install(folder, { packages: { 'node_modules/one': PACKAGES['node_modules/one'] } });
  return folder;
}

const MANIFEST = {
  name: 'p',
  version: '1.0.0',
  type: 'module',
  scripts: { start: 'node bin/tuppence.mjs start' },
  dependencies: { one: '1.0.0' },
};
const PACKAGES = {
  'node_modules/one': { version: '1.0.0' },
  'node_modules/elsewhere': { version: '1.0.0', optional: true, os: ['nowhere'], cpu: ['x64'] },
};

async function install(folder: string, hidden: object): Promise<void> {
  await mkdir(join(folder, 'node_modules', 'one'), { recursive: true });
  await writeFile(join(folder, 'node_modules', 'one', 'package.json'), '{"version":"1.0.0"}');
  await writeFile(join(folder, 'node_modules', '.package-lock.json'), JSON.stringify(hidden));
}

interface Run {
  readonly child: ChildProcess;
  readonly output: () => string;
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
}

function start(folder: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): Run {
  return watch(
    spawn(process.execPath, [join(folder, 'bin', 'tuppence.mjs'), ...args], {
      cwd: folder,
      env: { PATH: process.env.PATH, HOME: folder, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
}

function watch(child: ChildProcess): Run {
  let output = '';
  const keep = (chunk: Buffer): void => {
    output += chunk.toString('utf8');
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    // Only when everybody who holds the pipes is gone.
    child.on('close', (code, signal) => resolve(code ?? signal));
  });
  return { child, output: () => output, ended };
}

async function printed(run: Run, text: string): Promise<void> {
  for (let tries = 0; !run.output().includes(text); tries += 1) {
    assert.ok(tries < 1_000, `"${text}" was not printed, but: ${run.output()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('the program', () => {
  test('gets its command, and its exit code is ours', async () => {
    const folder = await project(
      'console.log(JSON.stringify(process.argv.slice(2))); process.exit(7);',
    );
    const run = start(folder, ['import', 'a b.xml', '--json']);
    assert.equal(await run.ended, 7);
    assert.equal(run.output(), '["import","a b.xml","--json"]\n');
  });

  test('stands where the person stands, although npm goes to the project’s folder', async () => {
    const folder = await project('console.log(process.cwd());');
    const elsewhere = await emptyFolder();
    const npm = { INIT_CWD: elsewhere, npm_lifecycle_event: 'tuppence' };
    const run = start(folder, ['x'], npm);
    assert.equal(await run.ended, 0);
    assert.equal(run.output().trim(), elsewhere);
  });

  const waits = `
    process.on('SIGTERM', () => { console.log('asked to end'); setTimeout(() => process.exit(3), 50); });
    process.on('disconnect', () => { console.log('alone'); });
    process.channel?.unref();
    setInterval(() => {}, 1000);
    console.log('ready', process.pid);
  `;

  test('is asked to end when we are, and may take its time', async () => {
    const run = start(await project(waits), ['x']);
    await printed(run, 'ready');
    run.child.kill('SIGTERM');
    assert.equal(await run.ended, 3);
    assert.match(run.output(), /asked to end/);
  });

  test('hears of an interrupt that came without a terminal', async () => {
    const run = start(await project(waits), ['x']);
    await printed(run, 'ready');
    run.child.kill('SIGINT');
    assert.equal(await run.ended, 3);
  });

  test('notices that we were killed', async () => {
    const run = start(await project(waits), ['x']);
    await printed(run, 'ready');
    run.child.kill('SIGKILL');
    await printed(run, 'alone');
    const pid = Number(/ready (\d+)/.exec(run.output())?.[1]);
    process.kill(pid, 'SIGKILL');
    assert.equal(await run.ended, 'SIGKILL');
  });

  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    test(`does not run on unseen when npm gets ${signal}`, async () => {
      const folder = await project(waits);
      const npm = spawn('npm', ['start'], {
        cwd: folder,
        env: { PATH: process.env.PATH, HOME: folder },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const run = watch(npm);
      await printed(run, 'ready');
      const pid = Number(/ready (\d+)/.exec(run.output())?.[1]);
      npm.kill(signal);
      await printed(run, 'asked to end');
      await run.ended;
      assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
    });
  }

  test('that is killed gives the usual code', async () => {
    const run = start(await project('process.kill(process.pid, "SIGKILL");'), ['x']);
    assert.equal(await run.ended, 137);
  });

  test('that is missing is missed in a sentence', async () => {
    const folder = await project('');
    await rm(join(folder, 'src', 'main.ts'));
    const run = start(folder, ['start']);
    assert.equal(await run.ended, 1);
    assert.match(run.output(), /main\.ts is missing, so this copy is not whole/);
    assert.doesNotMatch(run.output(), /at .*tuppence\.mjs/);
  });
});

describe('installing', () => {
  const all = { withDevelopment: true };

  test('a server installed without the packages for development needs none of them', async () => {
    const { missingPackages } = await load('packages.mjs');
    const folder = await project('');
    const packages = {
      '': MANIFEST,
      ...PACKAGES,
      'node_modules/tester': { version: '1.0.0', dev: true },
    };
    await writeFile(join(folder, 'package-lock.json'), JSON.stringify({ packages }));
    assert.deepEqual(missingPackages?.(folder, { withDevelopment: false }), []);
    assert.deepEqual(missingPackages?.(folder, all), ['tester']);
  });

  test('nothing is asked of npm when all is there', async () => {
    const { missingPackages } = await load('packages.mjs');
    assert.deepEqual(missingPackages?.(await project(''), all), []);
  });

  test('a missing folder, another version and a new entry are each seen', async () => {
    const { missingPackages } = await load('packages.mjs');
    const removed = await project('');
    await rm(join(removed, 'node_modules', 'one'), { recursive: true });
    assert.deepEqual(missingPackages?.(removed, all), ['one']);
    const older = await project('');
    await install(older, { packages: { 'node_modules/one': { version: '0.9.0' } } });
    assert.deepEqual(missingPackages?.(older, all), ['one']);
    const cut = await project('');
    await rm(join(cut, 'node_modules', '.package-lock.json'));
    await writeFile(join(cut, 'node_modules', 'one', 'package.json'), '{"version":"0.9.0"}');
    assert.deepEqual(missingPackages?.(cut, all), ['one']);
  });

  test('without a network: what happened, what to do, and no stack', async () => {
    const folder = await project('console.log("started")');
    await rm(join(folder, 'node_modules'), { recursive: true });
    const run = start(folder, ['start'], {
      npm_config_registry: 'http://127.0.0.1:1/',
      npm_config_fetch_retries: '0',
    });
    assert.equal(await run.ended, 1);
    assert.match(run.output(), /registry could not be reached while installing packages/);
    assert.match(run.output(), /starts without a network/);
    assert.doesNotMatch(run.output(), /started|at .*\.mjs/);
    assert.equal(existsSync(join(folder, '.tuppence', 'setup.lock')), false);
  });

  test('two at once: one works, the other waits and finds it done', async () => {
    const { alone } = await load('lock.mjs');
    const folder = await emptyFolder();
    let working = 0;
    let done = false;
    const work = async (): Promise<void> => {
      working += 1;
      assert.equal(working, 1);
      await new Promise((resolve) => setTimeout(resolve, 100));
      working -= 1;
      done = true;
    };
    let ran = 0;
    const start = () =>
      alone?.(
        folder,
        () => done,
        async () => {
          ran += 1;
          await work();
        },
      );
    await Promise.all([start(), start(), start()]);
    assert.equal(ran, 1);
  });

  test('a lock whose holder died is taken over', async () => {
    const { alone } = await load('lock.mjs');
    const folder = await emptyFolder();
    await mkdir(join(folder, '.tuppence'));
    await writeFile(join(folder, '.tuppence', 'setup.lock'), String(2 ** 22 - 3));
    let ran = false;
    await alone?.(
      folder,
      () => false,
      async () => {
        ran = true;
      },
    );
    assert.ok(ran);
    assert.equal(existsSync(join(folder, '.tuppence', 'setup.lock')), false);
  });

  test('a lock is not taken over while the npm of a dead holder still works', async (t) => {
    const { alone } = await load('lock.mjs');
    const folder = await emptyFolder();
    const npm = spawn('sleep', ['30']);
    t.after(() => npm.kill());
    await mkdir(join(folder, '.tuppence'));
    await writeFile(join(folder, '.tuppence', 'setup.lock'), `${2 ** 22 - 3} ${npm.pid}`);
    let ran = false;
    const running = alone?.(
      folder,
      () => false,
      async () => {
        ran = true;
      },
    );
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.equal(ran, false);
    npm.kill();
    await running;
    assert.ok(ran);
  });

  test('each cause that can be mended is told apart', async () => {
    const { explain } = await load('problem.mjs');
    const told = (output: string): string => String(explain?.('installing packages', output));
    assert.match(told('npm error code ENOSPC'), /no space left on the disk/);
    assert.match(told('getaddrinfo EAI_AGAIN registry'), /Check the network/);
    assert.match(told('npm error code EACCES'), /Writing was not allowed/);
    assert.match(told('npm error code EINTEGRITY'), /not what it should be/);
    assert.match(told('SELF_SIGNED_CERT_IN_CHAIN'), /certificate was not accepted/);
    assert.match(told('something new\nhappened'), /It said:\nsomething new\nhappened/);
  });
});

describe('the pinned Node', () => {
  test('which versions run TypeScript by themselves', async () => {
    const { runsTypeScript } = await load('node.mjs');
    const yes = ['v22.18.0', 'v22.23.2', 'v23.6.0', 'v24.0.0', 'v24.21.0', 'v26.1.0'];
    const no = ['v18.20.0', 'v20.20.2', 'v22.17.1', 'v23.0.0', 'v23.5.0'];
    for (const version of yes) assert.equal(runsTypeScript?.(version), true, version);
    for (const version of no) assert.equal(runsTypeScript?.(version), false, version);
  });

  test('one file is taken out of an archive, whole, executable, and only that one', async () => {
    const { unpackOne } = await load('unpack.mjs');
    const folder = await emptyFolder();
    const program = Buffer.alloc(200_001, 'tuppence');
    const archive = join(folder, 'a.tgz');
    await writeFile(
      archive,
      gzipSync(
        Buffer.concat([
          tarEntry('package/README.md', Buffer.from('read me')),
          tarEntry('package/bin/node', program),
          tarEntry('package/LICENSE', Buffer.alloc(512)),
          Buffer.alloc(1_024),
        ]),
      ),
    );
    const target = join(folder, 'node');
    await unpackOne?.(archive, 'package/bin/node', target);
    const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
    assert.equal(digest(await readFile(target)), digest(program));
    assert.equal((await stat(target)).mode & 0o111, 0o111);
    await assert.rejects(
      async () => unpackOne?.(archive, 'package/bin/nothing', join(folder, 'none')),
      /holds no package\/bin\/nothing/,
    );
  });

  test('an archive that is cut short is not taken for whole', async () => {
    const { unpackOne } = await load('unpack.mjs');
    const folder = await emptyFolder();
    const archive = join(folder, 'a.tgz');
    const entry = tarEntry('package/bin/node', Buffer.alloc(5_000, 'x'));
    await writeFile(archive, gzipSync(entry.subarray(0, 3_000)));
    await assert.rejects(
      async () => unpackOne?.(archive, 'package/bin/node', join(folder, 'node')),
      /cut short/,
    );
  });

  test('every pinned archive has a version, and a hash of the strongest kind', async () => {
    const text = await readFile(join(BIN, 'setup', 'node.mjs'), 'utf8');
    const hashes = [...text.matchAll(/'sha512-([A-Za-z0-9+/]{86}==)'/g)].map((match) => match[1]);
    const versions = [...text.matchAll(/version: '([\d.]+)'/g)].map((match) => match[1] ?? '');
    assert.equal(new Set(hashes).size, versions.length);
    const { runsTypeScript } = await load('node.mjs');
    for (const version of versions) assert.equal(runsTypeScript?.(version), true, version);
  });
});

/** One entry of a tar archive: a header and the padded content. */
function tarEntry(name: string, content: Buffer): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write('0000644\0', 100);
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write('0', 156);
  header.write('ustar\0', 257);
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}
