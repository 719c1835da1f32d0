/** What became of an attempt: by BTCPay's id where we have it, else by ours, which BTCPay finds at once. */
import type { EvidenceAnswer, LookUpAnswer, LookUpQuestion } from '../../giving/processor.ts';
import { fetchInvoice, findInvoice, type KnownInvoice } from './invoices.ts';
import { attemptOf, pageUrlOf } from './references.ts';
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
    if (fetched.kind === 'fetched') return answerOf(server, fetched.found);
  }
  if (attemptId === null) return { kind: 'not-found' };
  const found = await findInvoice(server, attemptId);
  if (found.kind === 'unknown') return found;
  return found.kind === 'fetched' ? answerOf(server, found.found) : { kind: 'not-found' };
}

export function answerOf(
  server: Pick<BtcPayServer, 'accountId'>,
  { invoice, standing }: KnownInvoice,
): Extract<EvidenceAnswer, { kind: 'evidence' }> {
  const { id } = invoice;
  const pageUrl = pageUrlOf(invoice, server.accountId);
  return {
    kind: 'evidence',
    objectRef: id,
    attemptId: attemptOf(invoice),
    evidence: evidenceOf(standing, { id, pageUrl }),
  };
}
