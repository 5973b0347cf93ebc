/** Builds DOM nodes from plain values; text is always text, never markup. */

/**
 * Return a new element.
 *
 * @param {string} tag
 * @param {Object<string, string|boolean|number|null>} [attributes] `class`, `id`,
 *   `aria-…`; null and false leave an attribute out, true writes it empty.
 * @param {...(Node|string|null)} children null is left out.
 * @returns {HTMLElement}
 */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === false) continue;
    element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/**
 * Return a link that opens a page of its own, or a span when the address is not http(s).
 *
 * @param {string} url
 * @param {string} className
 * @param {...(Node|string)} children
 * @returns {HTMLElement}
 */
export function outLink(url, className, ...children) {
  if (!/^https?:\/\//i.test(url)) return el("span", { class: className }, ...children);
  const attributes = { class: className, href: url, target: "_blank", rel: "noreferrer" };
  return el("a", attributes, ...children);
}

/**
 * Set an element's text when it differs: a write costs a layout, a read does not.
 *
 * @param {Element} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Set an attribute when it differs.
 *
 * @param {Element} element
 * @param {string} name
 * @param {string} value
 */
export function setAttribute(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/**
 * Make the children of `parent` exactly `wanted`, moving none that stands right.
 *
 * @param {Element} parent
 * @param {Element[]} wanted
 */
export function arrange(parent, wanted) {
  const kept = new Set(wanted);
  for (const child of [...parent.children]) if (!kept.has(child)) child.remove();
  wanted.forEach((element, index) => {
    const present = parent.children[index];
    if (present !== element) parent.insertBefore(element, present ?? null);
  });
}

/**
 * Return the element with an id of index.html.
 *
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no #${id}`);
  return element;
}
