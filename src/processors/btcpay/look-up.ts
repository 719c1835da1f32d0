/** What became of an attempt: by BTCPay's id where we have it, else by ours, which BTCPay finds at once. */
import type { EvidenceAnswer, LookUpAnswer, LookUpQuestion } from '../../giving/processor.ts';
import { fetchInvoice, findInvoice, type KnownInvoice } from './invoices.ts';
import { besideRef, readRef } from './parts.ts';
import { attemptOf, pageUrlOf } from './references.ts';
import type { BtcPayServer } from './server.ts';
import { evidenceOf, succeeded } from './standing.ts';

export async function lookUp(
  server: BtcPayServer,
  question: LookUpQuestion,
): Promise<LookUpAnswer> {
  const { attemptId, objectRef } = question;
  if (objectRef !== null) {
    const { invoiceId, receivedSeconds } = readRef(objectRef);
    const fetched = await fetchInvoice(server, invoiceId);
    if (fetched.kind === 'unknown') return fetched;
    if (fetched.kind === 'fetched') {
      const { found } = fetched;
      const part = besideOf(found).find(({ objectRef: ref }) => ref === objectRef);
      return receivedSeconds === null || part === undefined ? answerOf(server, found) : part;
    }
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

/** What came on an invoice beside the sum that was asked for: more money of the same attempt. */
export function besideOf({
  invoice,
  standing,
}: KnownInvoice): readonly Extract<EvidenceAnswer, { kind: 'evidence' }>[] {
  if (standing.kind !== 'paid') return [];
  return standing.beside.map((each) => {
    const ref = besideRef(invoice.id, each.receivedSeconds);
    return {
      kind: 'evidence',
      objectRef: ref,
      attemptId: attemptOf(invoice),
      evidence: succeeded(each, ref),
    };
  });
}
