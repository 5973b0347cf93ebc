/**
 * A long list in chunks. The style sheet lets the browser skip a chunk that is out of
 * sight; to ask that of each card would make it look at all of them in every frame.
 */

import { el } from "./dom.js";

const CHUNK = 20; // elements

export class ChunkedList {
  #root;
  #elements = [];

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#root = root;
  }

  /** @returns {HTMLElement[]} in the order of the list; not to be changed. */
  get elements() {
    return this.#elements;
  }

  /**
   * Make the list these elements; those that stand in the right order do not move.
   *
   * @param {HTMLElement[]} wanted
   */
  replace(wanted) {
    const kept = new Set(wanted);
    for (const element of this.#elements) if (!kept.has(element)) element.remove();
    this.#elements = this.#elements.filter((element) => kept.has(element));
    const present = new Set(this.#elements);
    const order = wanted.filter((element) => present.has(element));
    if (order.some((element, index) => element !== this.#elements[index])) {
      this.#elements = [];
      this.#root.replaceChildren();
    }
    wanted.forEach((element, index) => {
      if (this.#elements[index] !== element) this.insert(element, index);
    });
    for (const chunk of [...this.#root.children]) measure(chunk);
  }

  /**
   * Put a new element at an index.
   *
   * @param {HTMLElement} element
   * @param {number} index 0 to the length.
   */
  insert(element, index) {
    const before = this.#elements[index - 1];
    const after = this.#elements[index];
    this.#elements.splice(index, 0, element);
    if (before && hasRoom(before.parentElement)) before.after(element);
    else if (after && hasRoom(after.parentElement)) after.before(element);
    else if (before && before.parentElement === after?.parentElement) before.after(element);
    else this.#chunkAfter(before?.parentElement ?? null).append(element);
    measure(element.parentElement);
  }

  /**
   * Return the elements of the chunks that are in sight. It measures chunks only: to
   * measure an element of a skipped one would make the browser lay that out.
   *
   * @param {HTMLElement} scroller
   * @returns {HTMLElement[]}
   */
  inSight(scroller) {
    const { top, bottom } = scroller.getBoundingClientRect();
    const chunks = [...this.#root.children].filter((chunk) => {
      const box = chunk.getBoundingClientRect();
      return box.bottom > top && box.top < bottom;
    });
    return chunks.flatMap((chunk) => [...chunk.children]);
  }

  #chunkAfter(chunk) {
    const fresh = el("div", { class: "chunk", role: "presentation" });
    this.#root.insertBefore(fresh, chunk ? chunk.nextSibling : this.#root.firstChild);
    return fresh;
  }
}

function hasRoom(chunk) {
  return chunk.childElementCount < CHUNK;
}

/** Tell the style sheet for how many cards a chunk out of sight stands. */
function measure(chunk) {
  const count = chunk.childElementCount;
  if (count === 0) chunk.remove();
  else chunk.style.setProperty("--cards", String(count));
}
