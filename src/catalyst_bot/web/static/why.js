/** The dialog that tells of one alert why it was posted, and what became of it. */

import { byId, el } from "./dom.js";
import { retractForm } from "./retract.js";
import { explanation, signed } from "./trace.js";
import { unixOf } from "./times.js";

const CHANGES = {
  revised: "Headline changed; it was",
  corrected: "Corrected; it was",
  retracted: "Retracted",
  updated: "Updated; it was",
  resumed: "Trading resumed",
};

export class WhyDialog {
  #api;
  #clock;
  #dialog = byId("why");
  #body = byId("why-body");
  #wanted = ""; // the id asked for last; answers may come in another order

  /**
   * @param {import("./api.js").Api} api
   * @param {import("./clock.js").Clock} clock
   */
  constructor(api, clock) {
    this.#api = api;
    this.#clock = clock;
    byId("why-close").addEventListener("click", () => this.#dialog.close());
    this.#dialog.addEventListener("click", (event) => {
      if (event.target === this.#dialog) this.#dialog.close(); // its backdrop
    });
  }

  /**
   * Open for an alert; the focus returns to where it was when the dialog closes.
   *
   * @param {string} id
   */
  async open(id) {
    this.#wanted = id;
    this.#body.replaceChildren(el("p", { class: "quiet" }, "Loading…"));
    if (!this.#dialog.open) this.#dialog.showModal();
    const content = await this.#explained(id);
    if (this.#wanted === id) this.#body.replaceChildren(...content);
  }

  async #explained(id) {
    try {
      const alert = await this.#api.get(`/api/alerts/${encodeURIComponent(id)}`);
      return this.#sections(alert);
    } catch (error) {
      return [el("p", { role: "alert" }, `This alert cannot be shown: ${error.message}`)];
    }
  }

  #sections(alert) {
    const { why } = alert;
    return [
      el("h3", { class: "why-title" }, alert.title),
      el("p", { class: "quiet" }, ...this.#origin(alert)),
      section("Score", ...score(alert)),
      section("Gates", gates(why.gates)),
      alert.statements.length
        ? section("What its document states", statements(alert.statements))
        : null,
      section("Where it went", this.#route(why.route)),
      alert.changes.length ? section("What changed", this.#changes(alert.changes)) : null,
      why.related.length ? section("Seen again, not posted", related(why.related)) : null,
      section("Take it back", retractForm(alert, this.#api)),
    ].filter(Boolean);
  }

  #origin(alert) {
    const sources = [alert.source, ...alert.also].join(", ");
    const raised = this.#clock.time(unixOf(alert.raised_at), "F", "event");
    return [`${alert.event} from ${sources} • `, raised, ` • id ${alert.id}`];
  }

  #route(route) {
    if (!route.length) return el("p", { class: "quiet" }, "Not posted yet.");
    return el("ul", { class: "plain-list" }, ...route.map((stop) => this.#stop(stop)));
  }

  #stop({ channel, message_id: message, posted, held }) {
    const item = el("li", {}, el("strong", {}, channel));
    if (held) item.append(` • held back: ${held}`);
    if (!message) return item;
    if (posted) item.append(" • ", this.#clock.time(posted, "T", "real"));
    item.append(" • message ", el("code", {}, message));
    return item;
  }

  #changes(changes) {
    const items = changes.map(({ kind, was, note, at }) => {
      const moment = this.#clock.time(unixOf(at), "T", "event");
      const parts = [was ? el("s", {}, was) : null, note, moment].filter(Boolean);
      const line = parts.flatMap((part, index) => (index ? [" • ", part] : [part]));
      return el("li", {}, `${CHANGES[kind] ?? kind}: `, ...line);
    });
    return el("ul", { class: "plain-list" }, ...items);
  }
}

function section(title, ...children) {
  return el("section", { class: "why-section" }, el("h4", {}, title), ...children);
}

function score(alert) {
  const { score: made } = alert.why;
  if (alert.score === null || !made) return [el("p", {}, "It was not scored.")];
  const number = el("span", { class: "big-score", "data-side": alert.side });
  number.append(signed(alert.score, 2));
  const value = `value ${alert.value.toFixed(2)}`;
  const line = el("p", { class: "score-line" }, number, ` ${alert.side}, ${value}`);
  return [line, explanation(made)];
}

function gates(list) {
  const items = list.map(({ name, passed, detail }) =>
    el(
      "li",
      { class: passed ? "gate is-passed" : "gate is-shut" },
      el("span", { class: "gate-sign", "aria-hidden": "true" }, passed ? "✓" : "✕"),
      el("span", { class: "gate-name" }, name.replaceAll("_", " ")),
      el("span", { class: "sr-only" }, passed ? "passed" : "failed"),
      el("span", { class: "gate-detail" }, detail),
    ),
  );
  return el("ul", { class: "gates" }, ...items);
}

function statements(list) {
  const items = list.map(({ statement, context, section: part, table_id: table }) =>
    el(
      "li",
      {},
      `${statement} `,
      el("span", { class: "quiet" }, [context, table || part.replaceAll("_", " ")].filter(Boolean).join(" • ")),
    ),
  );
  return el("ul", { class: "plain-list" }, ...items);
}

function related(rejections) {
  const items = rejections.map(({ source, title, reason, detail }) =>
    el(
      "li",
      {},
      el("span", { class: "reason", "data-reason": reason }, reason.replaceAll("_", " ")),
      ` ${title} `,
      el("span", { class: "quiet" }, [source, detail].filter(Boolean).join(" • ")),
    ),
  );
  return el("ul", { class: "plain-list" }, ...items);
}
