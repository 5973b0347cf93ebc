/** What each word of a headline weighed, as bars to the left and right of zero. */

import { el } from "./dom.js";

const HEAVIEST = 4; // VADER's valence goes from -4 to 4

/**
 * Return the bars of a score's trace.
 *
 * @param {{word: string, weight: number}[]} trace
 * @returns {HTMLElement}
 */
export function traceBars(trace) {
  if (!trace.length) {
    return el("p", { class: "quiet" }, "No word of it is in the lexicon.");
  }
  return el("ul", { class: "trace" }, ...trace.map(bar));
}

function bar({ word, weight }) {
  const side = weight < 0 ? "bearish" : "bullish";
  const fill = el("span", { class: "trace-fill", "data-side": side });
  const share = Math.min(1, Math.abs(weight) / HEAVIEST);
  fill.style.setProperty("--share", share.toFixed(3));
  return el(
    "li",
    {},
    el("span", { class: "trace-word" }, word),
    el("span", { class: "trace-bar", "aria-hidden": "true" }, fill),
    el("span", { class: "trace-weight" }, `${weight > 0 ? "+" : ""}${weight.toFixed(1)}`),
  );
}
