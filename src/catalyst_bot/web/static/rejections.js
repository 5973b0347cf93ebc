/** The second tab: what became no alert, and the reason. */

import { byId, el, setText } from "./dom.js";
import { unixOf } from "./times.js";

const PAGE = 100;
const QUIET = 1000; // milliseconds between two loads while news pours in

export class Rejections {
  #api;
  #clock;
  #rows = byId("rejections");
  #known = new Set(); // numbers shown
  #next = null;
  #counts = "";
  #hidden = new Set(); // reasons that the reader has put out
  #isShown = false;
  #isLoading = false;
  #isStale = false; // what is being loaded is no longer wanted
  #pending = 0;

  /**
   * @param {import("./api.js").Api} api
   * @param {import("./clock.js").Clock} clock
   */
  constructor(api, clock) {
    this.#api = api;
    this.#clock = clock;
    byId("older-rejections").addEventListener("click", () => this.#load(this.#next));
  }

  /** @param {boolean} isShown whether the tab is in sight. */
  show(isShown) {
    this.#isShown = isShown;
    if (isShown) this.#load(null);
  }

  /**
   * Take the counts of a status; load what is new while the tab is in sight.
   *
   * @param {Object<string, number>} rejected reason to count.
   */
  hear(rejected) {
    const counts = JSON.stringify(rejected);
    if (counts === this.#counts) return;
    this.#counts = counts;
    const sum = Object.values(rejected).reduce((a, b) => a + b, 0);
    setText(byId("rejected-count"), String(sum));
    this.#chips(rejected);
    if (!this.#isShown) return;
    this.#pending ||= setTimeout(() => {
      this.#pending = 0;
      this.#load(null);
    }, QUIET);
  }

  /** Begin anew: the daemon may have another database, whose numbers mean others. */
  reload() {
    this.#isStale = this.#isLoading;
    this.#clear();
    if (this.#isShown) this.#load(null);
  }

  async #load(before) {
    if (this.#isLoading) return;
    this.#isLoading = true;
    try {
      const page = await this.#api.get("/api/rejections", { limit: PAGE, before });
      if (!this.#isStale) this.#take(page, before === null);
    } catch (error) {
      setText(byId("rejections-note"), `Not loaded: ${error.message}`);
    }
    this.#isLoading = false;
    if (!this.#isStale) return;
    this.#isStale = false;
    this.#load(null);
  }

  #take({ rejections, next }, isNewest) {
    const fresh = rejections.filter(({ number }) => !this.#known.has(number));
    const isGap = isNewest && fresh.length === rejections.length;
    if (isGap) this.#clear(); // between what is shown and what came lie others
    for (const { number } of fresh) this.#known.add(number);
    const rows = fresh.map((rejection) => this.#row(rejection));
    if (isNewest) this.#rows.prepend(...rows);
    else this.#rows.append(...rows);
    if (!isNewest || isGap) this.#next = next;
    byId("older-rejections").hidden = this.#next === null;
    const isEmpty = this.#known.size === 0;
    setText(byId("rejections-note"), isEmpty ? "Nothing was rejected yet." : "");
    this.#clock.refresh(this.#rows);
  }

  #clear() {
    this.#next = null;
    this.#known.clear();
    this.#rows.replaceChildren();
  }

  #row({ at, source, title, tickers, reason, detail, score }) {
    const signed = score === null ? "" : `${score > 0 ? "+" : ""}${score.toFixed(2)}`;
    const ticker = tickers.length ? el("strong", {}, `${tickers[0]} `) : null;
    return el(
      "tr",
      { "data-reason": reason, hidden: this.#hidden.has(reason) },
      el("td", { class: "cell-time" }, this.#clock.time(unixOf(at), "T", "event")),
      el("td", { class: "cell-source" }, source),
      el("td", { class: "cell-title" }, ticker, title),
      el("td", { class: "cell-reason" }, el("span", { class: "reason" }, words(reason))),
      el("td", { class: "cell-score" }, signed),
      el("td", { class: "cell-detail" }, detail),
    );
  }

  #chips(rejected) {
    const chips = Object.entries(rejected)
      .sort(([, a], [, b]) => b - a)
      .map(([reason, count]) => this.#chip(reason, count));
    const focused = document.activeElement?.dataset?.reason;
    byId("reasons").replaceChildren(...chips);
    chips.find(({ dataset }) => dataset.reason === focused)?.focus();
  }

  #chip(reason, count) {
    const pressed = String(!this.#hidden.has(reason));
    const attributes = { class: "chip", type: "button", "aria-pressed": pressed };
    const number = el("span", { class: "chip-count" }, String(count));
    const chip = el("button", { ...attributes, "data-reason": reason }, words(reason), number);
    chip.addEventListener("click", () => this.#toggle(chip, reason));
    return chip;
  }

  #toggle(chip, reason) {
    const isOut = !this.#hidden.delete(reason);
    if (isOut) this.#hidden.add(reason);
    chip.setAttribute("aria-pressed", String(!isOut));
    for (const row of this.#rows.querySelectorAll(`[data-reason="${CSS.escape(reason)}"]`)) {
      row.hidden = isOut;
    }
  }
}

function words(reason) {
  return reason.replaceAll("_", " ");
}
