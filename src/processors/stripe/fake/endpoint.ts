/** What one endpoint of the fake is: how it is called, which permission it needs, what it does. */
import type { z } from 'zod';
import { MAXIMUM_CHARGE, MINIMUM_CHARGE, type Permission } from './account.ts';
import type { FakeBooks } from './books.ts';
import { readParameters } from './parameters.ts';
import { badParameter, noSuch } from './refusal.ts';

export interface EndpointCall {
  readonly books: FakeBooks;
  readonly parameters: unknown;
  /** Ids in the path, in their order. */
  readonly ids: readonly string[];
}

export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** As the description writes it: `/v1/refunds/{refund}`. */
  readonly path: string;
  /** The resource of a restricted key; more than one where each of them will do. `null`: every key may. */
  readonly resource: string | readonly string[] | null;
  readonly access: Permission;
  readonly answer: (call: EndpointCall) => object;
}

/** An endpoint whose parameters are of `schema`. */
export function endpoint<T extends { readonly expand?: readonly string[] | undefined }>(
  name: `${Endpoint['method']} ${string}`,
  resource: Endpoint['resource'],
  schema: z.ZodType<T>,
  act: (call: { readonly books: FakeBooks; readonly given: T; readonly id: string }) => object,
): Endpoint {
  const [method, path] = name.split(' ') as [Endpoint['method'], string];
  return {
    method,
    path,
    resource,
    access: method === 'GET' ? 'read' : 'write',
    answer: ({ books, parameters, ids }) =>
      act({ books, given: readParameters(schema, parameters), id: ids[0] ?? '' }),
  };
}

/** The object of an id in a parameter or in the path. @throws Refusal where there is none */
export function pick<T>(
  all: ReadonlyMap<string, T>,
  of: {
    readonly what: string;
    readonly id: string;
    readonly param: string;
    readonly inPath?: boolean;
  },
): T {
  const one = all.get(of.id);
  if (one === undefined) throw noSuch({ ...of, inPath: of.inPath ?? false });
  return one;
}

/** @throws Refusal for a currency the account does not take, and for too little or too much */
export function checkAmount(books: FakeBooks, amount: bigint, currency: string): void {
  if (!books.account.presentmentCurrencies.includes(currency)) {
    throw badParameter({ param: 'currency', message: `Invalid currency: ${currency}.` });
  }
  if (amount < (MINIMUM_CHARGE[currency] ?? 1n)) {
    const message = 'The amount is under the minimum.';
    throw badParameter({ param: 'amount', code: 'amount_too_small', message });
  }
  if (amount > MAXIMUM_CHARGE) {
    const message = 'The amount has more than eight digits.';
    throw badParameter({ param: 'amount', code: 'amount_too_large', message });
  }
}

/** Metadata as it is after an update: an empty value takes a key away. */
export function merged(
  old: Readonly<Record<string, string>>,
  change: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries({ ...old, ...change }).filter(([, value]) => value !== ''),
  );
}
