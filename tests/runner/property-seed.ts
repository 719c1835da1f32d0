/**
 * Loaded before a test file that draws random cases, where TUPPENCE_SEED is set: every property then draws the same
 * cases each time.
 *
 * On a person's machine each run draws new ones, because that is how a property finds what nobody thought of. A clean
 * checkout in CI draws fixed ones, so that whether a change lands never hangs on luck.
 */
import fc from 'fast-check';

const seed = Number(process.env.TUPPENCE_SEED);
if (Number.isInteger(seed)) fc.configureGlobal({ seed });
