/** The filter by ticker and kind; the address keeps it, so that it can be shared. */

import { byId } from "./dom.js";

const TYPING = 250; // milliseconds without a key until it applies

export class Filter {
  #ticker = byId("filter-ticker");
  #event = byId("filter-event");
  #listeners = [];
  #applied = "";

  constructor() {
    let pending = 0;
    this.#ticker.addEventListener("input", () => {
      clearTimeout(pending);
      pending = setTimeout(() => this.#write(), TYPING);
    });
    this.#event.addEventListener("change", () => this.#write());
    byId("filter").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#write();
    });
    byId("filter-clear").addEventListener("click", () => this.#clear());
    window.addEventListener("hashchange", () => this.#read());
    this.#read();
  }

  /** @returns {boolean} something is filtered out. */
  get isOn() {
    return Object.keys(this.query()).length > 0;
  }

  /** @returns {Object<string, string>} the query parameters of /api/alerts. */
  query() {
    const ticker = this.#ticker.value.trim().toUpperCase();
    const event = this.#event.value;
    return { ...(ticker && { ticker }), ...(event && { event }) };
  }

  /**
   * Tell whether an alert passes.
   *
   * @param {object} alert
   * @returns {boolean}
   */
  matches(alert) {
    const { ticker, event } = this.query();
    const isTicker = !ticker || alert.tickers.some((own) => own.toUpperCase() === ticker);
    return isTicker && (!event || alert.event === event);
  }

  /** @param {() => void} listener called when the filter has changed. */
  onChange(listener) {
    this.#listeners.push(listener);
  }

  #write() {
    const hash = new URLSearchParams(this.query()).toString();
    history.replaceState(null, "", hash ? `#${hash}` : location.pathname);
    this.#apply(hash);
  }

  #read() {
    const given = new URLSearchParams(location.hash.slice(1));
    this.#ticker.value = given.get("ticker") ?? "";
    this.#event.value = given.get("event") ?? "";
    if (this.#event.selectedIndex < 0) this.#event.value = "";
    this.#apply(new URLSearchParams(this.query()).toString());
  }

  #apply(hash) {
    byId("filter-clear").hidden = !this.isOn;
    if (hash === this.#applied) return;
    this.#applied = hash;
    for (const listener of this.#listeners) listener();
  }

  #clear() {
    this.#ticker.value = "";
    this.#event.value = "";
    this.#write();
    this.#ticker.focus();
  }
}
