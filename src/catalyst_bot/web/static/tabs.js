/** Tabs after the ARIA pattern: arrows move between them, one is in the Tab order. */

import { byId } from "./dom.js";

const ORDER = ["alerts", "rejected", "status"];

export class Tabs {
  #onShow;

  /** @param {(name: string) => void} onShow called with the name of the tab shown. */
  constructor(onShow) {
    this.#onShow = onShow;
    for (const name of ORDER) {
      byId(`${name}-tab`).addEventListener("click", () => this.show(name));
    }
    byId("tabs").addEventListener("keydown", (event) => this.#move(event));
    // The status is a tab on small screens only; beside the channel on large ones.
    const wide = window.matchMedia("(min-width: 961px)");
    wide.addEventListener("change", () => {
      if (wide.matches && this.current === "status") this.show("alerts");
    });
    this.show("alerts");
  }

  /**
   * Show a tab.
   *
   * @param {string} name alerts, rejected or status.
   */
  show(name) {
    this.current = name;
    document.body.dataset.tab = name;
    for (const other of ORDER) {
      const tab = byId(`${other}-tab`);
      tab.setAttribute("aria-selected", String(other === name));
      tab.tabIndex = other === name ? 0 : -1;
    }
    this.#onShow(name);
  }

  #move(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const shown = ORDER.filter((name) => byId(`${name}-tab`).checkVisibility());
    const at = shown.indexOf(this.current) + step;
    const name = shown[(at + shown.length) % shown.length];
    this.show(name);
    byId(`${name}-tab`).focus();
  }
}
