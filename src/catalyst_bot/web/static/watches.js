/** The standing queries: where each brings its alerts, and how many it found. */

import { arrange, byId, el, setText } from "./dom.js";

export class WatchesSection {
  #rows = new Map();

  /** @param {object[]} watches of the status. */
  show(watches) {
    byId("watches-box").hidden = watches.length === 0;
    arrange(byId("watches"), watches.map((watch) => this.#row(watch)));
  }

  #row(watch) {
    const { query, channel, ticker, threshold } = watch;
    const key = JSON.stringify([query, channel, ticker, threshold]);
    if (!this.#rows.has(key)) this.#rows.set(key, emptyRow(watch));
    const row = this.#rows.get(key);
    setText(row.querySelector(".watch-hits"), hits(watch.hits));
    return row;
  }
}

/**
 * Return a link that leaves only the alerts that a watch took.
 *
 * @param {string} query
 * @returns {HTMLElement}
 */
export function watchLink(query) {
  const href = `#${new URLSearchParams({ watch: query })}`;
  return el("a", { class: "watch-link", href, title: "Show what it took" }, query);
}

function emptyRow({ query, channel, ticker, threshold }) {
  const parts = [channel, ticker, `from ${threshold.toFixed(2)}`].filter(Boolean);
  return el(
    "li",
    { class: "watch" },
    watchLink(query),
    el("span", { class: "watch-hits" }),
    el("span", { class: "watch-terms" }, parts.join(" • ")),
  );
}

function hits(count) {
  if (count === 0) return "none yet";
  return `${count} ${count === 1 ? "alert" : "alerts"}`;
}
