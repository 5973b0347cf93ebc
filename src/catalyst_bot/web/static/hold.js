/** Holds alerts back and lets them go on, as the operator says. */

import { byId, setText } from "./dom.js";

export class HoldBox {
  #api;
  #clock;
  #shown = ""; // the pause on the screen, as text

  /**
   * @param {import("./api.js").Api} api
   * @param {import("./clock.js").Clock} clock
   */
  constructor(api, clock) {
    this.#api = api;
    this.#clock = clock;
    byId("pause-form").addEventListener("submit", (event) => {
      event.preventDefault();
      const minutes = byId("pause-minutes").value;
      this.#order("pause", { minutes: minutes ? Number(minutes) : null }, () => "");
    });
    byId("resume").addEventListener("click", () => this.#order("resume", {}, released));
  }

  /** @param {object} status as the stream gives it; the demo has other buttons. */
  show({ hold, channels, controls }) {
    byId("hold").hidden = controls !== "";
    byId("pause-form").hidden = hold !== null;
    byId("resume").hidden = hold === null;
    const waiting = channels.reduce((sum, channel) => sum + channel.posts_pending, 0);
    const text = JSON.stringify([hold, waiting]);
    if (text === this.#shown) return;
    this.#shown = text;
    byId("hold-state").hidden = hold === null;
    if (hold) byId("hold-state").replaceChildren(...this.#held(hold, waiting));
  }

  #held({ until }, waiting) {
    const end = until ? ["until ", this.#clock.time(until, "T", "real")] : ["until resumed"];
    return ["New alerts are held ", ...end, `; ${waiting} ${waiting === 1 ? "post waits" : "posts wait"}.`];
  }

  async #order(name, order, words) {
    const answer = byId("hold-answer");
    setText(answer, "…");
    try {
      const done = await this.#api.order(`/api/control/${name}`, order);
      setText(answer, done === null ? "" : words(done));
    } catch (error) {
      setText(answer, `Not done: ${error.message}`);
    }
  }
}

function released({ held, expired }) {
  if (!held) return "Nothing was held.";
  const late = expired ? `; ${expired} too old to go out` : "";
  return `${held - expired} of ${held} held go out now, newest first${late}.`;
}
