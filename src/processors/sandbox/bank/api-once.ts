/**
 * Requests that move money are answered once per idempotency key.
 *
 * The key, the hash of the body and the answer are facts in the same journal entry as the effect, so for a day the same
 * key with the same body is answered from memory, also after a crash, and the same key with another body is a 409 that
 * does nothing. Two requests with one key at the same moment cannot meet: deciding is one synchronous step. Requests
 * that could not be read are not remembered; they had no effect.
 */
import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { readLimited } from '../../../page/index.ts';
import { KEY_HEADER } from '../wire.ts';
import type { Bank } from './bank.ts';
import type { Desk } from './desk.ts';
import type { Fact } from './facts.ts';
import { API_BODY_BYTES } from './limits.ts';

/** An answer in JSON that was decided, with the facts that make it true. */
export interface DecidedAnswer {
  readonly facts: readonly Fact[];
  readonly status: number;
  /** Made after the facts were applied. */
  readonly body: () => unknown;
}

export async function answerOnce<Schema extends z.ZodType>(options: {
  readonly request: Request;
  readonly path: string;
  readonly bank: Bank;
  readonly schema: Schema;
  readonly decide: (desk: Desk, order: z.infer<Schema>) => DecidedAnswer;
}): Promise<Response> {
  const { request, path, bank } = options;
  const key = request.headers.get(KEY_HEADER) ?? '';
  if (!/^[\x21-\x7e]{1,200}$/.test(key)) return problem(400, 'key_missing');
  const text = await readLimited(request, API_BODY_BYTES);
  if (text === undefined) return problem(413, 'body_too_large');
  const bodyHash = createHash('sha256').update(text).digest('hex');
  const used = bank.usedKey(path, key);
  if (used !== undefined) {
    return used.bodyHash === bodyHash
      ? jsonText(used.status, used.answer)
      : problem(409, 'key_reused');
  }
  const order = options.schema.safeParse(parseJson(text));
  if (!order.success) return problem(400, 'invalid_request', order.error.issues);
  const decided = bank.decideWithKey({ path, key, bodyHash }, (desk) =>
    options.decide(desk, order.data),
  );
  return jsonText(decided.status, decided.answer);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** An error in JSON. Of a request that was wrong only the names of its members are told, never their values. */
export function problem(
  status: number,
  code: string,
  issues: readonly { readonly path: readonly PropertyKey[] }[] = [],
): Response {
  const fields = issues.map((issue) => issue.path.map(String).join('.')).slice(0, 20);
  return jsonText(
    status,
    JSON.stringify({ error: { code, ...(fields.length > 0 ? { fields } : {}) } }),
  );
}

export function json(status: number, body: unknown): Response {
  return jsonText(status, JSON.stringify(body));
}

function jsonText(status: number, text: string): Response {
  return new Response(text, {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
  });
}
