/** The box that only `demo` shows: any headline, and the troubles of a real day. */

import { byId, el, setAttribute, setText } from "./dom.js";
import { unixOf } from "./times.js";
import { explanation, signed } from "./trace.js";

const EACH = 1000; // milliseconds between two looks at the state
const DEADLINE = 5000;
const LOOKS = 30; // one a second while the bot is there; then it is given up
const LAYERS = 2; // of markup: feeds carry escaped HTML too
const ROOMY = "(min-width: 721px) and (min-height: 600px)";
const MODELS = { ok: "is well", hang: "hangs", down: "is down" };
const BOTS = { running: "runs", killed: "is killed", starting: "starts again" };

export class DemoBox {
  #api;
  #channel;
  #clock;
  #controls = "";
  #awaited = null; // the headline typed last, until it is known what became of it
  #looks = 0;

  /**
   * @param {object} parts
   * @param {import("./api.js").Api} parts.api
   * @param {import("./channel.js").Channel} parts.channel
   * @param {import("./clock.js").Clock} parts.clock
   */
  constructor({ api, channel, clock }) {
    this.#api = api;
    this.#channel = channel;
    this.#clock = clock;
    byId("demo-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#type().catch(() => {
        this.#say("Published. The bot is away; it sees the headline when it is back.");
      });
    });
    for (const button of document.querySelectorAll("#demo [data-model]")) {
      const { model: mode } = button.dataset;
      button.addEventListener("click", () => this.#send("/model", { mode }));
    }
    byId("demo-limit").addEventListener("click", ({ currentTarget }) => {
      const limited = currentTarget.getAttribute("aria-pressed") !== "true";
      this.#send("/discord", { limited });
    });
    byId("demo-correct").addEventListener("click", () => this.#send("/correction", {}));
    byId("demo-kill").addEventListener("click", () => this.#send("/kill", {}));
  }

  /**
   * Show the box when the daemon is played with, and follow the state of the play.
   *
   * @param {string} controls the address of the control server, "" without one.
   */
  show(controls) {
    byId("demo").hidden = controls === "";
    if (this.#controls === "") byId("demo").open = matchMedia(ROOMY).matches;
    if (controls === "" || this.#controls !== "") {
      this.#controls = controls;
      return;
    }
    this.#controls = controls;
    this.#follow();
  }

  /**
   * Light up the card that was typed here.
   *
   * @param {object} alert
   */
  hear(alert) {
    if (!this.#isAwaited(alert)) return;
    this.#awaited = null;
    this.#channel.toTop();
    this.#channel.feed.find(({ id }) => id === alert.id)?.flash();
    this.#say("Posted: there it is. The analysis is edited in.");
  }

  /** Look for the typed headline where no event tells of it. */
  async look() {
    if (!this.#awaited) return;
    this.#looks += 1;
    // A list loaded anew, as after a restart of the bot, brings no event for a card.
    const card = this.#channel.feed.find((alert) => this.#isAwaited(alert));
    if (card) {
      this.hear(card.alert);
      return;
    }
    const { rejections } = await this.#api.get("/api/rejections", { limit: 20 });
    const found = rejections.find((rejection) => this.#isRefused(rejection));
    if (found) {
      this.#awaited = null;
      const reason = `${found.reason.replaceAll("_", " ")}, ${found.detail}`;
      this.#say(`Not posted: ${reason}. You find it under Rejected.`);
    } else if (this.#awaited && this.#looks > LOOKS) {
      this.#awaited = null;
      this.#say(`Nothing is known of it after ${LOOKS} s. Look under Alerts and Rejected.`);
    }
  }

  // An older card or rejection with the same headline is another one.

  #isAwaited({ posted, title }) {
    if (!this.#awaited || (posted ?? Infinity) < this.#awaited.real) return false;
    return essence(title) === this.#awaited.essence;
  }

  #isRefused({ at, title }) {
    if (!this.#awaited || unixOf(at) < this.#awaited.event) return false;
    return essence(title) === this.#awaited.essence;
  }

  async #type() {
    const field = byId("demo-title");
    const title = field.value.trim();
    const ticker = byId("demo-ticker").value.trim().toUpperCase();
    if (!title) return;
    const typed = { real: this.#clock.real(), event: this.#clock.event() };
    const sent = await this.#send("/headline", { title, ...(ticker && { ticker }) });
    if (!sent) return;
    field.value = "";
    this.#awaited = { ...typed, essence: essence(sent.title) };
    this.#looks = 0;
    this.#say("Published on a simulated wire. The bot sees it at its next poll.");
    // How the bot reads and scores it; what it makes of it comes next.
    this.#trace(await this.#api.get("/api/score", { text: sent.title }));
    await this.look(); // it may have come before it was awaited
  }

  #trace(read) {
    const { score, label, tickers } = read;
    const found = tickers.map(({ symbol, method, role }) => {
      return el("span", { class: "demo-ticker", title: `${role}, by ${method}` }, symbol);
    });
    const number = el("strong", { "data-side": label }, signed(score, 2));
    const line = el("p", {}, "Score ", number, ` ${label} `, ...found);
    byId("demo-trace").replaceChildren(line, explanation(read));
  }

  async #send(path, body) {
    try {
      const response = await fetch(this.#controls + path, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(DEADLINE),
      });
      const answer = await response.json();
      if (!response.ok) {
        this.#say(answer.detail ?? answer.error);
        return null;
      }
      if (path === "/correction") this.#say(`Corrected: ${answer.title}`);
      if ("model" in answer) this.#state(answer);
      return answer;
    } catch (error) {
      this.#say(`The demo does not answer: ${error.message}`);
      return null;
    }
  }

  async #follow() {
    while (this.#controls !== "") {
      try {
        const signal = AbortSignal.timeout(DEADLINE);
        const response = await fetch(`${this.#controls}/state`, { signal });
        if (response.ok) this.#state(await response.json());
      } catch {
        setText(byId("demo-state"), "The demo has ended.");
      }
      await new Promise((resolve) => setTimeout(resolve, EACH));
    }
  }

  #state({ scenario, model, limited, bot, restarts, over }) {
    const parts = [
      `the bot ${BOTS[bot] ?? bot}${restarts ? `, restarted ${restarts}×` : ""}`,
      `the model ${MODELS[model] ?? model}`,
      limited ? "Discord is rate-limited" : "",
      `scenario ${scenario}${over ? ", over" : ""}`,
    ];
    setText(byId("demo-state"), parts.filter(Boolean).join(" • "));
    for (const button of document.querySelectorAll("#demo [data-model]")) {
      setAttribute(button, "aria-pressed", String(button.dataset.model === model));
    }
    setAttribute(byId("demo-limit"), "aria-pressed", String(limited));
    byId("demo-kill").disabled = bot !== "running";
  }

  #say(text) {
    setText(byId("demo-answer"), text);
  }
}

/** Return the letters and digits of a headline: the bot takes tags and the like out. */
function essence(title) {
  let text = title;
  for (let layer = 0; layer < LAYERS; layer += 1) {
    const bare = text.replace(/<[^>]*>/g, " "); // no element is left to be made of it
    text = new DOMParser().parseFromString(bare, "text/html").body.textContent;
  }
  return text.replace(/[^\p{L}\p{N}]+/gu, "").toLowerCase() || title;
}
