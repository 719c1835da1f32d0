/** Every benchmark, in the order in which they run. */
import type { Measure } from '../figure.ts';
import { checking } from './checking.ts';
import { giving, webhooks } from './giving.ts';
import { desk, due } from './million.ts';
import { renewals, settling } from './paying.ts';
import { serving, sizes } from './serving.ts';
import { starting } from './starting.ts';

export const MEASURES: readonly Measure[] = [
  sizes,
  serving,
  giving,
  webhooks,
  settling,
  renewals,
  due,
  desk,
  checking,
  starting,
];
