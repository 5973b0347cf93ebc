/**
 * Reads /events and comes back when it breaks. Not an EventSource: that cannot send a
 * token, and tells neither why it failed nor when it will try again.
 */

const FIRST_WAIT = 400; // milliseconds
const LONGEST_WAIT = 8_000;
const GROWTH = 1.7;
const SILENCE = 8_000; // a status comes each second: after this the line is dead

/**
 * @typedef {object} Connection
 * @property {"connecting"|"live"|"waiting"|"asking"} state `asking`: for a token.
 * @property {number} [retryAt] when `waiting`: milliseconds of Date.now().
 * @property {Failure} [failure] when `waiting` or `asking`.
 *
 * @typedef {object} Failure
 * @property {string} reason
 * @property {boolean} isRefusal the bot said so itself.
 * @property {boolean} isUnknown it refused because it wants a token.
 */

export class Stream {
  #api;
  #onEvent;
  #onState;
  #lastId = "";
  #wait = FIRST_WAIT;
  #wake = () => {};

  /**
   * @param {import("./api.js").Api} api
   * @param {(kind: string, value: any) => void} onEvent
   * @param {(connection: Connection) => void} onState
   */
  constructor(api, onEvent, onState) {
    this.#api = api;
    this.#onEvent = onEvent;
    this.#onState = onState;
  }

  /** Read for as long as the page lives. */
  async run() {
    for (;;) {
      this.#onState({ state: "connecting" });
      const failure = failureOf(await this.#once().catch((error) => error));
      if (failure.isUnknown) {
        this.#onState({ state: "asking", failure });
        await this.#api.renewToken();
        continue;
      }
      const wait = this.#wait * (0.75 + Math.random() / 2);
      this.#wait = Math.min(LONGEST_WAIT, this.#wait * GROWTH);
      this.#onState({ state: "waiting", retryAt: Date.now() + wait, failure });
      await new Promise((resolve) => {
        this.#wake = resolve;
        setTimeout(resolve, wait);
      });
    }
  }

  /** Do not wait any longer before the next attempt. */
  retryNow() {
    this.#wake();
  }

  /** Read until the stream breaks; it always ends with an error. */
  async #once() {
    const line = new AbortController();
    const headers = { Accept: "text/event-stream" };
    if (this.#lastId) headers["Last-Event-ID"] = this.#lastId;
    let dead = setTimeout(() => line.abort(), SILENCE);
    try {
      const response = await this.#api.open("/events", { signal: line.signal, headers });
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = "";
      for (;;) {
        const { value, done } = await reader.read();
        if (done) throw new Error("the daemon ended the stream");
        clearTimeout(dead);
        dead = setTimeout(() => reader.cancel("silence"), SILENCE);
        rest = this.#take(rest + value);
      }
    } finally {
      clearTimeout(dead);
    }
  }

  #take(text) {
    const blocks = text.replaceAll("\r\n", "\n").split("\n\n");
    const rest = blocks.pop();
    for (const block of blocks) this.#hear(parse(block));
    return rest;
  }

  #hear({ event, id, data }) {
    if (data === "") return;
    this.#wait = FIRST_WAIT;
    this.#onState({ state: "live" });
    this.#onEvent(event, JSON.parse(data));
    if (id) this.#lastId = id;
  }
}

function failureOf({ message, status }) {
  return { reason: message, isRefusal: Boolean(status), isUnknown: status === 401 };
}

function parse(block) {
  const found = { event: "message", id: "", data: "" };
  for (const line of block.split("\n")) {
    const colon = line.indexOf(":");
    if (colon <= 0) continue;
    const value = line.slice(colon + 1).replace(/^ /, "");
    const name = line.slice(0, colon);
    if (name === "data") found.data += found.data ? `\n${value}` : value;
    else if (name in found) found[name] = value;
  }
  return found;
}
