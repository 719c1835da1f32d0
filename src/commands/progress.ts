/** Lines that say how far a command is, once it has taken longer than two seconds, and then every two. */
import type { System } from './system.ts';

const AFTER_MS = 2_000;
const EVERY_MS = 2_000;

export function progressAfterAWhile(
  system: Pick<System, 'clock' | 'print'>,
  options: { readonly isQuiet: boolean },
): (line: string) => void {
  const began = system.clock.now().epochMilliseconds;
  let said = began + AFTER_MS - EVERY_MS;
  return (line) => {
    const now = system.clock.now().epochMilliseconds;
    if (options.isQuiet || now - began < AFTER_MS || now - said < EVERY_MS) return;
    said = now;
    system.print(`  ${line}`);
  };
}
