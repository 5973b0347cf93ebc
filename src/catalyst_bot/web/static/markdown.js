/** Discord's markdown as far as cards use it; addresses in a text never become links. */

import { el } from "./dom.js";

const INNER = "((?:\\\\[\\s\\S]|[^\\\\])+?)";
const TOKEN = new RegExp(
  [
    "\\\\([^\\w\\s])", // 1: an escaped mark
    "`([^`]+)`", // 2: code
    `\\*\\*${INNER}\\*\\*`, // 3: bold
    `~~${INNER}~~`, // 4: struck out
    `__${INNER}__`, // 5: underlined
    `\\*${INNER}\\*`, // 6: emphasis
    "<t:(-?\\d{1,12})(?::([tTdDfFR]))?>", // 7, 8: a moment and its style
  ].join("|"),
  "g",
);
const WRAPPERS = [
  [3, "strong"],
  [4, "s"],
  [5, "u"],
  [6, "em"],
];

/**
 * Return the nodes that show `text`.
 *
 * @param {string} text
 * @param {import("./clock.js").Clock} clock
 * @param {"event"|"real"} base the time in which `<t:…>` codes are meant.
 * @returns {(Node|string)[]}
 */
export function markdown(text, clock, base) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    if (match.index > end) nodes.push(text.slice(end, match.index));
    nodes.push(node(match, clock, base));
    end = match.index + match[0].length;
  }
  if (end < text.length) nodes.push(text.slice(end));
  return nodes;
}

function node(match, clock, base) {
  if (match[1] !== undefined) return match[1];
  if (match[2] !== undefined) return el("code", {}, match[2]);
  if (match[7] !== undefined) return clock.time(Number(match[7]), match[8] ?? "f", base);
  const [group, tag] = WRAPPERS.find(([number]) => match[number] !== undefined);
  return el(tag, {}, ...markdown(match[group], clock, base));
}
