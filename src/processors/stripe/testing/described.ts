/**
 * Holds what the tables of outcomes send against Stripe's published description of its API, so that a parameter that Stripe does
 * not know, or an amount that is none, cannot stand in an adapter because its own tests expect it. The description lies
 * beside the checkout and is no part of it. It is a year older than the version we speak; what is newer is named below.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import qs from 'qs';
import { z } from 'zod';
import { type SentCall, sentInThisFile } from './canned.ts';

const PROJECT = join(import.meta.dirname, '..', '..', '..', '..');
const FILE = join(PROJECT, '..', 'shared', 'specs', 'stripe-openapi.json');

/** Parameters that are newer than the description, by endpoint; each with where Stripe says so. */
const NEWER_PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  // docs.stripe.com/changelog/dahlia/2026-07-29/allowed-payment-method-types-parameter
  'POST /v1/payment_intents': ['allowed_payment_method_types'],
  // The same for pages, docs.stripe.com/changelog/endive/2026-09-30/remove-payment-method-types-checkout-sessions; the
  // other two: docs.stripe.com/api/checkout/sessions/create.
  'POST /v1/checkout/sessions': [
    'allowed_payment_method_types',
    'adaptive_pricing',
    'wallet_options',
  ],
  // docs.stripe.com/api/payment_intents/confirm
  'POST /v1/payment_intents/{intent}/confirm': ['confirmation_token'],
};

/** Whole endpoints that it does not have. */
const NEWER_ENDPOINTS: readonly RegExp[] = [
  // docs.stripe.com/api/confirmation_tokens/retrieve
  /^GET \/v1\/confirmation_tokens\/\w+$/,
  // docs.stripe.com/api/v2/core/event-destinations/list
  /^GET \/v2\/core\/event_destinations$/,
];

const parameter = z.object({ name: z.string(), in: z.string(), schema: z.unknown().optional() });
const operation = z.object({
  parameters: z.array(parameter).default([]),
  requestBody: z
    .object({
      content: z.object({
        'application/x-www-form-urlencoded': z.object({ schema: z.unknown() }).optional(),
      }),
    })
    .optional(),
  responses: z
    .record(
      z.string(),
      z.object({
        content: z
          .object({ 'application/json': z.object({ schema: z.unknown() }).optional() })
          .optional(),
      }),
    )
    .default({}),
});
const description = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  components: z.unknown(),
});

export class Description {
  readonly #paths: z.infer<typeof description>['paths'];
  readonly #validators = new Map<string, ValidateFunction>();
  // Forms carry numbers as text, so types are coerced.
  readonly #ajv = new Ajv({ strict: false, coerceTypes: true, allErrors: true });
  /** Answers are JSON, so nothing is coerced. */
  readonly #answers = new Ajv({ strict: false, allErrors: true });

  constructor() {
    const { paths, components } = description.parse(JSON.parse(readFileSync(FILE, 'utf8')));
    this.#paths = paths;
    addFormats.default(this.#ajv);
    for (const ajv of [this.#ajv, this.#answers]) {
      for (const format of ['unix-time', 'decimal', 'currency']) ajv.addFormat(format, true);
    }
    this.#ajv.addSchema({ $id: 'stripe', components });
    this.#answers.addSchema({ $id: 'stripe', components: withNull(components) });
    addFormats.default(this.#answers);
  }

  /** What is wrong with an answer of the fake's; an answer that is an error is held against the shape of errors. */
  problemsOfAnswer(heard: {
    readonly method: string;
    readonly path: string;
    readonly status: number;
    readonly json: unknown;
  }): readonly string[] {
    const { method, path, status, json } = heard;
    if (NEWER_ENDPOINTS.some((known) => known.test(`${method} ${path}`))) return [];
    const template = this.#templateOf(method, path);
    // Refused by the fake as well, and no answer of an endpoint.
    if (template === undefined) return [];
    const { responses } = operation.parse(this.#paths[template]?.[lower(method)]);
    const told = responses[String(status)] ?? responses.default;
    const schema = told?.content?.['application/json']?.schema;
    assert.ok(schema !== undefined, `${method} ${template} answers JSON`);
    const name = `${method} ${template} ${status === 200 ? 'answer' : 'error'}`;
    const validate = this.#compiled(this.#answers, name, schema);
    if (validate(json)) return [];
    return (validate.errors ?? []).map(({ instancePath, message, params }) =>
      [`${name}:`, instancePath, message, JSON.stringify(params)].join(' '),
    );
  }

  /** What is wrong with a call; nothing is right. */
  problemsOf({ method, path, params }: SentCall): readonly string[] {
    if (NEWER_ENDPOINTS.some((known) => known.test(`${method} ${path}`))) return [];
    const template = this.#templateOf(method, path);
    if (template === undefined) return [`${method} ${path}: described nowhere`];
    const name = `${method} ${template}`;
    const sent = z
      .record(z.string(), z.unknown())
      .parse(qs.parse(new URLSearchParams(params).toString(), { depth: 20, arrayLimit: 1000 }));
    for (const newer of NEWER_PARAMETERS[name] ?? []) delete sent[newer];
    const validate = this.#validatorOf(
      name,
      operation.parse(this.#paths[template]?.[lower(method)]),
    );
    if (validate(sent)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message, params: of }) =>
        `${name}: ${instancePath} ${message} ${JSON.stringify(of)}`,
    );
  }

  /** The path without variables wins: `/v1/x/search` is no `/v1/x/{id}`. */
  #templateOf(method: string, path: string): string | undefined {
    const fitting = Object.keys(this.#paths).filter(
      (template) =>
        Object.hasOwn(this.#paths[template] ?? {}, lower(method)) &&
        new RegExp(`^${template.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`).test(path),
    );
    return fitting.toSorted((one, other) => variables(one) - variables(other))[0];
  }

  #validatorOf(name: string, of: z.infer<typeof operation>): ValidateFunction {
    const known = this.#validators.get(name);
    if (known !== undefined) return known;
    const form = of.requestBody?.content['application/x-www-form-urlencoded']?.schema;
    const schema = name.startsWith('GET ') ? querySchema(of.parameters) : form;
    assert.ok(schema !== undefined, `${name} has a form`);
    return this.#compiled(this.#ajv, name, schema);
  }

  #compiled(ajv: Ajv, name: string, schema: unknown): ValidateFunction {
    const known = this.#validators.get(name);
    if (known !== undefined) return known;
    const text = JSON.stringify(schema).replaceAll('"#/components', '"stripe#/components');
    const made = ajv.compile(z.record(z.string(), z.unknown()).parse(withNull(JSON.parse(text))));
    this.#validators.set(name, made);
    return made;
  }
}

/** `nullable`, which the description's dialect has, in the words of JSON Schema. */
function withNull(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withNull);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { nullable, ...rest } = Object.fromEntries(
    Object.entries(schema).map(([name, value]) => [name, withNull(value)]),
  );
  return nullable === true ? { anyOf: [rest, { type: 'null' }] } : rest;
}

function querySchema(parameters: readonly z.infer<typeof parameter>[]) {
  const query = parameters.filter((each) => each.in === 'query');
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(query.map(({ name, schema }) => [name, schema ?? {}])),
  };
}

const lower = (method: string): string => method.toLowerCase();
const variables = (template: string): number => template.split('{').length;

export const descriptionIsThere = (): boolean => existsSync(FILE);

/** To be called at the end of a file of tests: compares every call that they made. */
export function holdAgainstDescription(): void {
  test('sends nothing but what Stripe describes', (t) => {
    if (!descriptionIsThere()) {
      t.skip('Stripe’s published description is not beside this checkout: NOT compared with it');
      return;
    }
    const stripe = new Description();
    const problems = new Set(sentInThisFile.flatMap((call) => stripe.problemsOf(call)));
    assert.ok(sentInThisFile.length > 0, 'there is something to compare');
    assert.deepEqual([...problems], []);
    const wrong = sentInThisFile.map((call) => ({
      ...call,
      params: { ...call.params, a_parameter_of_nowhere: '1' },
    }));
    assert.ok(
      wrong.some((call) => stripe.problemsOf(call).length > 0),
      'the comparison finds what is wrong',
    );
  });
}
