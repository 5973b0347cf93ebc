/** Says whether the page is live, and calmly what happens when it is not. */

import { byId, setAttribute, setText } from "./dom.js";

const NAMES = {
  live: "Live",
  connecting: "Connecting…",
  waiting: "Reconnecting…",
  asking: "Waiting for a token",
};
const PATIENCE = 1500; // milliseconds; a shorter break is not worth a banner

export class ConnectionSign {
  #connection = { state: "connecting" };
  #lostAt = null;

  /** @param {() => void} retry tries again at once. */
  constructor(retry) {
    byId("retry").addEventListener("click", retry);
  }

  /** @param {import("./stream.js").Connection} connection */
  show(connection) {
    const isLive = connection.state === "live";
    // While it tries again, what went wrong before still tells why.
    this.#connection = isLive ? connection : { ...this.#connection, ...connection };
    this.#lostAt = isLive ? null : (this.#lostAt ?? Date.now());
    this.tick();
  }

  /** Count down to the next attempt; called once a second. */
  tick() {
    const { state, retryAt, failure } = this.#connection;
    const sign = byId("connection");
    setAttribute(sign, "data-state", state);
    setText(byId("connection-text"), NAMES[state]);
    const isLost = this.#lostAt !== null && Date.now() - this.#lostAt > PATIENCE;
    byId("banner").hidden = !isLost;
    if (!isLost) return;
    const { reason = "", isRefusal = false } = failure ?? {};
    const cause = isRefusal ? `refuses this page: ${reason}` : "does not answer";
    setText(byId("banner-text"), `The bot ${cause}. ${next(state, retryAt)}`);
    setAttribute(byId("banner"), "title", reason);
    byId("banner-calm").hidden = state === "asking";
  }
}

function next(state, retryAt) {
  if (state === "connecting") return "Trying now…";
  if (state === "asking") return "Enter one to go on.";
  const seconds = Math.max(0, Math.ceil((retryAt - Date.now()) / 1000));
  return `Next attempt in ${seconds} s.`;
}
