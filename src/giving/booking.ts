/**
 * What the books and the desk are told, as data: the effects that decisions about money share. `write-booking.ts` writes
 * them; tests of every order carry the same effects out on plain objects.
 */
import type { Posting } from './ledger/ledger.ts';
import type { AlarmKind } from './reports/reports.ts';

export interface PostEffect {
  readonly do: 'post';
  readonly posting: Posting;
  /**
   * What a posting with the same cause and code means. `fail`: somebody else booked this charge at this moment, so the
   * whole transaction looks again. `keep`: a fact that several sources may tell.
   */
  readonly duplicate: 'fail' | 'keep';
}

export interface AlarmEffect {
  readonly do: 'alarm';
  readonly kind: AlarmKind;
  /** What it is about: ids only, never a person. */
  readonly ref: string;
  readonly giftId: string | null;
  readonly detail: string | null;
}

export type BookingEffect = PostEffect | AlarmEffect;
