/**
 * The ready answers: for each language the bytes that every reader of the class *safe* gets, made beforehand.
 *
 * No decision is taken per view. A request finds bytes by language; whether anything changed is asked of the database at
 * most every three seconds, by one request for all, and the answers are made anew only when the revision grew or a
 * schedule's boundary was passed. So a stop takes effect within seconds, in every process. When the database cannot be
 * asked, the last good answers stay; before the first good one there is silence.
 */
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Clock } from '../calendar/index.ts';
import type { Db } from '../database/index.ts';
import { INTERFACE_LANGUAGES } from '../language/index.ts';
import type { Newsroom } from '../newsroom/index.ts';
import type { NoteAnswer } from './answer.ts';
import { type Asking, readAsking, readRevision } from './appeal-store.ts';
import { makeAnswer, nextBoundaryMs } from './make-answer.ts';
import { fittingLanguage } from './rules.ts';

/** How old the last look at the database may be before the next request looks again. */
export const LOOK_AGAIN_MS = 3_000;
/** A look that takes longer is no longer waited for: a database that hangs must not hold readers' connections. */
const SLOW_LOOK_MS = 1_000;

export interface ReadyAnswer {
  readonly answer: NoteAnswer;
  /** The JSON of the answer, as it is and packed; the same object for every reader. */
  readonly bytes: Readonly<Record<'identity' | 'gzip' | 'br', Uint8Array<ArrayBuffer>>>;
}

/** All answers of one moment. */
export interface AnswerSet {
  readonly note: ReadonlyMap<string, ReadyAnswer>;
  /** For readers without script. */
  readonly frame: ReadonlyMap<string, NoteAnswer>;
}

export interface ReadyAnswersOptions {
  readonly db: Db;
  readonly clock: Clock;
  readonly newsroom: Newsroom;
  /** Whether a live processor takes the newsroom's currency now. */
  readonly isPayable: () => boolean;
  /** Hears of a look that failed; the error holds no data of a person. */
  readonly onProblem: (error: unknown) => void;
}

const NO_ANSWERS: AnswerSet = { note: new Map(), frame: new Map() };

export class ReadyAnswers {
  readonly #options: ReadyAnswersOptions;
  #set: AnswerSet = NO_ANSWERS;
  #asking: Asking | null = null;
  #payable = false;
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  #lookingSinceMs = Number.NEGATIVE_INFINITY;
  #boundaryMs: number | null = null;
  #looking: Promise<AnswerSet> | null = null;

  constructor(options: ReadyAnswersOptions) {
    this.#options = options;
  }

  /**
   * The answers to use now: at once while the last look is fresh, else after one look at the database; while a look hangs,
   * the last good ones. Never rejects.
   */
  current(): AnswerSet | Promise<AnswerSet> {
    const nowMs = this.#options.clock.now().epochMilliseconds;
    const age = nowMs - this.#lookedAtMs;
    const passedBoundary = this.#boundaryMs !== null && nowMs >= this.#boundaryMs;
    if (age >= 0 && age < LOOK_AGAIN_MS && !passedBoundary) return this.#set;
    if (this.#looking !== null && nowMs - this.#lookingSinceMs >= SLOW_LOOK_MS) {
      this.#dropEnded(nowMs);
      return this.#set;
    }
    return this.refresh();
  }

  /** Looks at the database now. Requests that come meanwhile share the same look. */
  refresh(): Promise<AnswerSet> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  async #look(): Promise<AnswerSet> {
    const { db, clock, isPayable, onProblem } = this.#options;
    const nowMs = clock.now().epochMilliseconds;
    this.#lookingSinceMs = nowMs;
    try {
      const isCurrent = this.#asking !== null && (await readRevision(db)) === this.#asking.revision;
      const asking = isCurrent && this.#asking !== null ? this.#asking : await readAsking(db);
      const payable = isPayable();
      const passedBoundary = this.#boundaryMs !== null && nowMs >= this.#boundaryMs;
      const wentBack = nowMs < this.#lookedAtMs;
      if (!isCurrent || payable !== this.#payable || passedBoundary || wentBack) {
        this.#set = this.#make({ asking, payable, nowMs });
        this.#boundaryMs = nextBoundaryMs(asking.appeals, nowMs);
        this.#asking = asking;
        this.#payable = payable;
      }
    } catch (error) {
      onProblem(error);
      this.#dropEnded(nowMs);
    }
    this.#lookedAtMs = nowMs;
    return this.#set;
  }

  #make(options: {
    readonly asking: Asking;
    readonly payable: boolean;
    readonly nowMs: number;
  }): AnswerSet {
    const { asking, payable, nowMs } = options;
    const { newsroom } = this.#options;
    const note = new Map<string, ReadyAnswer>();
    const frame = new Map<string, NoteAnswer>();
    for (const language of INTERFACE_LANGUAGES) {
      const common = { appeals: asking.appeals, language, newsroom, nowMs, payable };
      const forNote = makeAnswer({ ...common, asks: asking.isOn('note') });
      if (forNote !== null) note.set(language, { answer: forNote, bytes: packed(forNote) });
      const forFrame = makeAnswer({ ...common, asks: asking.isOn('frame') });
      if (forFrame !== null) frame.set(language, forFrame);
    }
    return { note, frame };
  }

  /** While the database cannot be asked, an answer with an appeal past its end must still go. */
  #dropEnded(nowMs: number): void {
    const isOver = ({ appeals }: NoteAnswer) =>
      appeals.some(({ endMs }) => endMs !== null && nowMs >= endMs);
    this.#set = {
      note: new Map([...this.#set.note].filter(([, ready]) => !isOver(ready.answer))),
      frame: new Map([...this.#set.frame].filter(([, answer]) => !isOver(answer))),
    };
  }
}

/** The answer for a page's language: its own or its parent's, never another one. */
export function answerFor<T>(answers: ReadonlyMap<string, T>, language: string): T | undefined {
  const exact = answers.get(language);
  if (exact !== undefined || language.length > 35) return exact;
  const fitting = fittingLanguage(language, [...answers.keys()]);
  return fitting === null ? undefined : answers.get(fitting);
}

function packed(answer: NoteAnswer): ReadyAnswer['bytes'] {
  const text = new TextEncoder().encode(JSON.stringify(answer));
  return {
    identity: text,
    gzip: new Uint8Array(gzipSync(text, { level: 9 })),
    br: new Uint8Array(
      brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
    ),
  };
}
