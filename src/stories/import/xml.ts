/**
 * XML as newsrooms really send it, read as a stream into one small tree per record.
 *
 * A strict parser refuses half of the feeds in use, or loses what follows a bare `&`, so a forgiving tokenizer does the
 * reading and namespaces are resolved here. What is never forgiven: a document type that declares anything of its own (rule
 * F2; nothing is fetched, nothing is expanded), nesting without end, and more text than the limit. Records (`item`,
 * `entry`) are handed over and forgotten as soon as they close, so memory does not grow with the file.
 *
 * `xml:base` and `xml:lang` are resolved while reading, because only here is it known what is in scope.
 */
import { decodeHTMLStrict } from 'entities';
import { Parser } from 'htmlparser2';
import { resolveBase } from '../addresses.ts';

export interface XmlElement {
  /** Namespace address; '' for none. An undeclared prefix stands as `prefix:`. */
  readonly namespace: string;
  readonly name: string;
  /** Attributes without namespace, plus `prefix:name` for the others. */
  readonly attributes: ReadonlyMap<string, string>;
  /** The `xml:base` in scope, resolved; null when none was given anywhere above. */
  readonly base: string | null;
  /** The `xml:lang` in scope, as written; null when none. */
  readonly language: string | null;
  /** The `xml:lang` of this element itself. */
  readonly ownLanguage: string | null;
  readonly children: (XmlElement | string)[];
}

export type XmlError = 'doctype' | 'too-large' | 'too-deep';

/** Ends the reading; the message is one of {@link XmlError}. */
export class XmlRefusal extends Error {
  readonly reason: XmlError;

  constructor(reason: XmlError) {
    super(reason);
    this.name = 'XmlRefusal';
    this.reason = reason;
  }
}

export interface XmlReaderOptions {
  /** Address of the document, against which the outermost relative `xml:base` is resolved. */
  readonly documentAddress: string | null;
  /** Whether an element is a record, handed to `onRecord` when it closes and then forgotten. */
  isRecord(element: XmlElement, parent: XmlElement | null): boolean;
  onRecord(record: XmlElement): void;
  /** Elements whose content is not even looked at (people's data in exports). */
  isSkipped?(element: XmlElement): boolean;
  /** Characters one record, or everything outside records, may hold. */
  readonly charactersLimit?: number;
}

const DEPTH_LIMIT = 200;
const CHARACTERS_LIMIT = 20_000_000;
type Prefixes = ReadonlyMap<string, string>;

/** Feed it text in pieces of any size, then `close()`. Throws {@link XmlRefusal}. */
export class XmlReader {
  readonly #parser: Parser;
  readonly #options: XmlReaderOptions;
  readonly #open: { element: XmlElement; prefixes: Prefixes }[] = [];
  #root: XmlElement | null = null;
  #skippedDepth = 0;
  #recordDepth = 0;
  #characters = 0;
  /** Text since the last tag, in which references still stand as written: a piece may end inside of one. */
  #written = '';
  #isCdata = false;

  constructor(options: XmlReaderOptions) {
    this.#options = options;
    this.#parser = new Parser(
      {
        onopentag: (name, attributes) => this.#opened(name, attributes),
        onclosetag: () => this.#closed(),
        ontext: (text) => this.#text(text),
        oncdatastart: () => {
          this.#flush();
          this.#isCdata = true;
        },
        oncdataend: () => {
          this.#flush();
          this.#isCdata = false;
        },
        onprocessinginstruction: (name, data) => refuseDeclarations(name, data),
      },
      { xmlMode: true, decodeEntities: false },
    );
  }

  write(text: string): void {
    this.#parser.write(text);
  }

  /** The document's root, without the records that were handed over. Null when there was no element at all. */
  close(): XmlElement | null {
    this.#parser.end();
    return this.#root;
  }

  #opened(name: string, attributes: Readonly<Record<string, string>>): void {
    this.#flush();
    if (this.#skippedDepth > 0) {
      this.#skippedDepth += 1;
      return;
    }
    const above = this.#open.at(-1);
    const parent = above?.element ?? null;
    const prefixes = prefixesIn(attributes, above?.prefixes);
    const element = elementOf(name, attributes, {
      prefixes,
      parent,
      documentAddress: this.#options.documentAddress,
    });
    if (this.#options.isSkipped?.(element) === true) {
      this.#skippedDepth = 1;
      return;
    }
    if (this.#open.length >= DEPTH_LIMIT) throw new XmlRefusal('too-deep');
    this.#open.push({ element, prefixes });
    if (this.#recordDepth === 0 && this.#options.isRecord(element, parent)) {
      this.#recordDepth = this.#open.length;
      this.#characters = 0;
    } else {
      parent?.children.push(element);
    }
    this.#root ??= element;
  }

  #closed(): void {
    this.#flush();
    if (this.#skippedDepth > 0) {
      this.#skippedDepth -= 1;
      return;
    }
    const closed = this.#open.pop();
    if (closed !== undefined && this.#recordDepth === this.#open.length + 1) {
      this.#recordDepth = 0;
      this.#characters = 0;
      this.#options.onRecord(closed.element);
    }
  }

  #text(text: string): void {
    if (this.#skippedDepth > 0 || this.#open.length === 0) return;
    this.#characters += text.length;
    if (this.#characters > (this.#options.charactersLimit ?? CHARACTERS_LIMIT)) {
      throw new XmlRefusal('too-large');
    }
    this.#written += text;
  }

  #flush(): void {
    if (this.#written === '') return;
    const text = this.#isCdata ? this.#written : decodeHTMLStrict(this.#written);
    this.#open.at(-1)?.element.children.push(withoutCodePageControls(text));
    this.#written = '';
  }
}

function prefixesIn(
  attributes: Readonly<Record<string, string>>,
  above: Prefixes | undefined,
): Prefixes {
  const declared = Object.entries(attributes).filter(([name]) => /^xmlns(:|$)/.test(name));
  if (declared.length === 0 && above !== undefined) return above;
  const own = declared.map(
    ([name, value]) => [name.slice('xmlns:'.length), decodeHTMLStrict(value).trim()] as const,
  );
  return new Map([...(above ?? []), ...own]);
}

interface ElementScope {
  readonly prefixes: Prefixes;
  readonly parent: XmlElement | null;
  readonly documentAddress: string | null;
}

function elementOf(
  written: string,
  attributes: Readonly<Record<string, string>>,
  { prefixes, parent, documentAddress }: ElementScope,
): XmlElement {
  const colon = written.indexOf(':');
  const prefix = colon === -1 ? '' : written.slice(0, colon);
  const namespace = prefixes.get(prefix) ?? (prefix === '' ? '' : `${prefix}:`);
  const kept = new Map<string, string>();
  let base = parent?.base ?? null;
  let ownLanguage: string | null = null;
  for (const [name, raw] of Object.entries(attributes)) {
    const value = withoutCodePageControls(decodeHTMLStrict(raw));
    if (name === 'xml:base') base = resolveBase(value, base ?? documentAddress);
    else if (name === 'xml:lang') ownLanguage = value.trim() === '' ? null : value.trim();
    else kept.set(name, value);
  }
  return {
    namespace,
    name: written.slice(colon + 1),
    attributes: kept,
    base,
    language: ownLanguage ?? parent?.language ?? null,
    ownLanguage,
    children: [],
  };
}

/** An internal subset, whether or not it is empty, is a declaration of its own; quoted identifiers are not. */
function refuseDeclarations(name: string, data: string): void {
  if (!/^!doctype$/i.test(name)) return;
  const unquoted = data.replace(/"[^"]*"|'[^']*'/g, '');
  // A quote that does not end was cut at the first `>`: what follows it cannot be known, so it is refused too.
  if (/[["']/.test(unquoted)) throw new XmlRefusal('doctype');
}

/** Windows code page 1252 for 0x80 to 0x9f: nobody means the control characters, and HTML reads `&#150;` the same way. */
const CODE_PAGE_1252 = new TextDecoder('windows-1252');

function withoutCodePageControls(text: string): string {
  return text.replace(/[\x80-\x9f]/g, (control) =>
    CODE_PAGE_1252.decode(Uint8Array.of(control.charCodeAt(0))),
  );
}

/** The direct child elements, in order. */
export function childElements(element: XmlElement): XmlElement[] {
  return element.children.filter((child) => typeof child !== 'string');
}

/** All text inside, at any depth. */
export function textOf(element: XmlElement): string {
  return element.children
    .map((child) => (typeof child === 'string' ? child : textOf(child)))
    .join('');
}
