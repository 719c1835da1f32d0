/**
 * Which commit this is, and where its seeds begin: every commit lives other ones, so that the seeds of all commits together
 * are many, and the same commit lives the same ones wherever it is checked. Those that ever failed are in the corpus and
 * lived by all.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';

/** The whole hash, or null outside of a checkout. */
export function commitHash(): string | null {
  const asked = spawnSync('git', ['rev-parse', 'HEAD'], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  });
  const hash = asked.status === 0 ? asked.stdout.trim() : '';
  return /^[0-9a-f]{40,64}$/.test(hash) ? hash : null;
}

/** From 1,000,000 to some 10^9; 1 where the commit is not known. */
export function firstSeedOf(commit: string | null): number {
  if (commit === null) return 1;
  const digest = createHash('sha256').update(commit).digest();
  return 1_000_000 + (digest.readUInt32BE(0) % 1_000_000_000);
}
