/**
 * The fake's JSON, in PayPal's shapes. Names and addresses are in it on purpose, as they are in PayPal's: a test looks for
 * them in everything that comes out of the adapter.
 */
import type { Instant } from '../../../calendar/index.ts';
import { moneyJson, toText } from './amounts.ts';
import type {
  FakeCapture,
  FakeLine,
  FakeOrder,
  FakePayer,
  FakeRefund,
  FakeToken,
} from './books.ts';

export const CANARY_NAME = 'CANARYNAME';
export const CANARY_MAIL = 'canary@example.org';

export interface FakeAnswer {
  readonly status: number;
  readonly json?: unknown;
}

const second = (at: Instant): string =>
  at.round({ smallestUnit: 'second', roundingMode: 'floor' }).toString();

export function payerJson(payer: FakePayer): object {
  return {
    email_address: CANARY_MAIL,
    payer_id: 'QYR5Z8XDVJNXQ',
    name: { given_name: CANARY_NAME, surname: CANARY_NAME },
    ...(payer.country === null ? {} : { address: { country_code: payer.country } }),
  };
}

function walletJson(order: FakeOrder): object {
  const { payer, token, customerId } = order;
  if (payer === null) return {};
  const vault =
    customerId === null
      ? null
      : token === null
        ? { status: 'APPROVED', customer: { id: customerId } }
        : { id: token.id, status: 'VAULTED', customer: { id: customerId } };
  return {
    email_address: CANARY_MAIL,
    account_id: 'QYR5Z8XDVJNXQ',
    name: { given_name: CANARY_NAME, surname: CANARY_NAME },
    ...(payer.country === null
      ? {}
      : { address: { address_line_1: CANARY_NAME, country_code: payer.country } }),
    ...(vault === null ? {} : { attributes: { vault } }),
  };
}

export function captureJson(capture: FakeCapture): object {
  const { gross, fee, currency } = capture;
  return {
    id: capture.id,
    status: capture.status,
    amount: moneyJson(gross, currency),
    custom_id: capture.customId,
    final_capture: true,
    create_time: second(capture.at),
    update_time: second(capture.at),
    ...(capture.status === 'PENDING' ? { status_details: { reason: 'ECHECK' } } : {}),
    ...(capture.status === 'PENDING' || capture.status === 'DECLINED'
      ? {}
      : {
          seller_receivable_breakdown: {
            gross_amount: moneyJson(gross, currency),
            paypal_fee: moneyJson(fee, currency),
            net_amount: moneyJson(gross - fee, currency),
          },
        }),
    supplementary_data: { related_ids: { order_id: capture.orderId } },
  };
}

/** Inside an order a capture has no related ids: it is in its order. */
function captureInOrder(capture: FakeCapture): object {
  const { supplementary_data: _, ...rest } = captureJson(capture) as { supplementary_data: object };
  return rest;
}

export function orderJson(order: FakeOrder, origin: string): object {
  const { id, payer, capture } = order;
  return {
    id,
    intent: order.intent,
    status: order.status,
    payment_source: { paypal: walletJson(order) },
    ...(payer === null ? {} : { payer: payerJson(payer) }),
    purchase_units: [
      {
        reference_id: 'default',
        amount: moneyJson(order.gross, order.currency),
        custom_id: order.customId,
        invoice_id: order.invoiceId,
        ...(capture === null ? {} : { payments: { captures: [captureInOrder(capture)] } }),
      },
    ],
    create_time: second(order.createdAt),
    update_time: second(order.updatedAt),
    links: [
      { href: `${origin}/v2/checkout/orders/${id}`, rel: 'self', method: 'GET' },
      ...(capture === null
        ? [{ href: `${origin}/checkoutnow?token=${id}`, rel: 'payer-action', method: 'GET' }]
        : []),
    ],
  };
}

export function refundJson(refund: FakeRefund): object {
  return {
    id: refund.id,
    status: refund.status,
    amount: moneyJson(refund.amount, refund.currency),
    create_time: second(refund.at),
    update_time: second(refund.at),
  };
}

export function tokenJson(token: FakeToken): object {
  const { country } = token.payer;
  return {
    id: token.id,
    customer: { id: token.customerId },
    payment_source: {
      paypal: {
        email_address: CANARY_MAIL,
        account_id: 'QYR5Z8XDVJNXQ',
        name: { given_name: CANARY_NAME, surname: CANARY_NAME },
        ...(country === null ? {} : { address: { country_code: country } }),
      },
    },
  };
}

export function lineJson(line: FakeLine): object {
  const at = second(line.at);
  return {
    transaction_info: {
      transaction_id: line.id,
      transaction_event_code: line.code,
      transaction_initiation_date: at,
      transaction_updated_date: at,
      transaction_amount: {
        currency_code: line.currency,
        value: toText(line.amount, line.currency),
      },
      ...(line.fee === 0n
        ? {}
        : { fee_amount: { currency_code: line.currency, value: toText(line.fee, line.currency) } }),
      transaction_status: 'S',
      ...(line.about === null
        ? {}
        : { paypal_reference_id: line.about, paypal_reference_id_type: 'TXN' }),
      ...(line.custom === null ? {} : { custom_field: line.custom }),
    },
  };
}

export function refused(issue: string, name = 'UNPROCESSABLE_ENTITY', status = 422): FakeAnswer {
  return {
    status,
    json: {
      name,
      message: MESSAGES[name] ?? 'The server refused.',
      debug_id: 'b1f3c7d5a9e20',
      details: [{ issue }],
      links: [],
    },
  };
}

const MESSAGES: Readonly<Record<string, string>> = {
  UNPROCESSABLE_ENTITY:
    'The requested action could not be performed, semantically incorrect, or failed business validation.',
  INVALID_REQUEST: 'Request is not well-formed, syntactically incorrect, or violates schema.',
  RESOURCE_NOT_FOUND: 'The specified resource does not exist.',
  AUTHENTICATION_FAILURE:
    'Authentication failed due to missing authorization header, or invalid authentication credentials.',
  NOT_AUTHORIZED: 'Authorization failed due to insufficient permissions.',
};

export const UNAUTHORISED: FakeAnswer = {
  status: 401,
  json: { name: 'AUTHENTICATION_FAILURE', message: MESSAGES.AUTHENTICATION_FAILURE },
};
export const NO_SUCH = refused('INVALID_RESOURCE_ID', 'RESOURCE_NOT_FOUND', 404);
export const FORBIDDEN = refused('PERMISSION_DENIED', 'NOT_AUTHORIZED', 403);
