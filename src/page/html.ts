/**
 * The one way HTML is written here: hono's tagged template, which escapes every value that is not itself HTML.
 *
 * `raw` is for HTML that was cleaned by `stories/clean.ts` or made by ourselves at start-up, nothing else. Hono's tag may
 * answer with a promise when a value is one; our pages only ever put ready values in, so `html` here is synchronous and
 * says so in its type.
 */
import { html as honoHtml, raw as honoRaw } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import { assert } from '../problems/index.ts';

export type Html = HtmlEscapedString;

type HtmlValue = Html | string | number | bigint | false | null | undefined | readonly HtmlValue[];

/** Escaping template tag. `false`, `null` and `undefined` draw nothing, arrays draw their members in order. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  const drawn = honoHtml(strings, ...values.map(drawable));
  assert(!(drawn instanceof Promise), 'html values are ready, not promised');
  return drawn;
}

/** Marks text as HTML that must not be escaped. Only for cleaned story bodies and our own constants. */
export function raw(text: string): Html {
  return honoRaw(text);
}

/** No HTML at all. */
export const nothing: Html = raw('');

function drawable(value: HtmlValue): unknown {
  if (value === false || value === null || value === undefined) return '';
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return value.map(drawable);
  return value;
}
