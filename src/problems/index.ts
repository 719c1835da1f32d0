export { AssertionFailure, assert, unreachable } from './assert.ts';
export { type MoneyMoved, PROBLEMS, type ProblemCode, type ProblemRow } from './catalogue.ts';
export { errorFacts, type Log, type LogFacts, silentLog } from './log.ts';
export { Problem } from './problem.ts';
