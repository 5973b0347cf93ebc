/** The filter by ticker, kind, catalyst and watch; the address keeps it, so that it can be shared. */

import { byId, el, setText } from "./dom.js";

const TYPING = 250; // milliseconds without a key until it applies

export class Filter {
  #ticker = byId("filter-ticker");
  #event = byId("filter-event");
  #catalyst = byId("filter-catalyst");
  #watch = ""; // its words; chosen by a link only
  #listeners = [];
  #applied = "";

  constructor() {
    let pending = 0;
    this.#ticker.addEventListener("input", () => {
      clearTimeout(pending);
      pending = setTimeout(() => this.#write(), TYPING);
    });
    for (const choice of [this.#event, this.#catalyst]) {
      choice.addEventListener("change", () => this.#write());
    }
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
    const catalyst = this.#catalyst.value;
    return {
      ...(ticker && { ticker }),
      ...(event && { event }),
      ...(catalyst && { catalyst }),
      ...(this.#watch && { watch: this.#watch }),
    };
  }

  /**
   * Tell whether an alert passes.
   *
   * @param {object} alert
   * @returns {boolean}
   */
  matches(alert) {
    const { ticker, event, catalyst, watch } = this.query();
    const isTicker = !ticker || alert.tickers.some((own) => own.toUpperCase() === ticker);
    const isCatalyst = !catalyst || alert.catalysts.includes(catalyst);
    const isWatched = !watch || alert.watches.some(({ query }) => query === watch);
    return isTicker && isCatalyst && isWatched && (!event || alert.event === event);
  }

  /**
   * Offer these catalysts, and the chosen one if it is none of them any more.
   *
   * @param {string[]} names as the API gives them.
   */
  offer(names) {
    const chosen = this.#catalyst.value;
    const offered = chosen && !names.includes(chosen) ? [...names, chosen] : names;
    const all = this.#catalyst.options[0];
    this.#catalyst.replaceChildren(all, ...offered.map(option));
    this.#catalyst.value = chosen;
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
    this.#choose(given.get("catalyst") ?? "");
    this.#watch = given.get("watch") ?? "";
    this.#apply(new URLSearchParams(this.query()).toString());
  }

  #choose(catalyst) {
    this.#catalyst.value = catalyst;
    if (this.#catalyst.selectedIndex >= 0) return;
    this.#catalyst.append(option(catalyst)); // the list may come later
    this.#catalyst.value = catalyst;
  }

  #apply(hash) {
    byId("filter-clear").hidden = !this.isOn;
    byId("filter-watch").hidden = this.#watch === "";
    setText(byId("filter-watch"), this.#watch ? `Watch: ${this.#watch}` : "");
    if (hash === this.#applied) return;
    this.#applied = hash;
    for (const listener of this.#listeners) listener();
  }

  #clear() {
    this.#ticker.value = "";
    this.#event.value = "";
    this.#catalyst.value = "";
    this.#watch = "";
    this.#write();
    this.#ticker.focus();
  }
}

function option(name) {
  return el("option", { value: name }, name.replaceAll("_", " "));
}
