/**
 * A bank in a process of its own, for tests that kill it: `node bank-child.ts JOURNAL` prints its origin and runs until
 * the signal. Its time stands still, so that its answers can be compared across lives.
 */
import { randomBytes } from 'node:crypto';
import { ManualClock } from '../../../../calendar/index.ts';
import { startSandboxBank } from '../start.ts';
import { ManualTimers } from './manual-timers.ts';
import { SECRET_KEY, START, seededRandom, WEBHOOK_SECRET } from './test-bank.ts';

const [, , journalFile] = process.argv;
if (journalFile === undefined) throw new Error('bank-child needs a journal file');
const life = randomBytes(16).toString('hex');
const bank = await startSandboxBank({
  port: 0,
  journalFile,
  clock: new ManualClock(START),
  random: seededRandom(life),
  secretKey: SECRET_KEY,
  webhookSecret: WEBHOOK_SECRET,
  webhookUrl: null,
  timers: new ManualTimers(),
  fetch,
});
process.stdout.write(`${bank.origin}\n`);
