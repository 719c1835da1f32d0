/**
 * Holds what went over the wire against BTCPay's published descriptions, requests, the fake's answers and its messages, so
 * that the adapter and its fake cannot share one misunderstanding. The descriptions lie beside the checkout and are no part
 * of it.
 *
 * They put schemas together with `allOf` whose parts forbid members that the other parts have, so each is merged into one
 * schema first; merged, a right invoice passes and a misspelt member does not.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import type { FakeMessage } from './courier.ts';
import type { Exchange } from './server.ts';

const FOLDER = join(import.meta.dirname, '..', '..', '..', '..', '..', 'shared', 'specs');
const FILES = [
  'base',
  'authorization',
  'invoices',
  'stores',
  'stores-payment-methods',
  'webhooks',
] as const;

export const descriptionsAreThere = (): boolean => existsSync(join(FOLDER, 'btcpay-invoices.json'));

/** Operations that these files do not describe, each with where BTCPay does (btcpayserver/btcpayserver, swagger/v1). */
const ELSEWHERE: readonly { readonly path: RegExp; readonly source: string }[] = [
  { path: /^\/api\/v1\/health$/, source: 'swagger.template.health.json' },
  { path: /^\/api\/v1\/api-keys\/current$/, source: 'swagger.template.api-keys.json' },
  { path: /^\/api\/v1\/stores\/[^/]+\/rates$/, source: 'swagger.template.stores-rates.json' },
];

/**
 * The path of an invoice under its store is the one that servers before July 2026 know; newer ones answer both, and the
 * description has the short one only (`GreenfieldInvoiceController.cs`, where both are routed).
 */
const OLDER_PATH = /^\/api\/v1\/stores\/[^/]+(\/invoices\/[^/]+.*)$/;

/**
 * What BTCPay answers and the description does not say, or says otherwise (`GreenfieldExtensions.cs`): 422 with the list of
 * members that it describes for 400, 400 with one problem, and a problem as the body of 401, 403 and 404.
 */
const UNDESCRIBED: ReadonlySet<number> = new Set([400, 401, 403, 404, 422]);

interface Json {
  readonly [name: string]: unknown;
}

interface Operation {
  readonly path: string;
  readonly description: Json;
}

export class Described {
  readonly #schemas: Record<string, Json> = {};
  readonly #parameters: Record<string, Json> = {};
  readonly #operations: (Operation & { readonly method: string })[] = [];
  readonly #messages: Json = {};
  readonly #validators = new Map<Json, ValidateFunction>();
  readonly #ajv = new Ajv({ strict: false, unicodeRegExp: false, allErrors: true });

  constructor() {
    addFormats.default(this.#ajv);
    this.#ajv.addFormat('decimal', /^-?\d+(?:\.\d+)?$/);
    // Of BTCPay's own: they say what a number counts.
    for (const format of ['seconds', 'minutes', 'days']) this.#ajv.addFormat(format, true);
    for (const file of FILES) this.#read(file);
  }

  /** What is wrong with one exchange, by the published description; nothing is right. */
  problemsOf(exchange: Exchange): readonly string[] {
    const { pathname, searchParams } = new URL(exchange.path, 'http://fake');
    if (ELSEWHERE.some(({ path }) => path.test(pathname))) return [];
    const described = pathname.replace(OLDER_PATH, '/api/v1$1');
    const method = exchange.method.toLowerCase();
    const operation = this.#operations.find(
      (each) => each.method === method && matches(each.path, described),
    );
    if (operation === undefined) return [`${exchange.method} ${pathname}: described nowhere`];
    const names = this.#queryNames(operation);
    return [
      ...[...searchParams.keys()]
        .filter((name) => !names.has(name))
        .map((name) => `query ${name} is described nowhere`),
      ...this.#bodyProblems(operation, exchange),
      ...this.#answerProblems(operation, exchange),
    ].map((problem) => `${exchange.method} ${operation.path} ${exchange.status}: ${problem}`);
  }

  /** The same of a message. */
  problemsOfMessage({ body, headers }: FakeMessage): readonly string[] {
    const json = JSON.parse(new TextDecoder().decode(body)) as { readonly type: string };
    const message = inside(this.#messages, [json.type, 'post']);
    if (message === undefined) return [`${json.type}: described nowhere`];
    const signed = headers.get('btcpay-sig')?.startsWith('sha256=') === true;
    const schema = inside(message, ['requestBody', 'content', 'application/json', 'schema']);
    return [
      ...(signed ? [] : ['no BTCPay-Sig']),
      ...(schema === undefined ? ['no schema'] : this.#problems(schema, json)),
    ].map((problem) => `${json.type}: ${problem}`);
  }

  #read(file: string): void {
    const text = readFileSync(join(FOLDER, `btcpay-${file}.json`), 'utf8');
    const description = JSON.parse(text) as Json;
    Object.assign(this.#schemas, inside(description, ['components', 'schemas']) ?? {});
    Object.assign(this.#parameters, inside(description, ['components', 'parameters']) ?? {});
    Object.assign(this.#messages, description['x-webhooks'] ?? {});
    const paths = (description.paths ?? {}) as Record<string, Record<string, Json>>;
    for (const [path, methods] of Object.entries(paths)) {
      for (const [method, operation] of Object.entries(methods)) {
        this.#operations.push({ path, method, description: operation });
      }
    }
  }

  #queryNames({ description }: Operation): ReadonlySet<string> {
    const parameters = (description.parameters ?? []) as readonly Json[];
    const whole = parameters.map((each) =>
      typeof each.$ref === 'string' ? (this.#parameters[lastOf(each.$ref)] ?? {}) : each,
    );
    return new Set(whole.filter((each) => each.in === 'query').map(({ name }) => String(name)));
  }

  #bodyProblems({ description }: Operation, { body }: Exchange): readonly string[] {
    if (body === '') return [];
    const schema = inside(description, ['requestBody', 'content', 'application/json', 'schema']);
    return schema === undefined ? ['takes no body'] : this.#problems(schema, JSON.parse(body));
  }

  #answerProblems({ description }: Operation, { status, json }: Exchange): readonly string[] {
    if (json === undefined) return [];
    const at = ['responses', String(status), 'content', 'application/json', 'schema'];
    const schema = inside(description, at);
    if (schema !== undefined && status < 400) return this.#problems(schema, json);
    return UNDESCRIBED.has(status)
      ? this.#problems(
          this.#schemas[Array.isArray(json) ? 'ValidationProblemDetails' : 'ProblemDetails'] ?? {},
          json,
        )
      : [`no answer ${status} is described`];
  }

  #problems(schema: Json, value: unknown): readonly string[] {
    let validate = this.#validators.get(schema);
    if (validate === undefined) {
      validate = this.#ajv.compile(this.#merged(schema, 0));
      this.#validators.set(schema, validate);
    }
    if (validate(value)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) =>
        `${instancePath} ${message} ${'additionalProperty' in params ? params.additionalProperty : ''}`,
    );
  }

  /** The schema with every reference in its place and every `allOf` made one. */
  #merged(schema: Json, depth: number): Json {
    // What is described in another file of BTCPay's is not held against anything.
    if (typeof schema.$ref === 'string') {
      return this.#merged(this.#schemas[lastOf(schema.$ref)] ?? {}, depth);
    }
    if (depth > 20) throw new Error('a schema that has no end');
    const { allOf, example: _example, ...own } = schema;
    const deeper = (each: unknown) => this.#merged(each as Json, depth + 1);
    const whole: Record<string, unknown> = { ...own };
    if (own.properties !== undefined) {
      whole.properties = Object.fromEntries(
        Object.entries(own.properties as Json).map(([name, each]) => [name, deeper(each)]),
      );
    }
    if (own.items !== undefined) whole.items = deeper(own.items);
    for (const word of ['anyOf', 'oneOf']) {
      if (Array.isArray(own[word])) whole[word] = own[word].map(deeper);
    }
    for (const part of Array.isArray(allOf) ? allOf.map(deeper) : []) {
      const properties = { ...(part.properties ?? {}), ...((whole.properties as Json) ?? {}) };
      const required = [...((part.required as []) ?? []), ...((whole.required as []) ?? [])];
      Object.assign(whole, { ...part, ...whole });
      if (Object.keys(properties).length > 0) whole.properties = properties;
      if (required.length > 0) whole.required = required;
    }
    // What a member's own words say of `null` goes for the values that it may have as well.
    if (whole.nullable === true && Array.isArray(whole.enum)) whole.enum = [...whole.enum, null];
    if (whole.nullable === true && whole.type === undefined) delete whole.nullable;
    return whole;
  }
}

function lastOf(ref: string): string {
  return ref.slice(ref.lastIndexOf('/') + 1);
}

function matches(template: string, pathname: string): boolean {
  const form = template.replaceAll(/\{[^}]+\}/g, '[^/]+');
  return new RegExp(`^${form}$`).test(pathname);
}

function inside(root: Json, at: readonly string[]): Json | undefined {
  let value: unknown = root;
  for (const part of at) value = (value as Json | undefined)?.[part];
  return typeof value === 'object' && value !== null ? (value as Json) : undefined;
}
