/**
 * Finds a Chromium for the browser tests, and installs one where there is none: the system's package as root, else the
 * one Playwright offers. Nothing is installed if a browser is found.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Screen } from './screen.ts';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** The system's package, with fonts for every script our pages are tested in. */
const APT_PACKAGES = ['chromium', 'fonts-dejavu-core', 'fonts-noto-core'];

export interface FindChromiumOptions {
  readonly project: string;
  readonly screen: Screen;
  /** A browser the person named; it is used or the search fails. */
  readonly given: string | undefined;
}

/** Path of a Chromium that starts, or undefined when none can be had. */
export async function findChromium(options: FindChromiumOptions): Promise<string | undefined> {
  const step = options.screen.step('browser');
  const found = (await present(options.given)) ?? (await install(options, step.progress));
  step.end(found === undefined ? 'NONE' : `ok  ${found}`);
  return found;
}

async function present(given: string | undefined): Promise<string | undefined> {
  const places = given === undefined ? [...PLACES, chromium.executablePath()] : [given];
  for (const place of places) {
    if (existsSync(place) && (await succeeds(place, ['--version']))) return place;
  }
  return undefined;
}

async function install(
  { project, given }: FindChromiumOptions,
  progress: (text: string) => void,
): Promise<string | undefined> {
  if (given !== undefined) return undefined;
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    progress('installing Chromium with apt (once) …');
    const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    await succeeds('apt-get', ['update', '-q'], environment);
    const args = ['install', '-q', '-y', '--no-install-recommends', ...APT_PACKAGES];
    await succeeds('apt-get', args, environment);
    const installed = await present(undefined);
    if (installed !== undefined) return installed;
  }
  progress('installing Chromium with Playwright (once) …');
  const playwright = join(project, 'node_modules', 'playwright-core', 'cli.js');
  await succeeds(process.execPath, [playwright, 'install', 'chromium']);
  return present(undefined);
}

/** Runs a program to its end, for ten minutes at most. */
function succeeds(
  file: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(file, args, { stdio: 'ignore', env: environment, timeout: 600_000 });
    child.on('error', () => resolve(false));
    child.on('close', (code) => resolve(code === 0));
  });
}
