/** The line under a card: how long it took to be posted, and until the verdict. */

import { el, setAttribute, setText } from "./dom.js";
import { duration } from "./times.js";

const ENDS = {
  off: "no analysis",
  pending: "reading",
  analysed: "verdict",
  timed_out: "timed out",
  offline: "model offline",
  busy: "skipped, busy",
  unusable: "unusable answer",
};

export class Meter {
  #clock;
  #alert = null;
  #post = el("span", { class: "leg-time" });
  #wait = el("span", { class: "leg-time" });
  #end = el("span", { class: "stop stop-end" });
  #second = el("span", { class: "leg" }, this.#wait);

  /**
   * @param {import("./clock.js").Clock} clock
   * @param {() => void} why
   */
  constructor(clock, why) {
    this.#clock = clock;
    this.#end.append(el("span", { class: "stop-name" }));
    const button = el("button", { class: "why-button", type: "button" }, "Why?");
    button.addEventListener("click", why);
    this.why = button;
    this.element = el(
      "div",
      { class: "meter" },
      el("span", { class: "stop" }, el("span", { class: "stop-name" }, "seen")),
      el("span", { class: "leg" }, this.#post),
      el("span", { class: "stop" }, el("span", { class: "stop-name" }, "posted")),
      this.#second,
      this.#end,
      button,
    );
  }

  /** @param {object} alert */
  show(alert) {
    this.#alert = alert;
    setText(this.#post, alert.posted_ms === null ? "…" : duration(alert.posted_ms / 1000));
    setText(this.#end.firstChild, ENDS[alert.phase] ?? alert.phase);
    setAttribute(this.element, "data-phase", alert.phase);
    this.#second.hidden = alert.phase === "off";
    this.#end.hidden = alert.phase === "off";
    setAttribute(this.why, "aria-label", `Why was this posted? ${alert.title}`);
    this.tick();
  }

  /** Count on while the model reads. */
  tick() {
    setText(this.#wait, this.#waiting());
  }

  #waiting() {
    const { phase, posted, verdict_ms: verdict } = this.#alert;
    if (verdict !== null) return duration(verdict / 1000);
    if (phase !== "pending" || posted === null) return "";
    return `waiting ${Math.max(0, Math.floor(this.#clock.real() - posted))} s…`;
  }
}
