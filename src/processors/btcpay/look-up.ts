/** What became of an attempt: by BTCPay's id where we have it, else by ours, which BTCPay finds at once. */
import type { EvidenceAnswer, LookUpAnswer, LookUpQuestion } from '../../giving/processor.ts';
import { fetchInvoice, findInvoice, type KnownInvoice } from './invoices.ts';
import { attemptOf } from './references.ts';
import type { BtcPayServer } from './server.ts';
import { evidenceOf } from './standing.ts';

export async function lookUp(
  server: BtcPayServer,
  question: LookUpQuestion,
): Promise<LookUpAnswer> {
  const { attemptId, objectRef } = question;
  if (objectRef !== null) {
    const fetched = await fetchInvoice(server, objectRef);
    if (fetched.kind === 'unknown') return fetched;
    if (fetched.kind === 'fetched') return answerOf(fetched.found);
  }
  if (attemptId === null) return { kind: 'not-found' };
  const found = await findInvoice(server, attemptId);
  if (found.kind === 'unknown') return found;
  return found.kind === 'fetched' ? answerOf(found.found) : { kind: 'not-found' };
}

/** Without the page's address: that is ours, and the order has it. */
export function answerOf({ invoice, standing }: KnownInvoice): EvidenceAnswer {
  return {
    kind: 'evidence',
    objectRef: invoice.id,
    attemptId: attemptOf(invoice),
    evidence: evidenceOf(standing, invoice.id),
  };
}
