/**
 * The list of messages, newest on top. It holds every loaded card in the document: the
 * style sheet lets the browser skip those out of sight, and only those in sight tick.
 */

import { Card, announcement } from "./cards.js";
import { ChunkedList } from "./chunks.js";

const AT_TOP = 48; // pixels; a reader further down is not to be moved

export class Feed {
  #cards = new Map();
  #held = new Map(); // new while the reader is further down, oldest first
  #list;
  #scroller;
  #clock;
  #why;
  #onChange;
  #isComplete = true;

  /**
   * @param {object} parts
   * @param {HTMLElement} parts.list
   * @param {HTMLElement} parts.scroller what scrolls the list.
   * @param {import("./clock.js").Clock} parts.clock
   * @param {(id: string) => void} parts.why
   * @param {() => void} parts.onChange called when `size` or `held` may have changed.
   */
  constructor({ list, scroller, clock, why, onChange }) {
    this.#list = new ChunkedList(list);
    this.#scroller = scroller;
    this.#clock = clock;
    this.#why = why;
    this.#onChange = onChange;
    scroller.addEventListener("scroll", () => this.isAtTop && this.release(), {
      passive: true,
    });
  }

  /** @returns {number} cards in the list. */
  get size() {
    return this.#cards.size;
  }

  /** @returns {number} new alerts that wait until the reader comes back to the top. */
  get held() {
    return this.#held.size;
  }

  /** @returns {boolean} */
  get isAtTop() {
    return this.#scroller.scrollTop < AT_TOP;
  }

  /**
   * Make the list these alerts; cards that are there already stay the same elements.
   *
   * @param {object[]} alerts newest first.
   * @param {boolean} isComplete no older ones exist.
   */
  replace(alerts, isComplete) {
    this.#isComplete = isComplete;
    const newest = this.#newest();
    const isHeldBack = (alert) => !this.isAtTop && Date.parse(alert.raised_at) > newest;
    this.#held = new Map(
      alerts.filter(isHeldBack).reverse().map((alert) => [alert.id, alert]),
    );
    const shown = alerts.filter((alert) => !this.#held.has(alert.id));
    const wanted = shown.map((alert) => this.#put(alert));
    const ids = new Set(shown.map(({ id }) => id));
    for (const [id, card] of this.#cards) if (!ids.has(id)) this.#drop(card);
    this.#list.replace(wanted.map(({ element }) => element));
    this.#onChange();
  }

  /**
   * Add older alerts at the end.
   *
   * @param {object[]} alerts newest first.
   * @param {boolean} isComplete no older ones exist.
   */
  append(alerts, isComplete) {
    this.#isComplete = isComplete;
    const fresh = alerts.filter(({ id }) => !this.#cards.has(id));
    for (const alert of fresh) {
      this.#list.insert(this.#put(alert).element, this.#list.elements.length);
    }
    this.#onChange();
  }

  /**
   * Show an alert that was posted or edited.
   *
   * @param {object} alert
   * @returns {string} what to announce of a new one, else "".
   */
  upsert(alert) {
    const card = this.#cards.get(alert.id);
    if (card) {
      card.update(alert);
      return "";
    }
    const isKnown = this.#held.has(alert.id);
    if (!isKnown && this.#isBeyond(alert)) return "";
    if (this.isAtTop) this.#insert(alert);
    else this.#held.set(alert.id, alert);
    this.#onChange();
    return isKnown ? "" : announcement(alert);
  }

  /** Show what was held back; the reader is at the top. */
  release() {
    if (this.#held.size === 0) return;
    const waiting = [...this.#held.values()];
    this.#held.clear();
    for (const alert of waiting) this.#insert(alert);
    this.#onChange();
  }

  /** Forget the cards and what is held back, as when the filter changes. */
  clear() {
    for (const card of this.#cards.values()) this.#drop(card);
    this.#held.clear();
    this.#list.replace([]);
  }

  /**
   * Return the newest shown card whose alert is wanted.
   *
   * @param {(alert: object) => boolean} isWanted
   * @returns {Card|undefined}
   */
  find(isWanted) {
    return this.#inOrder().find(({ alert }) => isWanted(alert));
  }

  /**
   * Return the card `step` places after the one that has the focus, or the first.
   *
   * @param {number} step
   * @returns {Card|undefined}
   */
  neighbour(step) {
    const order = this.#inOrder();
    const current = order.findIndex(({ element }) => element.matches(":focus-within"));
    if (current < 0) return order[0];
    return order[Math.min(Math.max(current + step, 0), order.length - 1)];
  }

  /** Bring the times of the cards in sight up to date. */
  tick() {
    for (const element of this.#list.inSight(this.#scroller)) {
      this.#cards.get(element.dataset.id).tick();
    }
  }

  #inOrder() {
    return this.#list.elements.map(({ dataset }) => this.#cards.get(dataset.id));
  }

  #put(alert) {
    const present = this.#cards.get(alert.id);
    if (present) {
      present.update(alert);
      return present;
    }
    const card = new Card(alert, this.#clock, this.#why);
    this.#cards.set(alert.id, card);
    return card;
  }

  #insert(alert) {
    const card = this.#put(alert);
    card.element.classList.add("is-new");
    this.#list.insert(card.element, this.#placeOf(card.raised));
  }

  /** Return the index of the first card that is not newer than a moment. */
  #placeOf(raised) {
    const { elements } = this.#list;
    const found = elements.findIndex(({ dataset }) => {
      return this.#cards.get(dataset.id).raised <= raised;
    });
    return found < 0 ? elements.length : found;
  }

  #newest() {
    const first = this.#list.elements[0];
    return first ? this.#cards.get(first.dataset.id).raised * 1000 : -Infinity;
  }

  /** Tell whether an alert belongs to the older ones that are not loaded. */
  #isBeyond(alert) {
    const last = this.#list.elements.at(-1);
    if (this.#isComplete || !last) return false;
    return Date.parse(alert.raised_at) / 1000 < this.#cards.get(last.dataset.id).raised;
  }

  #drop(card) {
    this.#cards.delete(card.id);
  }
}
