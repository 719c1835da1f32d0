/** What one process holds of appeals: the ready answers and the counters, made once and handed to routes and workers. */
import type { Clock } from '../calendar/index.ts';
import type { Db } from '../database/index.ts';
import type { Newsroom } from '../newsroom/index.ts';
import { knowsAppeal } from './appeal-store.ts';
import { AppealCounters } from './counters.ts';
import { ReadyAnswers } from './ready-answers.ts';

export interface AppealsOptions {
  readonly db: Db;
  readonly clock: Clock;
  readonly newsroom: Newsroom;
  /** Whether a live processor takes the newsroom's currency now; without it, that one is configured is enough. */
  readonly isPayable?: () => boolean;
  /** Hears of a look at the database that failed; the error holds no data of a person. */
  readonly onProblem?: (error: unknown) => void;
}

export interface Appeals {
  readonly answers: ReadyAnswers;
  readonly counters: AppealCounters;
  /** Writes what was counted. Call it once a minute and when stopping; what could not be written is kept for the next call. */
  flush(): Promise<void>;
  /** Whether an appeal and its variant exist or existed; for giving, which counts no gift for one that did not. */
  knowsAppeal(mark: { readonly appealId: string; readonly variantId: string }): Promise<boolean>;
}

export function createAppeals(options: AppealsOptions): Appeals {
  const { db, clock, newsroom } = options;
  const counters = new AppealCounters({ clock, zone: newsroom.zone });
  const answers = new ReadyAnswers({
    db,
    clock,
    newsroom,
    isPayable: options.isPayable ?? (() => newsroom.giving.processors.length > 0),
    onProblem: options.onProblem ?? (() => {}),
  });
  return {
    answers,
    counters,
    flush: () => counters.flush(db),
    knowsAppeal: (mark) => knowsAppeal(db, mark),
  };
}
