/**
 * The two secrets between the demo and its bank, made at the first start and kept in a file beside the database.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Random } from '../calendar/index.ts';

const secretsFile = z.strictObject({
  secretKey: z.string().min(20),
  webhookSecret: z.string().min(20),
});
export type SandboxSecrets = z.infer<typeof secretsFile>;

export async function sandboxSecrets(options: {
  readonly directory: string;
  readonly random: Random;
}): Promise<SandboxSecrets> {
  await mkdir(options.directory, { recursive: true, mode: 0o700 });
  const file = join(options.directory, 'sandbox.json');
  const made = JSON.stringify({
    secretKey: secret(options.random),
    webhookSecret: secret(options.random),
  });
  // Two starts at once: the first to make the file wins, and both read it.
  await writeFile(file, made, { mode: 0o600, flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  return secretsFile.parse(JSON.parse(await readFile(file, 'utf8')));
}

function secret(random: Random): string {
  return Buffer.from(random.bytes(24)).toString('base64url');
}
