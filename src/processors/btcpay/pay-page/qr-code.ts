/**
 * A QR code as SVG inside the page: made on the server, so that no script draws it and no picture is fetched. Dark on
 * light whatever the page's colours, with the four empty modules around it that readers need.
 */
import { encode } from 'uqr';
import { type Html, html } from '../../../page/index.ts';
import { assert } from '../../../problems/index.ts';

const BORDER = 4;
/** As wide as the narrowest phone leaves room for. */
const WIDTH = 264;

export function qrCode(of: { readonly text: string; readonly label: string }): Html {
  const { data, size } = encode(of.text, { ecc: 'M', border: 0 });
  assert(data.length === size, 'a code is a square');
  const whole = size + 2 * BORDER;
  return html`<svg class="qr" role="img" aria-label="${of.label}" width="${WIDTH}" height="${WIDTH}" viewBox="0 0 ${whole} ${whole}" shape-rendering="crispEdges">
<path fill="#fff" d="M0 0h${whole}v${whole}H0z"/><path stroke="#000" d="${strokesOf(data)}"/>
</svg>`;
}

/** One stroke, a module thick, for each run of dark modules in a row. */
function strokesOf(data: readonly (readonly boolean[])[]): string {
  const strokes: string[] = [];
  for (const [y, row] of data.entries()) {
    let start: number | null = null;
    for (let x = 0; x <= row.length; x += 1) {
      const isDark = row[x] === true;
      if (isDark && start === null) start = x;
      if (!isDark && start !== null) {
        strokes.push(`M${start + BORDER} ${y + BORDER}.5h${x - start}`);
        start = null;
      }
    }
  }
  return strokes.join('');
}
