/**
 * Experiments as the desk works with them: what can be started, what runs, what is known, and stopping.
 *
 * A start writes the definition down, gives the appeal the experiment's key and shares (so that the slots are dealt out
 * anew) and begins to count on the next whole day of the newsroom: the rest of today still holds asks of the old deal.
 * One experiment runs at a time: a hundred slots cannot keep two apart.
 */
import type { Clock, Instant, PlainDate } from '../../calendar/index.ts';
import type { Db, Tx } from '../../database/index.ts';
import type { ValuePerVariant, ValueQuestion } from '../../giving/index.ts';
import type { Currency } from '../../money/index.ts';
import { isCurrency } from '../../money/index.ts';
import { assert } from '../../problems/index.ts';
import type { Appeal } from '../appeal.ts';
import { readAsking, saveAppeal } from '../appeal-store.ts';
import {
  type Definition,
  definitionShape,
  type ExperimentState,
  hashOfAppeal,
  LEAST_DAYS,
  MONTHLY_PAYMENTS,
  SLOTS_OF_ALL,
  YEARLY_PAYMENTS,
} from './experiment.ts';
import {
  type ExperimentStep,
  type KeptExperiment,
  lockExperiments,
  readAskCounts,
  readExperiments,
  writeDefinition,
  writeStep,
} from './experiment-store.ts';
import type { Hypothesis } from './library.ts';
import { type Results, resultsOf, type VariantCounts } from './verdict.ts';

export interface ExperimentsDependencies {
  readonly db: Db;
  readonly clock: Clock;
  readonly zone: string;
  readonly currency: Currency;
  /** What one gift counts for at most, in minor units of the currency. */
  readonly capMinor: bigint;
  /** From the giving feature: sums per variant, no person. */
  readonly valuePerVariant: (question: ValueQuestion) => Promise<readonly ValuePerVariant[]>;
  /** Writes the counters that are still in memory. */
  readonly flush: () => Promise<void>;
}

export interface ExperimentView {
  readonly definition: Definition;
  readonly state: ExperimentState;
  readonly steps: readonly ExperimentStep[];
  readonly results: Results;
}

/** An appeal with at least two variants that could be compared now. */
export interface Candidate {
  readonly appealId: string;
  readonly variantIds: readonly string[];
}

export type StartAnswer = 'started' | 'already' | 'another-runs' | 'no-variants' | 'changed';
export type StopAnswer = 'done' | 'not-running';

export interface StartRequest {
  readonly hypothesis: Hypothesis;
  readonly appealId: string;
  /** In the language of whoever starts it. */
  readonly words: Pick<Definition, 'question' | 'hypothesis' | 'stopRule'>;
  readonly by: string;
}

export interface Experiments {
  list(): Promise<readonly ExperimentView[]>;
  candidates(): Promise<readonly Candidate[]>;
  /** Writes the definition down, deals the slots anew and begins tomorrow. Pressed twice, it starts once. */
  start(request: StartRequest): Promise<StartAnswer>;
  /** Ends the counting with yesterday. Readers go on seeing what they see until an editor changes the appeal. */
  stop(request: {
    readonly key: string;
    readonly by: string;
    readonly reason: string;
  }): Promise<StopAnswer>;
  /** Notes which variant was decided for and why; the machine never decides. */
  decide(request: {
    readonly key: string;
    readonly by: string;
    readonly reason: string;
    readonly variantId: string;
  }): Promise<StopAnswer>;
}

export function createExperiments(deps: ExperimentsDependencies): Experiments {
  return {
    list: () => list(deps),
    candidates: async () =>
      (await appealsThatAsk(deps)).map(({ id, variants }) => ({
        appealId: id,
        variantIds: variants.map((variant) => variant.id),
      })),
    start: (request) => start(deps, request),
    stop: ({ key, by, reason }) =>
      addStep(deps, {
        key,
        after: 'running',
        step: (now, kept) => stopped(deps, { now, kept, by, reason }),
      }),
    decide: ({ key, by, reason, variantId }) =>
      addStep(deps, {
        key,
        after: 'stopped',
        step: (at, { definition }) => {
          assert(
            definition.variants.some(({ id }) => id === variantId),
            'only a variant of the experiment is decided for',
          );
          return { state: 'decided', day: null, variantId, by, reason, at };
        },
      }),
  };
}

async function appealsThatAsk({ db }: ExperimentsDependencies): Promise<readonly Appeal[]> {
  const { appeals } = await readAsking(db);
  return appeals.filter(({ status, variants }) => status === 'live' && variants.length > 1);
}

async function list(deps: ExperimentsDependencies): Promise<readonly ExperimentView[]> {
  await deps.flush();
  const [kept, { appeals }] = await Promise.all([readExperiments(deps.db), readAsking(deps.db)]);
  return Promise.all(
    kept.map(async (one) => {
      const appeal = appeals.find(({ id }) => id === one.definition.appealId);
      const { state } = lastStep(one);
      return { ...one, state, results: await results(deps, { kept: one, appeal }) };
    }),
  );
}

function lastStep({ steps }: KeptExperiment): ExperimentStep {
  const last = steps.at(-1);
  assert(last !== undefined, 'an experiment is at least a draft');
  return last;
}

/** Over whole days only: from the first that counts to yesterday, or to the last one before it was stopped. */
async function results(
  deps: ExperimentsDependencies,
  of: { readonly kept: KeptExperiment; readonly appeal: Appeal | undefined },
): Promise<Results> {
  const { kept, appeal } = of;
  const { definition, steps } = kept;
  const from = steps.find(({ state }) => state === 'running')?.day ?? today(deps);
  const stoppedOn = steps.find(({ state }) => state === 'stopped')?.day;
  const to = stoppedOn ?? today(deps).subtract({ days: 1 });
  const days = Math.max(0, from.until(to, { largestUnit: 'day' }).days + 1);
  const range = { appealId: definition.appealId, from, to };
  const [asked, given] =
    days === 0
      ? [[], []]
      : await Promise.all([
          readAskCounts(deps.db, range),
          deps.valuePerVariant(valueQuestion(deps, { definition, from, to })),
        ]);
  const counts = definition.variants.map(({ id }): VariantCounts => {
    const asks = asked.find(({ variantId }) => variantId === id);
    const gifts = given.find(({ variantId }) => variantId === id);
    return { ...NOTHING, ...gifts, ...asks, variantId: id };
  });
  return resultsOf({
    definition,
    counts,
    days,
    asksPerReader: appeal?.cap ?? CLUMP_MOST,
    // Once stopped, an editor may change the appeal: what was counted before stays as it is.
    isUnchanged: stoppedOn !== undefined || isUnchanged(definition, appeal),
  });
}

/** As often as any appeal may ask one reader. */
const CLUMP_MOST = 8;

const NOTHING = {
  asks: 0n,
  closed: 0n,
  postponed: 0n,
  gifts: 0,
  sum: 0n,
  squares: 0n,
  uncapped: 0n,
  otherCurrencies: 0,
  pledges: 0,
  cancelled: 0,
  undone: 0,
} as const;

function isUnchanged(definition: Definition, appeal: Appeal | undefined): boolean {
  return (
    appeal !== undefined &&
    appeal.experimentKey === definition.key &&
    hashOfAppeal(appeal) === definition.appealHash
  );
}

function valueQuestion(
  { zone }: ExperimentsDependencies,
  asked: { readonly definition: Definition; readonly from: PlainDate; readonly to: PlainDate },
): ValueQuestion {
  const { definition, from, to } = asked;
  const { currency } = definition;
  assert(isCurrency(currency), 'a definition names a currency we know');
  const startOf = (day: PlainDate) => day.toZonedDateTime(zone).toInstant();
  return {
    appealId: definition.appealId,
    currency,
    capMinor: BigInt(definition.capMinor),
    monthlyPayments: definition.monthlyPayments,
    yearlyPayments: definition.yearlyPayments,
    from: startOf(from),
    to: startOf(to.add({ days: 1 })),
  };
}

async function start(deps: ExperimentsDependencies, request: StartRequest): Promise<StartAnswer> {
  const appeal = (await appealsThatAsk(deps)).find(({ id }) => id === request.appealId);
  if (appeal === undefined) return 'no-variants';
  const now = deps.clock.now();
  const firstDay = today(deps).add({ days: 1 });
  const key = `${appeal.id}-${request.hypothesis.id}`.slice(0, 49).concat(`-${firstDay}`);
  const variants = equalShares(appeal.variants);
  const definition = define(deps, { request, key, appeal: { ...appeal, variants } });
  return deps.db.transaction().execute(async (tx) => {
    await lockExperiments(tx);
    const running = (await readExperiments(tx)).find((one) => lastStep(one).state === 'running');
    if (running !== undefined) return running.definition.key === key ? 'already' : 'another-runs';
    const written = await writeDefinition(tx, { definition, at: now });
    if (written !== 'written') return written === 'same' ? 'already' : 'changed';
    const said = { variantId: null, by: request.by, reason: '', at: now };
    await writeStep(tx, { key, step: { ...said, state: 'draft', day: null } });
    await writeStep(tx, { key, step: { ...said, state: 'running', day: firstDay } });
    await saveAppeal(tx, { ...appeal, variants, experimentKey: key }, deps.clock);
    return 'started';
  });
}

/** Equal shares find most; what is left of a hundred goes to the first ones. */
function equalShares<V extends { readonly share: number }>(variants: readonly V[]): V[] {
  const whole = Math.floor(SLOTS_OF_ALL / variants.length);
  const left = SLOTS_OF_ALL - whole * variants.length;
  return variants.map((variant, at) => ({ ...variant, share: whole + (at < left ? 1 : 0) }));
}

function define(
  deps: ExperimentsDependencies,
  asked: { readonly request: StartRequest; readonly key: string; readonly appeal: Appeal },
): Definition {
  const { request, key, appeal } = asked;
  const { hypothesis, words } = request;
  return definitionShape.parse({
    key,
    appealId: appeal.id,
    ...words,
    variants: appeal.variants.map(({ id, share }) => ({ id, share })),
    metric: 'capped-value-per-ask',
    currency: deps.currency,
    capMinor: String(deps.capMinor),
    monthlyPayments: MONTHLY_PAYMENTS,
    yearlyPayments: YEARLY_PAYMENTS,
    leastAsks: hypothesis.leastAsks,
    leastDays: LEAST_DAYS,
    plannedDays: hypothesis.plannedDays,
    leastEffectPercent: hypothesis.leastEffectPercent,
    wrongPercent: 5,
    guardrails: hypothesis.guardrails,
    appealHash: hashOfAppeal(appeal),
  });
}

function stopped(
  deps: ExperimentsDependencies,
  told: {
    readonly now: Instant;
    readonly kept: KeptExperiment;
    readonly by: string;
    readonly reason: string;
  },
): ExperimentStep {
  const { now: at, by, reason } = told;
  return {
    state: 'stopped',
    day: today(deps).subtract({ days: 1 }),
    variantId: null,
    by,
    reason,
    at,
  };
}

async function addStep(
  deps: ExperimentsDependencies,
  wanted: {
    readonly key: string;
    readonly after: ExperimentState;
    readonly step: (now: Instant, kept: KeptExperiment) => ExperimentStep;
  },
): Promise<StopAnswer> {
  return deps.db.transaction().execute(async (tx: Tx) => {
    await lockExperiments(tx);
    const kept = (await readExperiments(tx)).find(
      ({ definition }) => definition.key === wanted.key,
    );
    if (kept === undefined || lastStep(kept).state !== wanted.after) return 'not-running';
    await writeStep(tx, { key: wanted.key, step: wanted.step(deps.clock.now(), kept) });
    return 'done';
  });
}

function today({ clock, zone }: ExperimentsDependencies): PlainDate {
  return clock.now().toZonedDateTimeISO(zone).toPlainDate();
}
