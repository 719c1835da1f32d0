/**
 * Holds what went over the wire against PayPal's published descriptions, requests and the fake's answers both, so that the
 * adapter and its fake cannot share one misunderstanding. The descriptions lie beside the checkout and are no part of it.
 *
 * They allow members that they do not name, so a typing mistake would pass: every member is looked for by name as well.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import type { Exchange } from './server.ts';

const FOLDER = join(import.meta.dirname, '..', '..', '..', '..', '..', 'shared', 'specs');

export const descriptionsAreThere = (): boolean =>
  existsSync(join(FOLDER, 'paypal-checkout_orders_v2.json'));

/** Members that are newer than the descriptions, each with its source. */
const NEWER: Readonly<Record<string, string>> = {
  'payment_source.paypal.stored_credential':
    'developer.paypal.com, orders v2, definitions/paypal_wallet_stored_credential (the description is of 2024-02)',
};

/** Errors that the description does not list: "Transaction search errors" of developer.paypal.com does. */
function isNewerAnswer(json: unknown): boolean {
  return (json as { name?: unknown }).name === 'RESULTSET_TOO_LARGE';
}

interface Json {
  readonly [name: string]: unknown;
}

interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  readonly components: Json;
}

interface Operation {
  readonly file: string;
  readonly path: string;
  readonly method: string;
  readonly description: Description;
}

const FILES = [
  'checkout_orders_v2',
  'payments_payment_v2',
  'vault_payment_tokens_v3',
  'reporting_transactions_v1',
  'notifications_webhooks_v1',
] as const;

export class Described {
  readonly #operations: Operation[] = [];
  readonly #validators = new Map<string, ValidateFunction>();
  readonly #ajv = new Ajv({ strict: false, unicodeRegExp: false, allErrors: true });

  constructor() {
    addFormats.default(this.#ajv);
    // Of PayPal's own, and not defined anywhere.
    for (const format of PAYPAL_FORMATS) this.#ajv.addFormat(format, true);
    for (const file of FILES) {
      const text = readFileSync(join(FOLDER, `paypal-${file}.json`), 'utf8');
      const description = JSON.parse(text) as Description;
      this.#ajv.addSchema(description, file);
      for (const [path, methods] of Object.entries(description.paths)) {
        for (const method of Object.keys(methods)) {
          this.#operations.push({ file, path, method, description });
        }
      }
    }
  }

  /** What is wrong with one exchange, by the published description; nothing is right. */
  problemsOf(exchange: Exchange): readonly string[] {
    const { pathname } = new URL(exchange.path, 'http://fake');
    if (pathname === '/v1/oauth2/token') return [];
    const method = exchange.method.toLowerCase();
    const operation = this.#operations.find(
      (each) => each.method === method && matches(each.path, pathname),
    );
    if (operation === undefined) return [`${exchange.method} ${pathname}: described nowhere`];
    return [
      ...this.#bodyProblems(operation, exchange),
      ...queryProblems(operation, exchange),
      ...this.#answerProblems(operation, exchange),
    ].map((problem) => `${exchange.method} ${operation.path} ${exchange.status}: ${problem}`);
  }

  #bodyProblems(operation: Operation, { body }: Exchange): readonly string[] {
    if (body === '') return [];
    const at = [...pointerOf(operation), 'requestBody'];
    return this.#contentProblems(operation, at, JSON.parse(body));
  }

  #answerProblems(operation: Operation, { status, json }: Exchange): readonly string[] {
    if (json === undefined || isNewerAnswer(json)) return [];
    const responses = read(operation.description, [...pointerOf(operation), 'responses']);
    const name = Object.hasOwn(responses, String(status)) ? String(status) : 'default';
    if (!Object.hasOwn(responses, name)) return [`no answer ${status} is described`];
    return this.#contentProblems(operation, [...pointerOf(operation), 'responses', name], json);
  }

  #validator(ref: string): ValidateFunction {
    const known = this.#validators.get(ref);
    if (known !== undefined) return known;
    const made = this.#ajv.compile({ $ref: ref });
    this.#validators.set(ref, made);
    return made;
  }

  #contentProblems(operation: Operation, at: readonly string[], value: unknown): readonly string[] {
    const where = resolved(operation.description, at);
    const schemaAt = [...where, 'content', 'application/json', 'schema'];
    const validate = this.#validator(`${operation.file}#${pointerText(schemaAt)}`);
    const problems = validate(value)
      ? []
      : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
    const unknown = unknownMembers(operation.description, schemaAt, value, '');
    return [
      ...problems,
      ...unknown
        .filter((path) => NEWER[path] === undefined)
        .map((path) => `${path} is described nowhere`),
    ];
  }
}

const PAYPAL_FORMATS = [
  'ppaas_common_country_code_v2',
  'ppaas_common_currency_code_v2',
  'ppaas_common_language_v3',
  'ppaas_common_email_address_v2',
  'ppaas_common_payer_id_v3',
  'ppaas_payer_id_v3',
  'ppaas_date_notime_v2',
  'ppaas_date_time_v3',
  'ppaas_common_phone_v2',
  'payer_v1',
  'ppaas_ip_address_v1',
  'ppaas_common_percentage_v2',
  'merchant_common_email_address_v2',
];

function matches(template: string, pathname: string): boolean {
  const form = template.replaceAll(/\{[^}]+\}/g, '[^/]+');
  return new RegExp(`^${form}$`).test(pathname);
}

function pointerOf({ path, method }: Operation): readonly string[] {
  return ['paths', path, method];
}

function pointerText(at: readonly string[]): string {
  return at
    .map((part) => `/${encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))}`)
    .join('');
}

function read(root: object, at: readonly string[]): Json {
  let value: unknown = root;
  for (const part of at) value = (value as Json)[part];
  return (value ?? {}) as Json;
}

/** Where a reference leads, else where it stands. */
function resolved(root: object, at: readonly string[]): readonly string[] {
  const ref = read(root, at).$ref;
  return typeof ref === 'string' ? resolved(root, ref.slice(2).split('/')) : at;
}

function queryProblems(operation: Operation, exchange: Exchange): readonly string[] {
  const { parameters } = read(operation.description, pointerOf(operation));
  const names = new Set(
    (Array.isArray(parameters) ? parameters : []).map(
      (each: { $ref?: string; name?: string }) =>
        each.name ?? String(read(operation.description, each.$ref?.slice(2).split('/') ?? []).name),
    ),
  );
  const asked = [...new URL(exchange.path, 'http://fake').searchParams.keys()];
  return asked
    .filter((name) => !names.has(name))
    .map((name) => `query ${name} is described nowhere`);
}

/** Members of a value that no part of its schema names. */
function unknownMembers(
  root: object,
  at: readonly string[],
  value: unknown,
  path: string,
): readonly string[] {
  if (Array.isArray(value)) {
    const items = membersOf(root, at).items;
    return items === null ? [] : value.flatMap((each) => unknownMembers(root, items, each, path));
  }
  if (typeof value !== 'object' || value === null) return [];
  const { properties } = membersOf(root, at);
  // A schema that names nothing takes everything.
  if (properties.size === 0) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const below = path === '' ? name : `${path}.${name}`;
    const where = properties.get(name);
    return where === undefined ? [below] : unknownMembers(root, where, member, below);
  });
}

interface Members {
  readonly properties: Map<string, readonly string[]>;
  readonly items: readonly string[] | null;
}

function membersOf(root: object, start: readonly string[]): Members {
  const at = resolved(root, start);
  const schema = read(root, at);
  const properties = new Map<string, readonly string[]>();
  let items: readonly string[] | null = schema.items === undefined ? null : [...at, 'items'];
  for (const name of Object.keys((schema.properties as object | undefined) ?? {})) {
    properties.set(name, [...at, 'properties', name]);
  }
  for (const word of ['allOf', 'anyOf', 'oneOf']) {
    const parts = schema[word];
    if (!Array.isArray(parts)) continue;
    for (const index of parts.keys()) {
      const part = membersOf(root, [...at, word, String(index)]);
      for (const [name, where] of part.properties) properties.set(name, where);
      items ??= part.items;
    }
  }
  return { properties, items };
}
