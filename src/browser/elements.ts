/** Making elements one by one: no text is ever read as HTML, so a page that requires Trusted Types lets us work. */

type Attribute = string | boolean | ((event: Event) => void);

/** Attributes by name; `false` is none, and a function listens to the event of that name. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, Attribute>> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'function') made.addEventListener(key, value);
    else if (value !== false) made.setAttribute(key, `${value}`);
  }
  made.append(...children);
  return made;
}

/** A text that may run the other way than what stands around it, such as an amount. */
export function isolate(text: string): HTMLElement {
  return element('bdi', {}, text);
}

/** A fieldset with its legend. */
export function group(legend: string, ...children: (Node | string)[]): HTMLElement {
  return element('fieldset', {}, element('legend', {}, legend), ...children);
}

/** A choice with its label around it. */
export function choice(
  type: 'radio' | 'checkbox',
  attributes: Readonly<Record<string, Attribute>>,
  label: string,
): HTMLElement {
  return element('label', {}, element('input', { type, ...attributes }), label);
}

/** A button that is no submit button. */
export function button(label: string, click: () => void, look = ''): HTMLElement {
  return element('button', { type: 'button', class: look, click }, label);
}

/** A row of equal columns. */
export function row(...children: (Node | string)[]): HTMLElement {
  return element('div', { class: 'row' }, ...children);
}
