/** One message of the channel: the card, and beneath it what was measured. */

import { el } from "./dom.js";
import { renderButtons, renderEmbed } from "./embed.js";
import { markdown } from "./markdown.js";
import { Meter } from "./meter.js";
import { watchLink } from "./watches.js";
import { unixOf } from "./times.js";

export class Card {
  #clock;
  #shown = ""; // the payload on the screen, as text
  #meter;
  #head = el("header", { class: "message-head" });
  #content = el("p", { class: "message-content" });
  #edited = el("span", { class: "edited" }, " (edited)");
  #embed = el("div");
  #buttons = el("div");
  #watches = el("p", { class: "watched", hidden: true });

  /**
   * @param {object} alert as the API gives it.
   * @param {import("./clock.js").Clock} clock
   * @param {(id: string) => void} why called when the reader asks why.
   */
  constructor(alert, clock, why) {
    this.id = alert.id;
    this.raised = unixOf(alert.raised_at);
    this.#clock = clock;
    this.#meter = new Meter(clock, () => why(this.id));
    const body = el("div", { class: "message-body" });
    body.append(this.#head, this.#content, this.#embed, this.#buttons);
    body.append(this.#watches, this.#meter.element);
    this.article = el(
      "article",
      { class: "message", tabindex: "-1", "aria-labelledby": `title-${this.id}` },
      el("img", { class: "avatar", src: "/static/favicon.svg", alt: "" }),
      body,
    );
    const attributes = { class: "message-item", role: "listitem", "data-id": this.id };
    this.element = el("div", attributes, this.article);
    this.#fill(alert);
  }

  /**
   * Show a newer state in place.
   *
   * @param {object} alert
   */
  update(alert) {
    const before = [this.#shown, this.#watches.textContent].join();
    this.#fill(alert);
    if ([this.#shown, this.#watches.textContent].join() !== before) this.flash();
  }

  /** Light up for a moment. */
  flash() {
    this.article.classList.remove("is-lit");
    requestAnimationFrame(() => this.article.classList.add("is-lit"));
  }

  /** Bring times and waiting up to date; called once a second while visible. */
  tick() {
    this.#clock.refresh(this.element);
    this.#meter.tick();
  }

  #fill(alert) {
    this.alert = alert;
    this.article.dataset.phase = alert.phase;
    this.#fillHead(alert);
    this.#fillWatches(alert.watches);
    this.#meter.show(alert);
    this.#edited.hidden = alert.edits === 0;
    const payload = JSON.stringify(alert.card);
    if (payload === this.#shown) return;
    const focused = this.#focusedLink();
    this.#shown = payload;
    const [embed] = alert.card.embeds;
    const line = markdown(alert.card.content, this.#clock, "event");
    this.#content.replaceChildren(...line, this.#edited);
    this.#embed = replace(this.#embed, renderEmbed(embed, this.#clock, `title-${this.id}`));
    this.#buttons = replace(this.#buttons, renderButtons(alert.card.components ?? []));
    if (focused >= 0) this.#links()[focused]?.focus();
  }

  #fillHead(alert) {
    if (this.#head.dataset.raised === alert.raised_at) return;
    this.#head.dataset.raised = alert.raised_at;
    this.#head.replaceChildren(
      el("span", { class: "author" }, "catalyst-bot"),
      el("span", { class: "app-tag" }, "APP"),
      this.#clock.time(unixOf(alert.raised_at), "calendar", "event"),
    );
  }

  #fillWatches(watches) {
    this.#watches.hidden = watches.length === 0;
    const parts = watches.flatMap(({ query, score, source }, index) => [
      index ? " • " : "Watch ",
      watchLink(query),
      ` (${score.toFixed(2)}${source === "llm" ? ", by the model" : ""})`,
    ]);
    const shown = parts.map((part) => part.textContent ?? part).join("");
    if (shown !== this.#watches.textContent) this.#watches.replaceChildren(...parts);
  }

  #links() {
    return [...this.#embed.querySelectorAll("a"), ...this.#buttons.querySelectorAll("a")];
  }

  #focusedLink() {
    return this.#links().indexOf(document.activeElement);
  }
}

/**
 * Return what is announced of a new card: one line.
 *
 * @param {object} alert
 * @returns {string}
 */
export function announcement(alert) {
  const subject = alert.tickers[0] || alert.company || "Market";
  return `${subject}, ${alert.side}: ${alert.title}`;
}

function replace(old, fresh) {
  old.replaceWith(fresh);
  return fresh;
}
