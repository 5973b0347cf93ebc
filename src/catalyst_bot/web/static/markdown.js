/**
 * Discord's markdown as far as cards use it. Addresses in a text never become links; the
 * only one that does leads to another card, on this page or in Discord.
 */

import { el, outLink } from "./dom.js";

const INNER = "((?:\\\\[\\s\\S]|[^\\\\])+?)";
const TOKEN = new RegExp(
  [
    "\\\\([^a-zA-Z0-9\\s])", // 1: an escaped mark
    "`([^`]+)`", // 2: code
    `\\*\\*${INNER}\\*\\*`, // 3: bold
    `~~${INNER}~~`, // 4: struck out
    `__${INNER}__`, // 5: underlined
    `\\*${INNER}\\*`, // 6: emphasis
    "<t:(-?\\d{1,12})(?::([tTdDfFR]))?>", // 7, 8: a moment and its style
    "\\[([a-z ]+)\\]\\((https://discord\\.com/channels/[\\d/]+|#title-\\w+)\\)", // 9, 10
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
  if (match[10] !== undefined) return link(match[9], match[10]);
  const [group, tag] = WRAPPERS.find(([number]) => match[number] !== undefined);
  return el(tag, {}, ...markdown(match[group], clock, base));
}

function link(label, url) {
  if (!url.startsWith("#")) return outLink(url, "card-link", label);
  return el("a", { class: "card-link", href: url }, label);
}
