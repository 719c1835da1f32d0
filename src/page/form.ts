/**
 * Reading what a form sent, with a limit on everything, and drawing what was wrong with it.
 *
 * A form body is text from anybody: too large, of the wrong type, with NUL bytes or half characters, with fields sent
 * twice. `readForm` answers with a value in each case, so a page can say what is wrong and keep what was typed; nothing
 * in here ever throws for what a person sent. Patterns after the GOV.UK design system: a summary on top that has focus
 * and links to the fields, the same words at the field, validation on submit only.
 */
import { translator } from '../language/index.ts';
import { type Html, html, nothing } from './html.ts';

/** 16 KiB: the largest form of ours (support, with a long e-mail address) is under 2 KiB. */
export const FORM_BYTES_LIMIT = 16_384;
const FIELDS_LIMIT = 40;

export type FormReading =
  | { readonly ok: true; readonly fields: FormFields }
  | { readonly ok: false; readonly problem: 'BODY_TOO_LARGE' | 'BAD_REQUEST' };

/** The fields of one sent form. A field that was sent twice keeps its first value. */
export interface FormFields {
  /** The text of a field as typed, '' when it was not sent. Control characters other than line ends are removed and reported by `hadControls`. */
  text(name: string): string;
  has(name: string): boolean;
  /** True when any field held a NUL, another control character or half a surrogate pair. */
  readonly hadControls: boolean;
}

/** Reads `application/x-www-form-urlencoded` bodies; anything else is a bad request. Never throws. */
export async function readForm(request: Request): Promise<FormReading> {
  const type = request.headers.get('content-type') ?? '';
  if (!/^application\/x-www-form-urlencoded\b/i.test(type)) {
    return { ok: false, problem: 'BAD_REQUEST' };
  }
  const body = await readLimited(request, FORM_BYTES_LIMIT);
  if (body === undefined) return { ok: false, problem: 'BODY_TOO_LARGE' };
  const parameters = new URLSearchParams(body);
  if (parameters.size > FIELDS_LIMIT) return { ok: false, problem: 'BAD_REQUEST' };
  return { ok: true, fields: formFields(parameters) };
}

/** The same reader over the query of an address, for links that fill a form in. */
export function readQuery(url: string): FormFields {
  const query = new URL(url).searchParams;
  return formFields(query.size > FIELDS_LIMIT ? new URLSearchParams() : query);
}

function formFields(parameters: URLSearchParams): FormFields {
  const values = new Map<string, string>();
  let hadControls = false;
  for (const [name, value] of parameters) {
    if (values.has(name)) continue;
    const cleaned = withoutControls(value);
    if (cleaned !== value) hadControls = true;
    values.set(name, cleaned);
  }
  return {
    text: (name) => values.get(name) ?? '',
    has: (name) => values.has(name),
    hadControls,
  };
}

/** Reads a body as UTF-8 text, or `undefined` as soon as it passes the limit, without holding the rest in memory. */
export async function readLimited(
  request: Request,
  limitBytes: number,
): Promise<string | undefined> {
  const bytes = await readLimitedBytes(request, limitBytes);
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}

/** As {@link readLimited}, for bodies whose very bytes matter (signed webhooks). */
export async function readLimitedBytes(
  request: Request,
  limitBytes: number,
): Promise<Uint8Array | undefined> {
  const announced = Number(request.headers.get('content-length') ?? '0');
  if (announced > limitBytes) return undefined;
  if (announced > 0) {
    // The server reads no more than was announced, and hands such a body over whole: a stream costs several times as much
    // as the bytes. The length is looked at again, because a Request made by hand may announce what it likes.
    const whole = new Uint8Array(await request.arrayBuffer());
    return whole.byteLength > limitBytes ? undefined : whole;
  }
  if (request.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = request.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.byteLength;
    if (length > limitBytes) {
      await reader.cancel();
      return undefined;
    }
    chunks.push(value);
  }
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}

function withoutControls(text: string): string {
  let kept = '';
  for (const character of text.toWellFormed()) {
    const code = character.codePointAt(0) ?? 0;
    const isControl =
      (code < 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) || code === 0x7f;
    if (!isControl && code !== 0xfffd) kept += character;
  }
  return kept;
}

export interface FieldProblem {
  /** The id of the field's element. */
  readonly field: string;
  /** What is wrong, in the reader's language; the same words stand in the summary and at the field. */
  readonly message: string;
}

/** The summary on top of a form that was refused. It takes focus when the page opens (autofocus works without script). */
export function errorSummary(options: {
  readonly problems: readonly FieldProblem[];
  readonly language: string;
}): Html {
  if (options.problems.length === 0) return nothing;
  const t = translator(options.language);
  return html`<div class="error-summary" role="alert" tabindex="-1" autofocus aria-labelledby="error-summary-title">
<h2 id="error-summary-title">${t('form.error-summary')}</h2>
<ul>${options.problems.map((problem) => html`<li><a href="#${problem.field}">${problem.message}</a></li>`)}</ul>
</div>`;
}

/** The words at the field itself; give its input `aria-describedby` = `errorId(field)`. */
export function fieldError(problems: readonly FieldProblem[], field: string): Html {
  const found = problems.find((problem) => problem.field === field);
  if (found === undefined) return nothing;
  return html`<p class="field-error" id="${errorId(field)}">${found.message}</p>`;
}

export function errorId(field: string): string {
  return `${field}-error`;
}
