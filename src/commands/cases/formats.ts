/** Every format that this build can run. A table of another format is named as not run, never passed in silence. */
import { amounts } from './amounts.ts';
import { asking } from './asking.ts';
import { books } from './books.ts';
import { calendar } from './calendar.ts';
import type { CaseFormat } from './case-format.ts';
import { currencies } from './currencies.ts';
import { exportsFormat } from './exports.ts';
import { feeds } from './feeds.ts';
import { identity } from './identity.ts';

export const CASE_FORMATS: readonly CaseFormat[] = [
  amounts,
  currencies,
  calendar,
  identity,
  exportsFormat,
  feeds,
  asking,
  books,
];
