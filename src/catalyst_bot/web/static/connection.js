/** Says whether the page is live, and calmly what happens when it is not. */

import { byId, setAttribute, setText } from "./dom.js";

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
    this.#connection = connection;
    const isLive = connection.state === "live";
    this.#lostAt = isLive ? null : (this.#lostAt ?? Date.now());
    this.tick();
  }

  /** Count down to the next attempt; called once a second. */
  tick() {
    const { state, retryAt, reason } = this.#connection;
    const sign = byId("connection");
    setAttribute(sign, "data-state", state);
    const names = { live: "Live", connecting: "Connecting…", waiting: "Reconnecting…" };
    setText(byId("connection-text"), names[state]);
    const isLost = this.#lostAt !== null && Date.now() - this.#lostAt > PATIENCE;
    byId("banner").hidden = !isLost;
    if (!isLost) return;
    const seconds = Math.max(0, Math.ceil(((retryAt ?? 0) - Date.now()) / 1000));
    const next = state === "waiting" ? `Next attempt in ${seconds} s.` : "Trying now…";
    setText(byId("banner-text"), `The bot does not answer. ${next}`);
    setAttribute(byId("banner"), "title", reason ?? "");
  }
}
