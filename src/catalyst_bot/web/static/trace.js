/** What made a score: the catalysts, and each rule that fired, as a bar beside zero. */

import { el } from "./dom.js";

const HEAVIEST = 4; // a weight, as VADER's valence, goes from -4 to 4

/**
 * Return what stands behind a score.
 *
 * @param {object} score as the API gives it.
 * @returns {HTMLElement}
 */
export function explanation({ catalysts, fired, vader, reason, rules_version: rules }) {
  return el(
    "div",
    { class: "explanation" },
    catalysts.length ? el("ul", { class: "catalysts" }, ...catalysts.map(catalyst)) : null,
    fired.length ? el("ul", { class: "trace" }, ...fired.map(bar)) : null,
    reason ? el("p", { class: "quiet" }, `Neutral: ${reason}.`) : null,
    el("p", { class: "quiet" }, `Plain VADER says ${signed(vader, 2)} • rules ${rules}`),
  );
}

/**
 * Return a number with its sign; 0 has none.
 *
 * @param {number} number
 * @param {number} digits after the point.
 * @returns {string}
 */
export function signed(number, digits) {
  return `${number > 0 ? "+" : ""}${number.toFixed(digits)}`;
}

function catalyst({ name, status, direction, evidence, primary }) {
  const side = sideOf(direction);
  return el(
    "li",
    { class: primary ? "catalyst is-primary" : "catalyst" },
    el("span", { class: "reason" }, words(name)),
    el("strong", { "data-side": side }, side),
    el("span", {}, words(status)),
    evidence ? el("q", { class: "quiet" }, evidence) : null,
  );
}

function bar({ layer, text, weight }) {
  const fill = el("span", { class: "trace-fill", "data-side": sideOf(weight) });
  const share = Math.min(1, Math.abs(weight) / HEAVIEST);
  fill.style.setProperty("--share", share.toFixed(3));
  return el(
    "li",
    {},
    el("span", { class: "trace-word" }, text),
    el("span", { class: "layer" }, words(layer)),
    el("span", { class: "trace-bar", "aria-hidden": "true" }, fill),
    el("span", { class: "trace-weight" }, signed(weight, 1)),
  );
}

function sideOf(number) {
  if (number === 0) return "neutral";
  return number > 0 ? "bullish" : "bearish";
}

function words(name) {
  return name.replaceAll("_", " ");
}
