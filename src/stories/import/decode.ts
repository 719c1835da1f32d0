/**
 * Bytes to text, and never a story full of wrong letters (rule F1).
 *
 * The order is: byte order mark, the charset the server named, the XML declaration, UTF-8. Whatever is chosen is obeyed
 * strictly: bytes that have no meaning in it are an error, not a question mark. Encodings are those of the WHATWG Encoding
 * standard with three readings made stricter: `us-ascii` means seven bits, a byte that a Windows code page leaves
 * unassigned is an error, and UTF-16 that does not start like markup is not believed.
 */

export type Decoded =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly error: 'encoding' };

const FAILED: Decoded = { ok: false, error: 'encoding' };
/** An XML declaration is short; comments or blanks before it are not allowed to hide it further back. */
const SNIFF_BYTES = 1024;
const ASCII_LABELS = new Set(['us-ascii', 'ascii', 'ansi_x3.4-1968', 'iso646-us']);

/** Decodes a whole document. `contentType` is the header's value, or null when there was none. */
export function decodeDocument(bytes: Uint8Array, contentType: string | null): Decoded {
  const choice = chooseEncoding(bytes, contentType);
  if (choice === null) return FAILED;
  const decoder = strictDecoder(choice);
  if (decoder === null) return FAILED;
  try {
    return { ok: true, text: decoder.decode(bytes.subarray(choice.skip)) + decoder.end() };
  } catch {
    return FAILED;
  }
}

/** The encoding of a document whose first bytes these are, or null when it can be none we know. */
export function chooseEncoding(
  head: Uint8Array,
  contentType: string | null,
): EncodingChoice | null {
  const mark = byteOrderMark(head);
  if (mark !== undefined) return mark;
  const label = charsetOf(contentType) ?? declaredEncoding(head) ?? 'utf-8';
  if (/^(utf-?16|ucs-2|iso-10646-ucs-2|unicode|csunicode)$/i.test(label)) {
    const bigEndian = head[0] === 0 && head[1] !== 0;
    return { label: bigEndian ? 'utf-16be' : 'utf-16le', skip: 0 };
  }
  return { label: label.toLowerCase(), skip: 0 };
}

export interface EncodingChoice {
  readonly label: string;
  /** Bytes of the byte order mark. */
  readonly skip: number;
}

/** A decoder that throws at the first byte without meaning; usable for a stream of pieces. */
export interface StrictDecoder {
  decode(bytes: Uint8Array): string;
  end(): string;
}

/** The strict decoder of an encoding, or null for one that nobody knows. */
export function strictDecoder(choice: EncodingChoice): StrictDecoder | null {
  let decoder: InstanceType<typeof TextDecoder>;
  try {
    decoder = new TextDecoder(choice.label, { fatal: true, ignoreBOM: true });
  } catch {
    return null;
  }
  const check = strictnessOf(choice.label, decoder.encoding);
  return {
    decode: (bytes) => check(decoder.decode(bytes, { stream: true }), bytes),
    end: () => decoder.decode(),
  };
}

type Check = (text: string, bytes: Uint8Array) => string;

function strictnessOf(label: string, encoding: string): Check {
  if (ASCII_LABELS.has(label)) {
    return (text, bytes) => {
      if (bytes.some((byte) => byte > 0x7f)) throw new TypeError('not seven bits');
      return text;
    };
  }
  if (encoding.startsWith('windows-') && !/^(iso|latin|l1)/.test(label)) {
    return (text) => {
      if (/[\x80-\x9f]/.test(text)) throw new TypeError('a byte the code page leaves unassigned');
      return text;
    };
  }
  if (encoding.startsWith('utf-16')) {
    let isFirst = true;
    return (text) => {
      if (isFirst && !/^\s*[<{[]/.test(text) && text.trim() !== '') {
        throw new TypeError('not markup in UTF-16');
      }
      isFirst = false;
      return text;
    };
  }
  return (text) => text;
}

function byteOrderMark(head: Uint8Array): EncodingChoice | null | undefined {
  const [a, b, c, d] = head;
  if (a === 0xef && b === 0xbb && c === 0xbf) return { label: 'utf-8', skip: 3 };
  if (a === 0xff && b === 0xfe) {
    // The mark of UTF-32, which no feed should use and no decoder of the standard reads.
    return c === 0 && d === 0 && head.length >= 4 ? null : { label: 'utf-16le', skip: 2 };
  }
  if (a === 0xfe && b === 0xff) return { label: 'utf-16be', skip: 2 };
  if (a === 0 && b === 0 && c === 0xfe && d === 0xff) return null;
  return undefined;
}

/** The charset of a Content-Type value, lower case, or null. Quoted and unquoted forms. */
export function charsetOf(contentType: string | null): string | null {
  const match = /;\s*charset\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s;]+))/i.exec(contentType ?? '');
  const charset = (match?.[1] ?? match?.[2] ?? match?.[3] ?? '').trim().toLowerCase();
  return charset === '' ? null : charset;
}

function declaredEncoding(head: Uint8Array): string | null {
  const sniffed = sniffText(head);
  const match = /^\s*<\?xml\s[^>]*?\bencoding\s*=\s*(?:"([^"]*)"|'([^']*)')/.exec(sniffed.text);
  const declared = (match?.[1] ?? match?.[2] ?? '').trim().toLowerCase();
  if (declared !== '') return declared;
  return sniffed.isWide ? 'utf-16' : null;
}

/** Enough of the text to read a declaration, whichever width its letters have. */
function sniffText(head: Uint8Array): { text: string; isWide: boolean } {
  const bytes = head.subarray(0, SNIFF_BYTES);
  const isWide =
    (bytes[0] === 0x3c && bytes[1] === 0 && bytes[2] !== 0) ||
    (bytes[0] === 0 && bytes[1] === 0x3c);
  const narrow = isWide ? bytes.filter((byte) => byte !== 0) : bytes;
  return { text: Buffer.from(narrow).toString('latin1'), isWide };
}
