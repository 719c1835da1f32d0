/** Fields of a WordPress export by their usual names, whichever version of the format wrote them. */
import { collapse } from '../clean.ts';
import { escapedMarkup } from './markup.ts';
import { childElements, textOf, type XmlElement } from './xml.ts';

/** The namespace of WordPress's own fields; `wp:` where the prefix was never declared. */
export const WP = /^(https?:\/\/wordpress\.org\/export\/1\.\d\/|wp:)$/;

/** Fields of an item, channel or author, by their usual names. */
export class WxrFields {
  readonly #element: XmlElement;
  readonly #children: readonly XmlElement[];

  constructor(element: XmlElement) {
    this.#element = element;
    this.#children = childElements(element);
  }

  of(namespace: RegExp, name: string): string {
    const found = this.#children.find(
      (child) => child.name === name && namespace.test(child.namespace),
    );
    return found === undefined ? '' : textOf(found);
  }

  wp(name: string): string {
    return this.of(WP, name).trim();
  }

  own(name: string): string {
    const found = this.#children.find(
      (child) => child.name.toLowerCase() === name && child.namespace === this.#element.namespace,
    );
    return found === undefined ? '' : textOf(found).trim();
  }

  title(): string {
    const found = this.#children.find((child) => child.name === 'title' && child.namespace === '');
    return found === undefined ? '' : escapedMarkup(found);
  }

  creator(): string {
    return this.of(/^(http:\/\/purl\.org\/dc\/elements\/1\.1\/|dc:)$/, 'creator').trim();
  }

  /** Categories and tags by name, or those of one domain. */
  categories(domain?: string): string[] {
    return this.#children
      .filter((child) => child.name === 'category' && child.namespace === '')
      .filter((child) =>
        ['category', 'post_tag'].includes(child.attributes.get('domain') ?? 'category'),
      )
      .filter((child) => domain === undefined || child.attributes.get('domain') === domain)
      .map((child) => collapse(textOf(child)))
      .filter((name) => name !== '' && name.toLowerCase() !== 'uncategorized');
  }

  meta(key: string): string {
    for (const child of this.#children) {
      if (child.name !== 'postmeta' || !WP.test(child.namespace)) continue;
      const fields = new WxrFields(child);
      if (fields.wp('meta_key') === key) return fields.wp('meta_value');
    }
    return '';
  }
}
