/** Adapters that are wrong, each in the way one public project was. Everything else passes through. */
import type { EvidenceAnswer, Money, Processor } from '../core.ts';

/** A processor whose every method is the other one's, but for these. */
function wrapped(inner: Processor, changes: Partial<Processor>): Processor {
  const { listMoneySince, booksOfDay } = inner;
  return {
    kind: inner.kind,
    accountId: inner.accountId,
    capabilities: inner.capabilities,
    openHostedPayment: (order) => inner.openHostedPayment(order),
    closeHostedPayment: (objectRef) => inner.closeHostedPayment(objectRef),
    chargeMandate: (order) => inner.chargeMandate(order),
    lookUp: (question) => inner.lookUp(question),
    refund: (order) => inner.refund(order),
    listSince: (cursor) => inner.listSince(cursor),
    readWebhook: (input) => inner.readWebhook(input),
    ...(listMoneySince === undefined
      ? {}
      : { listMoneySince: (cursor) => listMoneySince.call(inner, cursor) }),
    ...(booksOfDay === undefined ? {} : { booksOfDay: (day) => booksOfDay.call(inner, day) }),
    ...changes,
  };
}

/** 11: "maintenance", and everything else it cannot read, is a failed payment. */
export function maintenanceIsFailure(inner: Processor): Processor {
  return wrapped(inner, {
    async lookUp(question) {
      const answer = await inner.lookUp(question);
      if (answer.kind !== 'unknown') return answer;
      return declined(question.objectRef ?? `lost_${question.attemptId}`, 'maintenance');
    },
  });
}

/** 12: a new key for every call. */
export function keyPerCall(inner: Processor): Processor {
  let calls = 0;
  const fresh = (key: string) => `${key}-${inner.accountId}-${++calls}`;
  return wrapped(inner, {
    openHostedPayment: (order) =>
      inner.openHostedPayment({ ...order, idempotencyKey: fresh(order.idempotencyKey) }),
    chargeMandate: (order) =>
      inner.chargeMandate({ ...order, idempotencyKey: fresh(order.idempotencyKey) }),
  });
}

/** 13: "already captured" to a repeated request is taken for a failure. */
export function capturedBeforeIsFailure(inner: Processor): Processor {
  const sent = new Set<string>();
  return wrapped(inner, {
    async chargeMandate(order) {
      const isRepeated = sent.has(order.idempotencyKey);
      sent.add(order.idempotencyKey);
      const answer = await inner.chargeMandate(order);
      const captured = answer.kind === 'evidence' && answer.evidence.state === 'succeeded';
      return isRepeated && captured ? declined(answer.objectRef, 'already_captured') : answer;
    },
  });
}

/** 14: every currency has cents. */
export function everyCurrencyHasCents(inner: Processor): Processor {
  const wrong = (money: Money): Money =>
    money.currency === 'JPY' ? { ...money, minor: money.minor * 100n } : money;
  return wrapped(inner, {
    openHostedPayment: (order) => inner.openHostedPayment({ ...order, money: wrong(order.money) }),
    chargeMandate: (order) => inner.chargeMandate({ ...order, money: wrong(order.money) }),
  });
}

/** 16: one row that always fails. */
export function poisoned(inner: Processor): Processor {
  return wrapped(inner, {
    chargeMandate: async () => {
      throw new TypeError('poisoned');
    },
  });
}

function declined(objectRef: string, code: string): EvidenceAnswer {
  return {
    kind: 'evidence',
    objectRef,
    evidence: { state: 'declined', code, advice: 'retry-later' },
  };
}
