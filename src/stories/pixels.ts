/**
 * Which pictures nobody is meant to see: an image 0 or 1 pixel wide or high, or not displayed, by attribute or by style
 * (rule F10). Such pictures exist to tell another host who reads.
 */

/** Whether an `img` (or a frame) with these attributes is invisible. */
export function isInvisiblePicture(attributes: Readonly<Record<string, string>>): boolean {
  if (attributes.hidden !== undefined) return true;
  if (isTinyAttribute(attributes.width) || isTinyAttribute(attributes.height)) return true;
  const style = readStyle(attributes.style ?? '');
  if (/^none\b/.test(style.get('display') ?? '')) return true;
  return ['width', 'height', 'max-width', 'max-height'].some((name) =>
    isTinyLength(style.get(name)),
  );
}

/** HTML reads a dimension as a number at the start; a percentage is not a number of pixels, except none at all. */
function isTinyAttribute(value: string | undefined): boolean {
  const match = /^\s*\+?(\d*\.?\d+|\d+\.)\s*(%?)/.exec(value ?? '');
  if (match === null) return false;
  return isAtMostOne(match[1] ?? '', match[2] === '%');
}

function isTinyLength(value: string | undefined): boolean {
  const match = /^\+?(\d*\.?\d+)\s*([a-z%]*)/.exec(value ?? '');
  if (match === null) return false;
  return isAtMostOne(match[1] ?? '', match[2] !== 'px' && match[2] !== '');
}

function isAtMostOne(digits: string, isOtherUnit: boolean): boolean {
  const size = Number(digits);
  return isOtherUnit ? size === 0 : size <= 1;
}

/** Declarations of a style attribute; the last one of a name counts, as in CSS. */
function readStyle(style: string): ReadonlyMap<string, string> {
  const plain = style
    .replace(/\/\*.*?\*\//gs, '')
    .replace(/\\([0-9a-f]{1,6})\s?/gi, (_escape, code: string) => characterOf(code))
    .toLowerCase();
  const declarations = new Map<string, string>();
  for (const declaration of plain.split(';')) {
    const colon = declaration.indexOf(':');
    if (colon > 0) {
      declarations.set(declaration.slice(0, colon).trim(), declaration.slice(colon + 1).trim());
    }
  }
  return declarations;
}

function characterOf(code: string): string {
  const point = Number.parseInt(code, 16);
  return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : '';
}
