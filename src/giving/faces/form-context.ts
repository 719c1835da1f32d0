/** What every part of the support form is drawn from. */
import type { PlainDate } from '../../calendar/index.ts';
import type { Translate } from '../../language/index.ts';
import type { Currency } from '../../money/index.ts';
import type { Newsroom } from '../../newsroom/index.ts';
import type { FieldProblem } from '../../page/index.ts';
import type { ArrivesExample } from './arrives-example.ts';
import type { SupportDraft } from './support-draft.ts';

export interface FormContext {
  readonly draft: SupportDraft;
  readonly language: string;
  readonly newsroom: Newsroom;
  readonly currency: Currency;
  readonly t: Translate;
  readonly problems: readonly FieldProblem[];
  /** The newsroom's day: the first charge of a pledge that begins now. */
  readonly today: PlainDate;
  /** What processors leave of a small monthly gift, and of several months of it at once; `null`: not known, or no matter. */
  readonly arrives: ArrivesExample | null;
}
