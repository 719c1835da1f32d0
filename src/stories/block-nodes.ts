/**
 * Questions about a tree of clean HTML that `blocks.ts` asks: what is a block, what is worth a paragraph, where text parts.
 */
import { parseDocument } from 'htmlparser2';

export type Node = ReturnType<typeof parseDocument>['children'][number];
export type Element = Extract<Node, { attribs: unknown }>;

const HEADINGS = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'];
const BLOCKS = new Set([
  ...HEADINGS,
  ...['p', 'div', 'blockquote', 'ul', 'ol', 'li', 'figure', 'figcaption', 'pre', 'hr'],
  ...['table', 'caption', 'colgroup', 'col', 'thead', 'tbody', 'tfoot', 'tr', 'th', 'td'],
]);

export function isElement(node: Node): node is Element {
  return 'attribs' in node;
}

/** A block, or a link around blocks. */
export function isBlock(node: Node): node is Element {
  if (!isElement(node)) return false;
  return BLOCKS.has(node.name) || (node.name === 'a' && node.children.some(holdsBlock));
}

function holdsBlock(node: Node): boolean {
  return isElement(node) && (BLOCKS.has(node.name) || node.children.some(holdsBlock));
}

/** Whether anything a reader could see or follow is in it. */
export function isSomething(node: Node): boolean {
  if (!isElement(node))
    return 'data' in node && node.type === 'text' && /\P{White_Space}/u.test(node.data);
  if (node.name === 'img' || node.name === 'hr' || node.name === 'a') return true;
  return node.children.some(isSomething);
}

export function isSomethingOrCell(node: Node): boolean {
  return isElement(node) ? node.name !== 'br' : isSomething(node);
}

/** A text in which line ends are elements. */
export function withLineBreaks(node: Node): readonly Node[] {
  if (!('data' in node) || node.type !== 'text' || !node.data.includes('\n')) return [node];
  const lines = escapeText(node.data).replace(/\r?\n[^\S\n]*\r?\n\s*/g, '<br><br>');
  return parseDocument(lines.replace(/\r?\n/g, '<br>')).children;
}

function isBreak(node: Node): boolean {
  return isElement(node) && node.name === 'br';
}

export function isOnePicture(nodes: readonly Node[]): boolean {
  const seen = nodes.filter(isSomething);
  const [only] = seen;
  if (seen.length !== 1 || only === undefined || !isElement(only)) return false;
  return only.name === 'img' || (only.name === 'a' && isOnePicture(only.children));
}

/** Two line breaks with nothing between them part paragraphs. */
export function splitAtEmptyLines(run: readonly Node[]): Node[][] {
  const paragraphs: Node[][] = [[]];
  let isAfterBreak = false;
  for (const node of run) {
    if (isBreak(node) && isAfterBreak) paragraphs.push([]);
    else paragraphs.at(-1)?.push(node);
    if (isBreak(node)) isAfterBreak = true;
    else if (isSomething(node)) isAfterBreak = false;
  }
  return paragraphs;
}

/** Without line breaks and blanks at both ends. */
export function trimmed(nodes: readonly Node[]): readonly Node[] {
  const isKept = (node: Node) => isSomething(node);
  const first = nodes.findIndex(isKept);
  const last = nodes.findLastIndex(isKept);
  return nodes.slice(first, last + 1);
}

export function passageOf(element: Element): string {
  const { lang, dir } = element.attribs;
  const language = lang === undefined ? '' : ` lang="${escapeAttribute(lang)}"`;
  return dir === undefined ? language : `${language} dir="${escapeAttribute(dir)}"`;
}

/** Which heading each level becomes: the levels in use, in order, from the first allowed one on. */
export function headingLevels(
  nodes: readonly Node[],
  firstLevel: number | undefined,
): ReadonlyMap<string, string> {
  if (firstLevel === undefined) return new Map();
  const used = HEADINGS.filter((name) => nodes.some((node) => holdsElement(node, name)));
  return new Map(used.map((name, at) => [name, `h${Math.min(firstLevel + at, 6)}`]));
}

function holdsElement(node: Node, name: string): boolean {
  if (!isElement(node)) return false;
  return node.name === name || node.children.some((child) => holdsElement(child, name));
}

export function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

export function escapeAttribute(text: string): string {
  return escapeText(text).replaceAll('"', '&quot;');
}
