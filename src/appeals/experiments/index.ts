/** Experiments, as the desk and the composition see them. */
export {
  type Definition,
  EXPERIMENT_STATES,
  type ExperimentState,
  GUARDRAIL_KINDS,
  type GuardrailKind,
  MONTHLY_PAYMENTS,
} from './experiment.ts';
export {
  type Candidate,
  createExperiments,
  type Experiments,
  type ExperimentsDependencies,
  type ExperimentView,
  type StartAnswer,
  type StopAnswer,
} from './experiments.ts';
export { type Hypothesis, type HypothesisId, LIBRARY } from './library.ts';
export type { RatioInterval } from './statistics.ts';
export type { Results, VariantCounts, VariantResult, Verdict } from './verdict.ts';
