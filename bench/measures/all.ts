/** Every benchmark, in the order in which they run. */
import type { Measure } from '../figure.ts';
import { serving, sizes } from './serving.ts';

export const MEASURES: readonly Measure[] = [sizes, serving];
