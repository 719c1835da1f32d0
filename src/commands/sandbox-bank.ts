/**
 * `tuppence sandbox-bank`: the sandbox processor as a process of its own, for several newsroom processes, or to see a
 * newsroom crash while its bank does not. Start the newsroom with `TUPPENCE_SANDBOX_BANK` set to the printed address.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SANDBOX_DEFAULT_PORT, startSandbox } from './sandbox.ts';
import { sandboxSecrets } from './sandbox-secrets.ts';
import type { System } from './system.ts';

export async function sandboxBank(argv: readonly string[], system: System): Promise<number> {
  const dataDirectory =
    system.environment.TUPPENCE_DATA ?? join(system.projectDirectory, '.tuppence');
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 });
  const bank = await startSandbox({
    system,
    clock: system.clock,
    dataDirectory,
    secrets: await sandboxSecrets({
      directory: join(dataDirectory, 'keys'),
      random: system.random,
    }),
    port: Number(system.environment.PORT ?? SANDBOX_DEFAULT_PORT),
    webhookUrl: argv[0] ?? null,
  });
  system.print(bank.origin);
  await aborted(system.stopSignal);
  await bank.stop();
  return 0;
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) =>
    signal.addEventListener('abort', () => resolve(), { once: true }),
  );
}
