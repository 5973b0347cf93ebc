/** The sources: when each last brought something, and when it is asked again. */

import { arrange, el, setAttribute, setText } from "./dom.js";
import { ago } from "./times.js";

export class SourcesSection {
  #list;
  #clock;
  #rows = new Map();

  /**
   * @param {HTMLElement} list
   * @param {import("./clock.js").Clock} clock
   */
  constructor(list, clock) {
    this.#list = list;
    this.#clock = clock;
  }

  /** @param {object[]} sources of the status. */
  show(sources) {
    const rows = sources.map((source) => this.#row(source));
    arrange(this.#list, rows);
  }

  #row(source) {
    let row = this.#rows.get(source.name);
    if (!row) {
      row = emptyRow(source.name);
      this.#rows.set(source.name, row);
    }
    const state = stateOf(source);
    setAttribute(row, "data-state", state.name);
    setText(row.querySelector(".source-state"), state.text);
    setText(row.querySelector(".source-last"), this.#last(source));
    const left = Math.max(0, source.next_poll - this.#clock.real());
    setText(row.querySelector(".source-next"), source.next_poll ? next(left) : "");
    const share = source.interval > 0 ? Math.min(1, left / source.interval) : 0;
    row.style.setProperty("--left", share.toFixed(3));
    const fault = row.querySelector(".source-fault");
    fault.hidden = source.failures === 0;
    setText(fault, source.failures === 0 ? "" : faultOf(source));
    return row;
  }

  #last({ last_item: last, items }) {
    if (!last) return "nothing yet";
    const noun = items === 1 ? "item" : "items";
    return `${items} ${noun}, last ${ago(this.#clock.event() - last)}`;
  }
}

function emptyRow(name) {
  return el(
    "li",
    { class: "source" },
    el("span", { class: "dot", "aria-hidden": "true" }),
    el("span", { class: "source-name" }, name, el("span", { class: "sr-only source-state" })),
    el("span", { class: "source-next" }),
    el("span", { class: "source-last" }),
    el("span", { class: "source-fault", hidden: true }),
    el("span", { class: "source-bar", "aria-hidden": "true" }),
  );
}

function stateOf({ failures, last_success: success }) {
  if (failures > 0) return { name: "fault", text: ", failing" };
  if (!success) return { name: "new", text: ", not polled yet" };
  return { name: "ok", text: ", well" };
}

function next(left) {
  return left < 1 ? "polling" : `next ${Math.ceil(left)} s`;
}

function faultOf({ failures, reason }) {
  return `${failures} ${failures === 1 ? "failure" : "failures"} in a row: ${reason}`;
}
