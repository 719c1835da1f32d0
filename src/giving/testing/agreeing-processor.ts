/** A fake processor on whose page supporters only agree: money moves when it is told to take it, and once. */
import type {
  CompletionOrder,
  EvidenceAnswer,
  LookUpAnswer,
  LookUpQuestion,
  OrderRefused,
} from '../processor.ts';
import { FakeProcessor, type FakeProcessorOptions } from './fake-processor.ts';

export class AgreeingProcessor extends FakeProcessor {
  readonly #agreed = new Set<string>();
  /** Faults of the next completions, first in first out. */
  readonly completionFaults: ('lost-before' | 'lost-after' | 'refused')[] = [];
  /** Runs while a payment is being completed, before money moves: the place for a race. */
  duringCompletion: (() => Promise<void>) | null = null;

  constructor(options: FakeProcessorOptions) {
    super({
      ...options,
      capabilities: { ...options.capabilities, payerCountry: 'before-authorisation' },
    });
  }

  /** The supporter agrees on the page; nothing moves. */
  agree(pageUrl: string): void {
    this.#agreed.add(this.ofPage(pageUrl).objectRef);
  }

  override async lookUp(question: LookUpQuestion): Promise<LookUpAnswer> {
    const answer = await super.lookUp(question);
    if (answer.kind !== 'evidence' || answer.evidence.state !== 'open') return answer;
    const { objectRef, attemptId = null } = answer;
    return this.#agreed.has(objectRef) ? { kind: 'agreed', objectRef, attemptId } : answer;
  }

  async completePayment(order: CompletionOrder): Promise<EvidenceAnswer | OrderRefused> {
    this.calls.push(`complete ${order.idempotencyKey}`);
    await this.duringCompletion?.();
    const fault = this.completionFaults.shift();
    if (fault === 'lost-before') return { kind: 'unknown', reason: 'connection' };
    if (fault === 'refused') return { kind: 'refused', code: 'invalid_order' };
    const payment = this.payments.get(order.objectRef);
    if (payment === undefined) return { kind: 'refused', code: 'no_such_order' };
    const { objectRef } = payment;
    if (payment.evidence.state === 'open') {
      const isRefused =
        this.payerCountry === null || order.refusedCountries.includes(this.payerCountry);
      if (isRefused) {
        this.say(payment, { state: 'declined', code: 'country', advice: 'refused-country' });
      } else this.pay(`/${objectRef}`);
    }
    if (fault === 'lost-after') return { kind: 'unknown', reason: 'timeout' };
    return { kind: 'evidence', objectRef, evidence: payment.evidence };
  }
}
