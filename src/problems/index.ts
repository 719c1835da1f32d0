export { AssertionFailure, assert, unreachable } from './assert.ts';
export { type MoneyMoved, PROBLEMS, type ProblemCode, type ProblemRow } from './catalogue.ts';
export { Problem } from './problem.ts';
