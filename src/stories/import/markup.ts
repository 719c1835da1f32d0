/**
 * The inside of an XML element as HTML source, for the two ways feeds carry HTML: as escaped text (the text is the HTML)
 * and as XHTML elements (the text is text). Addresses inside are resolved where an `xml:base` inside is in scope.
 */
import { LINK_SCHEMES, resolveAddress } from '../addresses.ts';
import { escapeText } from '../clean.ts';
import { childElements, type XmlElement } from './xml.ts';

const VOID = new Set([
  'area',
  'br',
  'col',
  'embed',
  'hr',
  'img',
  'input',
  'link',
  'meta',
  'source',
  'track',
  'wbr',
]);
const XHTML = 'http://www.w3.org/1999/xhtml';

/** Inner HTML where text already is HTML (RSS descriptions, Atom `html`). Elements that should have been escaped are kept. */
export function escapedMarkup(element: XmlElement): string {
  return inner(element, (text) => text);
}

/** Inner HTML of an Atom `xhtml` construct: what is inside its one `div`. */
export function xhtmlMarkup(element: XmlElement): string {
  const elements = childElements(element);
  const [div] = elements;
  const isWrapped =
    elements.length === 1 && div !== undefined && div.name === 'div' && div.namespace === XHTML;
  return inner(isWrapped ? div : element, escapeText);
}

function inner(element: XmlElement, textForm: (text: string) => string): string {
  return element.children
    .map((child) => (typeof child === 'string' ? textForm(child) : outer(child, textForm)))
    .join('');
}

function outer(element: XmlElement, textForm: (text: string) => string): string {
  const name = element.name.toLowerCase();
  if (!/^[a-z][a-z0-9]*$/.test(name)) return inner(element, textForm);
  const attributes = [...element.attributes]
    .filter(([attribute]) => /^[a-z][a-z-]*$/i.test(attribute))
    .map(
      ([attribute, value]) =>
        ` ${attribute}="${escapeAttribute(inScope(element, attribute, value))}"`,
    )
    .join('');
  const language =
    element.ownLanguage === null ? '' : ` lang="${escapeAttribute(element.ownLanguage)}"`;
  // An unclosed `<br>` holds whatever came after it; HTML has no such thing.
  if (VOID.has(name)) return `<${name}${attributes}>${inner(element, textForm)}`;
  return `<${name}${attributes}${language}>${inner(element, textForm)}</${name}>`;
}

function inScope(element: XmlElement, attribute: string, value: string): string {
  if (element.base === null || (attribute !== 'href' && attribute !== 'src')) return value;
  return resolveAddress(value, element.base, LINK_SCHEMES) ?? value;
}

function escapeAttribute(value: string): string {
  return escapeText(value).replaceAll('"', '&quot;');
}
