/** How the adapter speaks with the bank: one call, and what an answer without the expected status means. */
import type { EvidenceAnswer, Unknown } from '../../giving/processor.ts';
import { type ApiCallOrder, type ApiClientOptions, callBank, type Heard } from './api-client.ts';
import { evidenceOf, UNREADABLE, unknownStatus } from './map.ts';
import { errorAnswer, type PaymentAnswer } from './wire.ts';

export interface BankView {
  readonly client: ApiClientOptions;
  readonly pageOrigin: string;
}

export function call(bank: BankView, order: ApiCallOrder): Promise<Heard | Unknown> {
  return callBank(bank.client, order);
}

export function evidenceAnswer(
  bank: BankView,
  payment: { readonly success: true; readonly data: PaymentAnswer } | { readonly success: false },
): EvidenceAnswer {
  const evidence = payment.success ? evidenceOf(payment.data, bank.pageOrigin) : null;
  if (!payment.success || evidence === null) return UNREADABLE;
  const { id: objectRef, attempt: attemptId } = payment.data;
  return { kind: 'evidence', objectRef, evidence, attemptId };
}

/** For calls where anything but the expected status says nothing about money. */
export function unexpected(answer: Heard): Unknown {
  return (
    unknownStatus(answer.status, errorCode(answer)) ?? { kind: 'unknown', reason: 'unexpected' }
  );
}

/** Why the bank found the order itself wrong. Only in the bank's own words: a bare 400 may come from anywhere. */
export function refusalCode(answer: Heard): string | null {
  return answer.status === 400 ? errorCode(answer) : null;
}

export function errorCode(answer: Heard): string | null {
  const error = errorAnswer.safeParse(answer.json);
  return error.success ? error.data.error.code : null;
}
