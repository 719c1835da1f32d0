/**
 * The few blocks a story consists of, written from HTML that is already clean.
 *
 * Every source has its own way to say "paragraph": boxes, loose text with two line breaks, real paragraphs. Here they all
 * become the same: headings, paragraphs, lists, quotes, pictures, tables, code. On the way the text of the story is taken
 * (each start and end of a block reads as a space, rule F11), and its links and pictures in order.
 *
 * Nothing is written that this file does not spell out: tags come from the tree by name, text and attribute values are
 * always escaped.
 */
import { parseDocument } from 'htmlparser2';
import {
  type Element,
  escapeAttribute,
  escapeText,
  headingLevels,
  isBlock,
  isElement,
  isOnePicture,
  isSomething,
  isSomethingOrCell,
  type Node,
  passageOf,
  splitAtEmptyLines,
  trimmed,
  withLineBreaks,
} from './block-nodes.ts';

/** How a picture is written: as itself, or as a link with words, so that a page makes no request to another host. */
export type PictureForm =
  | { readonly as: 'image' }
  | { readonly as: 'link'; words(alternativeText: string): string };

export interface BlockOptions {
  readonly pictures: PictureForm;
  /** Marks in the text that stand for players: a number between two characters, the place in `addresses`. */
  readonly embed?: {
    readonly start: string;
    readonly end: string;
    readonly addresses: readonly string[];
  };
  /** Loose text is parted at empty lines, as WordPress did before it had blocks; other line ends are line breaks. */
  readonly emptyLinesPart?: boolean;
  /** Links to other sites carry this `rel`. */
  readonly outsideRel?: string;
  /** Headings are renumbered from this level on without gaps; left as they are when not given. */
  readonly firstHeadingLevel?: number;
}

export interface BlockPage {
  readonly html: string;
  /** White space collapsed, trimmed. */
  readonly text: string;
  readonly links: readonly string[];
  readonly images: readonly string[];
}

/** Inside these, white space between elements means nothing and loose text gets no paragraph. */
const CONTAINERS = new Set(['ul', 'ol', 'table', 'colgroup', 'thead', 'tbody', 'tfoot', 'tr']);

/** Brings clean HTML into blocks. */
export function toBlocks(cleanHtml: string, options: BlockOptions): BlockPage {
  const document = parseDocument(cleanHtml);
  const writer = new BlockWriter(
    options,
    headingLevels(document.children, options.firstHeadingLevel),
  );
  writer.flow(document.children, { wraps: true, passage: '', insideLink: false });
  return writer.page();
}

/** Empty ones hold a place in their row. */
const CELLS = new Set(['th', 'td', 'colgroup']);

interface Context {
  /** Whether loose text becomes paragraphs here. */
  readonly wraps: boolean;
  /** Language and direction of the box around, for the blocks in it. */
  readonly passage: string;
  readonly insideLink: boolean;
}

class BlockWriter {
  readonly #options: BlockOptions;
  readonly #levels: ReadonlyMap<string, string>;
  readonly #html: string[] = [];
  readonly #text: string[] = [];
  readonly #links: string[] = [];
  readonly #images: string[] = [];

  constructor(options: BlockOptions, levels: ReadonlyMap<string, string>) {
    this.#options = options;
    this.#levels = levels;
  }

  page(): BlockPage {
    return {
      html: this.#html.join('').trim(),
      text: this.#text
        .join('')
        .replace(/\p{White_Space}+/gu, ' ')
        .trim(),
      links: this.#links,
      images: this.#images,
    };
  }

  flow(nodes: readonly Node[], context: Context): void {
    let run: Node[] = [];
    const isParted = context.wraps && this.#options.emptyLinesPart === true;
    for (const node of isParted ? nodes.flatMap(withLineBreaks) : nodes) {
      if (isBlock(node)) {
        this.#run(run, context);
        run = [];
        this.#block(node, context, nodes);
      } else {
        run.push(node);
      }
    }
    this.#run(run, context);
  }

  /** Loose text, links and pictures between blocks. */
  #run(run: readonly Node[], context: Context): void {
    if (!context.wraps) {
      if (run.some(isSomething)) for (const node of run) this.#inline(node, context);
      return;
    }
    for (const paragraph of splitAtEmptyLines(run)) {
      if (!paragraph.some(isSomething)) continue;
      const isPicture = this.#options.pictures.as === 'image' && isOnePicture(paragraph);
      const name = isPicture ? 'figure' : 'p';
      this.#html.push(`<${name}${context.passage}>`);
      for (const node of trimmed(paragraph)) this.#inline(node, context);
      this.#html.push(`</${name}>\n`);
      this.#text.push(' ');
    }
  }

  #block(element: Element, context: Context, siblings: readonly Node[]): void {
    const { name } = element;
    const passage = passageOf(element) || context.passage;
    this.#text.push(' ');
    if (name === 'hr') {
      this.#html.push('<hr>\n');
    } else if (name === 'col') {
      this.#html.push('<col>');
    } else if (name === 'div') {
      const wraps = context.wraps || siblings.filter(isSomething).length > 1;
      this.flow(element.children, { ...context, wraps, passage });
    } else if (name === 'a') {
      this.#link(element, context);
    } else if (isSomething(element) || CELLS.has(name)) {
      this.#element(element, passage, context);
    }
    this.#text.push(' ');
  }

  #element(element: Element, passage: string, context: Context): void {
    const name = this.#levels.get(element.name) ?? element.name;
    const isContainer = CONTAINERS.has(element.name);
    const children = isContainer ? element.children.filter(isSomethingOrCell) : element.children;
    this.#html.push(`<${name}${passage}>`);
    this.flow(children, { ...context, wraps: element.name === 'blockquote', passage: '' });
    this.#html.push(isContainer || element.name === 'td' ? `</${name}>` : `</${name}>\n`);
  }

  #inline(node: Node, context: Context): void {
    if (isBlock(node)) {
      this.#block(node, { ...context, wraps: false }, []);
    } else if (isElement(node)) {
      this.#inlineElement(node, context);
    } else if ('data' in node && node.type === 'text') {
      this.#words(node.data, context);
    }
  }

  #inlineElement(element: Element, context: Context): void {
    const { name } = element;
    if (name === 'br') {
      this.#html.push('<br>');
      this.#text.push(' ');
    } else if (name === 'img') {
      this.#picture(element, context);
    } else if (name === 'a') {
      this.#link(element, context);
    } else {
      this.#html.push(`<${name}${passageOf(element)}>`);
      for (const child of element.children) this.#inline(child, context);
      this.#html.push(`</${name}>`);
    }
  }

  #link(element: Element, context: Context): void {
    const href = element.attribs.href ?? '';
    this.#links.push(href);
    this.#html.push(`<a href="${escapeAttribute(href)}"${this.#rel(href)}${passageOf(element)}>`);
    this.flow(element.children, { ...context, wraps: false, insideLink: true });
    this.#html.push('</a>');
  }

  #picture(element: Element, context: Context): void {
    const src = element.attribs.src ?? '';
    const alt = element.attribs.alt ?? '';
    this.#images.push(src);
    const { pictures } = this.#options;
    if (pictures.as === 'image') {
      this.#html.push(`<img src="${escapeAttribute(src)}" alt="${escapeAttribute(alt)}">`);
    } else if (context.insideLink) {
      this.#html.push(escapeText(pictures.words(alt)));
    } else {
      const words = escapeText(pictures.words(alt));
      this.#html.push(`<a href="${escapeAttribute(src)}"${this.#rel(src)}>${words}</a>`);
    }
  }

  #rel(address: string): string {
    const { outsideRel } = this.#options;
    const isOutside = /^https?:/.test(address);
    return outsideRel === undefined || !isOutside ? '' : ` rel="${escapeAttribute(outsideRel)}"`;
  }

  #words(data: string, context: Context): void {
    const { embed } = this.#options;
    if (embed === undefined || !data.includes(embed.start)) {
      this.#html.push(escapeText(data));
      this.#text.push(data);
      return;
    }
    const pieces = data.split(new RegExp(`${embed.start}(\\d+)${embed.end}`, 'u'));
    pieces.forEach((piece, at) => {
      if (at % 2 === 0) this.#words(piece.replaceAll(embed.start, ''), context);
      else this.#embed(embed.addresses[Number(piece)] ?? '', context);
    });
  }

  #embed(address: string, context: Context): void {
    if (address === '') return;
    const words = address.replace(/^https?:\/\/(www\.)?/, '').replace(/[?#].*$/s, '');
    this.#text.push(words);
    if (context.insideLink) {
      this.#html.push(escapeText(words));
      return;
    }
    this.#links.push(address);
    const opening = `<a href="${escapeAttribute(address)}"${this.#rel(address)}>`;
    this.#html.push(`${opening}${escapeText(words)}</a>`);
  }
}
