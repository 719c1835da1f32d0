/** Two processes that live seeds side by side, each with a database of its own. */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { assert } from './core.ts';
import { answer, type Order } from './messages.ts';
import type { SeedReport } from './seed-report.ts';

const CHUNK = 5;
/** Of so many chunks one is lived twice, and the histories compared. */
const TWICE_EVERY = 20;

export interface CrewOrder {
  readonly seeds: readonly number[];
  readonly processes: number;
  /** No new seeds are begun once it answers false. */
  readonly goOn: () => boolean;
  readonly heard: (report: SeedReport) => void;
}

export async function runCrew({ seeds, processes, goOn, heard }: CrewOrder): Promise<void> {
  const waiting = [...seeds];
  let chunks = 0;
  const next = (): Order | null => {
    if (waiting.length === 0 || !goOn()) return null;
    chunks += 1;
    const twice = chunks % TWICE_EVERY === 1;
    return { seeds: waiting.splice(0, twice ? 1 : CHUNK), twice };
  };
  await Promise.all(Array.from({ length: processes }, () => work(next, heard)));
}

async function work(next: () => Order | null, heard: CrewOrder['heard']): Promise<void> {
  const child = fork(join(import.meta.dirname, 'child.ts'), {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  try {
    for (let order = next(); order !== null; order = next()) {
      for (const report of await ask(child, order)) heard(report);
    }
  } finally {
    if (child.connected) child.disconnect();
    await ended;
  }
}

function ask(child: ChildProcess, order: Order): Promise<readonly SeedReport[]> {
  return new Promise((resolve, reject) => {
    const gone = () => reject(new Error(`the process died at seeds ${order.seeds.join(' ')}`));
    child.once('exit', gone);
    child.once('message', (message) => {
      child.off('exit', gone);
      resolve(answer.parse(message).reports);
    });
    assert(child.connected, 'a process that is asked is there');
    child.send(order);
  });
}
