/**
 * The practice bank as a process of its own whose clock goes with the newsroom's: signatures of messages that are more than
 * five minutes old are refused, so a bank that stayed behind would not be heard. How far ahead its clock is stands in a
 * file, which the next life of a killed bank reads as well.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { millisecondClock } from '../../src/calendar/index.ts';
import { startSandbox } from '../../src/commands/sandbox.ts';
import { sandboxSecrets } from '../../src/commands/sandbox-secrets.ts';
import { realRandom } from '../../src/database/testing/test-server.ts';
import { silentLog } from '../../src/problems/index.ts';

const [dataDirectory = '', port = '', webhookUrl = '', aheadFile = ''] = process.argv.slice(2);
const LOOK_EVERY_MS = 200;

let aheadMs = readAhead();
setInterval(() => {
  aheadMs = Math.max(aheadMs, readAhead());
}, LOOK_EVERY_MS).unref();

function readAhead(): number {
  const ahead = Number(readFileSync(aheadFile, 'utf8'));
  if (!Number.isSafeInteger(ahead)) throw new Error('the file says how far ahead the clock is');
  return ahead;
}

const stopping = new AbortController();
process.on('SIGTERM', () => stopping.abort());
const clock = millisecondClock(() => Date.now() + aheadMs);
const bank = await startSandbox({
  system: {
    environment: {},
    clock,
    random: realRandom,
    log: silentLog,
    fetch: globalThis.fetch,
    async sleep(durationMs, signal) {
      await wait(durationMs, undefined, signal === undefined ? {} : { signal }).catch(() => {});
    },
    stopSignal: stopping.signal,
    print: () => {},
    complain: () => {},
    projectDirectory: '',
  },
  clock,
  dataDirectory,
  secrets: await sandboxSecrets({ directory: `${dataDirectory}/keys`, random: realRandom }),
  port: Number(port),
  webhookUrl,
});
process.stdout.write(`bank ${bank.origin}\n`);
stopping.signal.addEventListener('abort', () => void bank.stop().then(() => process.exit(0)));
