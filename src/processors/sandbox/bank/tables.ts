/** Tables of the bank's pages for developers: what they share, in one place. */
import type { Instant } from '../../../calendar/index.ts';
import { formatMoney, money } from '../../../money/index.ts';
import { type Html, html } from '../../../page/index.ts';

const SHOWN = 100;

export type Cell = string | Html;

export function figuresTable(options: {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** Columns of figures, set to the end. */
  readonly figures?: readonly number[];
  /** What to say where there are no rows. */
  readonly empty?: string;
}): Html {
  const { caption, columns, rows, figures = [], empty = 'None yet' } = options;
  const kind = (index: number) => (figures.includes(index) ? 'number' : 'text');
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table>
<caption>${caption}</caption>
<thead><tr>${columns.map((name, index) => html`<th scope="col" class="${kind(index)}">${name}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((cell, index) => html`<td class="${kind(index)}">${cell}</td>`)}</tr>`)}
${rows.length === 0 ? html`<tr><td colspan="${columns.length}">${empty}</td></tr>` : ''}</tbody>
</table></div>`;
}

export function newest<Row>(rows: Iterable<Row>): readonly Row[] {
  return [...rows].slice(-SHOWN).reverse();
}

export function amountText(minor: bigint, currency: Parameters<typeof money>[1]): string {
  return formatMoney(money(minor, currency), 'en', { currencyAs: 'code' });
}

/** To the second, in UTC, with a space where people read one. */
export function shownTime(at: Instant): string {
  return at.toString().slice(0, 19).replace('T', ' ');
}
