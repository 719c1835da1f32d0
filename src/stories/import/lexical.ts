/** Ghost's Lexical documents (Ghost 5 and later) as HTML, node by node. Unknown nodes give their children, or are named. */
import { z } from 'zod';
import { escapeText } from '../clean.ts';
import { drawCard } from './cards.ts';

interface LexicalNode {
  readonly type: string;
  readonly text?: string | undefined;
  readonly format?: unknown;
  readonly tag?: string | undefined;
  readonly listType?: string | undefined;
  readonly url?: string | undefined;
  readonly children?: readonly LexicalNode[] | undefined;
}

const node: z.ZodType<LexicalNode> = z.lazy(() =>
  z.looseObject({
    type: z.string(),
    text: z.string().optional(),
    format: z.unknown().optional(),
    tag: z.string().optional(),
    listType: z.string().optional(),
    url: z.string().optional(),
    children: z.array(node).optional(),
  }),
);
const documentShape = z.object({ root: node });

/** Bits of a text's format, as Lexical numbers them. Struck-out, underlined and marked text is plain here. */
const FORMATS: readonly [bit: number, tag: string][] = [
  [1, 'strong'],
  [2, 'em'],
  [16, 'code'],
  [32, 'sub'],
  [64, 'sup'],
];

export interface Drawn {
  readonly html: string;
  readonly dropped: readonly string[];
}

/** Null when the text is no Lexical document. */
export function lexicalToHtml(source: string): Drawn | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(source);
  } catch {
    return null;
  }
  const reading = documentShape.safeParse(parsed);
  if (!reading.success) return null;
  const dropped: string[] = [];
  return { html: children(reading.data.root, dropped), dropped };
}

function children(parent: LexicalNode, dropped: string[]): string {
  return (parent.children ?? []).map((child) => draw(child, dropped)).join('');
}

function draw(item: LexicalNode, dropped: string[]): string {
  const inner = () => children(item, dropped);
  switch (item.type) {
    case 'text':
    case 'extended-text':
      return formatted(item);
    case 'linebreak':
      return '<br>';
    case 'tab':
      return ' ';
    case 'paragraph':
      return `<p>${inner()}</p>`;
    case 'heading':
    case 'extended-heading':
      return element(/^h[1-6]$/.test(item.tag ?? '') ? (item.tag ?? 'h2') : 'h2', inner());
    case 'quote':
    case 'extended-quote':
    case 'aside':
      return `<blockquote><p>${inner()}</p></blockquote>`;
    case 'list':
      return element(item.listType === 'number' || item.tag === 'ol' ? 'ol' : 'ul', inner());
    case 'listitem':
      return `<li>${inner()}</li>`;
    case 'link':
    case 'autolink':
    case 'at-link':
      return `<a href="${escapeText(item.url ?? '').replaceAll('"', '&quot;')}">${inner()}</a>`;
    default:
      return card(item, dropped);
  }
}

function card(item: LexicalNode, dropped: string[]): string {
  const drawn = drawCard(item.type, item);
  if ('html' in drawn) return drawn.html;
  if (item.children !== undefined && item.children.length > 0) return children(item, dropped);
  dropped.push(drawn.dropped);
  return '';
}

function formatted(item: LexicalNode): string {
  const bits = typeof item.format === 'number' ? item.format : 0;
  return FORMATS.filter(([bit]) => (bits & bit) !== 0).reduce(
    (inner, [, tag]) => element(tag, inner),
    escapeText(item.text ?? ''),
  );
}

function element(tag: string, inner: string): string {
  return `<${tag}>${inner}</${tag}>`;
}
