/** The drawer that searches the feeds, EDGAR and all that was seen. */

import { byId, el, outLink } from "./dom.js";
import { unixOf } from "./times.js";

export class SearchDialog {
  #api;
  #clock;
  #dialog = byId("search");
  #query = byId("search-query");
  #note = byId("search-note");
  #found = byId("search-found");
  #wanted = 0; // the search asked for last; answers may come in another order

  /**
   * @param {import("./api.js").Api} api
   * @param {import("./clock.js").Clock} clock
   */
  constructor(api, clock) {
    this.#api = api;
    this.#clock = clock;
    byId("search-open").addEventListener("click", () => this.open());
    byId("search-close").addEventListener("click", () => this.#dialog.close());
    this.#dialog.addEventListener("click", (event) => {
      if (event.target === this.#dialog) this.#dialog.close(); // its backdrop
    });
    byId("search-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#search();
    });
  }

  /** Open with what was found last; the focus returns to where it was. */
  open() {
    this.#dialog.showModal();
    this.#query.focus();
    this.#query.select();
  }

  async #search() {
    this.#wanted += 1;
    const number = this.#wanted;
    this.#note.textContent = "Searching…";
    const answer = await this.#answer(this.#query.value);
    if (number !== this.#wanted) return;
    this.#note.textContent = answer.note;
    this.#found.replaceChildren(...answer.results.map((result) => this.#item(result)));
  }

  async #answer(query) {
    try {
      const reply = await this.#api.order("/api/search", { query });
      if (reply === null) return { note: "Nothing was asked: a token is needed.", results: [] };
      return { note: noteOf(reply), results: reply.results };
    } catch (error) {
      return { note: `Nothing was found: ${error.message}`, results: [] };
    }
  }

  #item({ title, url, source, also, tickers, published }) {
    const told = [source, ...also].join(", ");
    const about = tickers.length ? ` • ${tickers.join(" ")}` : "";
    const time = this.#clock.time(unixOf(published), "f", "event");
    return el(
      "li",
      {},
      outLink(url, "found-title", title),
      el("p", { class: "quiet" }, `${told}${about} • `, time),
    );
  }
}

function noteOf({ results, sources }) {
  const count = results.length === 1 ? "1 result" : `${results.length} results`;
  const faults = Object.entries(sources)
    .filter(([, { error }]) => error)
    .map(([name, { error }]) => `${name}: ${error}`);
  return [results.length ? `${count}.` : "Nothing found.", ...faults].join(" ");
}
