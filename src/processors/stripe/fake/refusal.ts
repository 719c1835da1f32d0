/**
 * What the fake refuses, in Stripe's shape (docs.stripe.com/api/errors). `isKept` says whether the answer is remembered
 * under its idempotency key: only what came out of an endpoint that had begun is, never a parameter it would not take.
 */

export interface ErrorBody {
  readonly type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error';
  readonly code?: string;
  readonly decline_code?: string;
  readonly advice_code?: string;
  readonly network_decline_code?: string;
  readonly message: string;
  readonly param?: string;
  readonly charge?: string;
  readonly payment_intent?: object;
  readonly payment_method?: object;
  readonly setup_intent?: object;
  readonly doc_url?: string;
  readonly request_log_url?: string;
}

export class Refusal extends Error {
  readonly status: number;
  readonly body: ErrorBody;
  readonly isKept: boolean;
  readonly headers: Readonly<Record<string, string>>;

  constructor(of: {
    readonly status: number;
    readonly body: ErrorBody;
    readonly isKept: boolean;
    readonly headers?: Readonly<Record<string, string>>;
  }) {
    super(`${of.status} ${of.body.code ?? of.body.type}`);
    this.status = of.status;
    this.body = of.body;
    this.isKept = of.isKept;
    this.headers = of.headers ?? {};
  }
}

/** A parameter is wrong: nothing began. */
export function badParameter(of: {
  readonly param: string;
  readonly message: string;
  readonly code?: string;
}): Refusal {
  const { param, message, code } = of;
  return new Refusal({
    status: 400,
    isKept: false,
    body: {
      type: 'invalid_request_error',
      ...(code === undefined ? {} : { code, doc_url: docUrl(code) }),
      message,
      param,
    },
  });
}

/** An id in a parameter (400) or in the path (404) that names nothing. */
export function noSuch(of: {
  readonly what: string;
  readonly id: string;
  readonly param: string;
  readonly inPath: boolean;
}): Refusal {
  return new Refusal({
    status: of.inPath ? 404 : 400,
    isKept: false,
    body: {
      type: 'invalid_request_error',
      code: 'resource_missing',
      doc_url: docUrl('resource_missing'),
      message: `No such ${of.what}: '${of.id}'`,
      param: of.param,
    },
  });
}

/** The endpoint began, and what it was asked does not go with the state of things. */
export function notNow(of: {
  readonly code?: string;
  readonly message: string;
  readonly param?: string;
  readonly more?: Partial<ErrorBody>;
}): Refusal {
  return new Refusal({
    status: 400,
    isKept: true,
    body: {
      type: 'invalid_request_error',
      ...(of.code === undefined ? {} : { code: of.code, doc_url: docUrl(of.code) }),
      message: of.message,
      ...(of.param === undefined ? {} : { param: of.param }),
      ...of.more,
    },
  });
}

export function tooMany(reason: string): Refusal {
  return new Refusal({
    status: 429,
    isKept: false,
    headers: { 'stripe-rate-limited-reason': reason },
    body: {
      type: 'invalid_request_error',
      code: 'rate_limit',
      doc_url: docUrl('rate_limit'),
      message: 'Request rate limit exceeded.',
    },
  });
}

/** Somebody else is at this object (docs.stripe.com/rate-limits, "Object lock timeouts"). */
export function locked(): Refusal {
  return new Refusal({
    status: 429,
    isKept: false,
    headers: { 'stripe-should-retry': 'true' },
    body: {
      type: 'invalid_request_error',
      code: 'lock_timeout',
      doc_url: docUrl('lock_timeout'),
      message: 'This object is in use by another request.',
    },
  });
}

/** The first request with this key has not ended. */
export function keyInUse(key: string): Refusal {
  return new Refusal({
    status: 409,
    isKept: false,
    headers: { 'stripe-should-retry': 'true' },
    body: {
      type: 'invalid_request_error',
      code: 'idempotency_key_in_use',
      doc_url: docUrl('idempotency_key_in_use'),
      message: `Another request with the key ${key} is still in progress.`,
    },
  });
}

export function keyOfOther(key: string): Refusal {
  return new Refusal({
    status: 400,
    isKept: false,
    body: {
      type: 'idempotency_error',
      message: `The key ${key} was used for another endpoint or with other parameters.`,
    },
  });
}

export function brokenInside(message: string): Refusal {
  return new Refusal({ status: 500, isKept: true, body: { type: 'api_error', message } });
}

function docUrl(code: string): string {
  return `https://stripe.com/docs/error-codes/${code.replaceAll('_', '-')}`;
}
