/** The inside of a world's money core, for tests of single functions. */
import { type GivingContext, givingContext } from '../context.ts';
import type { GivingWorld } from './giving-world.ts';

export function givenContext(world: Pick<GivingWorld, 'dependencies'>): GivingContext {
  return givingContext(world.dependencies);
}
