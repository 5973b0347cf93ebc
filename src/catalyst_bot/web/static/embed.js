/** An embed and its link buttons, as Discord draws them. */

import { el, outLink } from "./dom.js";
import { markdown } from "./markdown.js";
import { unixOf } from "./times.js";

const IN_A_ROW = 3;
const COLUMNS = 12;
// Its moments are deadlines of the machine; all others are times of the events.
const REAL_TIME_FIELD = "AI analysis";

/**
 * Return an embed of the message payload.
 *
 * @param {object} embed as in Discord's API.
 * @param {import("./clock.js").Clock} clock
 * @param {string} titleId the id that the title gets.
 * @returns {HTMLElement}
 */
export function renderEmbed(embed, clock, titleId) {
  const shown = (text) => markdown(text, clock, "event");
  const box = el("div", { class: "embed" });
  box.style.setProperty("--bar", colour(embed.color));
  const title = outLink(embed.url ?? "", "embed-link", ...shown(embed.title ?? ""));
  box.append(el("h3", { class: "embed-title", id: titleId }, title));
  if (embed.description) {
    box.append(el("p", { class: "embed-description" }, ...shown(embed.description)));
  }
  if (embed.fields?.length) box.append(fields(embed.fields, clock));
  box.append(footer(embed, clock));
  return box;
}

/**
 * Return the row of link buttons, empty without any.
 *
 * @param {object[]} rows the components of the message payload.
 * @returns {HTMLElement}
 */
export function renderButtons(rows) {
  const links = rows.flatMap((row) => row.components ?? []).filter(({ url }) => url);
  return el(
    "div",
    { class: "link-buttons", hidden: links.length === 0 },
    ...links.map(({ label, url }) => outLink(url, "link-button", label)),
  );
}

function fields(list, clock) {
  const grid = el("dl", { class: "embed-fields" });
  list.forEach((field, index) => {
    const base = field.name === REAL_TIME_FIELD ? "real" : "event";
    const cell = el(
      "div",
      { class: "embed-field", "data-name": field.name },
      el("dt", {}, field.name),
      el("dd", {}, ...markdown(field.value, clock, base)),
    );
    cell.style.setProperty("--span", String(COLUMNS / neighbours(list, index)));
    grid.append(cell);
  });
  return grid;
}

/** Return how many fields share the row of field `index`: 1 to 3. */
function neighbours(list, index) {
  if (!list[index].inline) return 1;
  let first = index;
  while (first > 0 && list[first - 1].inline) first -= 1;
  let last = index;
  while (last + 1 < list.length && list[last + 1].inline) last += 1;
  const rowStart = first + Math.floor((index - first) / IN_A_ROW) * IN_A_ROW;
  return Math.min(IN_A_ROW, last + 1 - rowStart);
}

function footer(embed, clock) {
  const line = el("p", { class: "embed-footer" }, embed.footer?.text ?? "");
  if (embed.timestamp) {
    line.append(" • ", clock.time(unixOf(embed.timestamp), "calendar", "event"));
  }
  return line;
}

function colour(number) {
  return `#${(number ?? 0).toString(16).padStart(6, "0")}`;
}
