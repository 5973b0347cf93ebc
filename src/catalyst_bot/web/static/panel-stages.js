/** One histogram per stage of the way from the feed to the verdict. */

import { arrange, el, setText } from "./dom.js";
import { duration } from "./times.js";

export class StagesSection {
  #root;
  #figures = new Map();

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#root = root;
  }

  /** @param {object[]} stages of the status. */
  show(stages) {
    arrange(this.#root, stages.map((stage) => this.#figure(stage)));
  }

  #figure(stage) {
    const figure = this.#figures.get(stage.name) ?? emptyFigure(stage);
    this.#figures.set(stage.name, figure);
    setText(figure.querySelector(".stage-mean"), mean(stage));
    const highest = Math.max(1, ...stage.buckets.map(({ count }) => count));
    const bars = figure.querySelector(".bars").children;
    stage.buckets.forEach(({ count }, index) => {
      bars[index]?.style.setProperty("--share", (count / highest).toFixed(3));
      bars[index]?.classList.toggle("is-empty", count === 0);
    });
    setText(figure.querySelector(".sr-only"), inWords(stage));
    return figure;
  }
}

function emptyFigure({ name, buckets }) {
  const bars = buckets.map(({ upto }) => el("span", { class: "bar", title: limit(upto) }));
  const first = buckets[0]?.upto ?? null;
  const last = buckets.findLast(({ upto }) => upto !== null)?.upto ?? null;
  return el(
    "figure",
    { class: "stage" },
    el(
      "figcaption",
      {},
      el("span", { class: "stage-name" }, name),
      el("span", { class: "stage-mean" }),
    ),
    el("div", { class: "bars", "aria-hidden": "true" }, ...bars),
    el(
      "div",
      { class: "axis", "aria-hidden": "true" },
      el("span", {}, first === null ? "" : limit(first)),
      el("span", {}, last === null ? "" : `> ${duration(last)}`),
    ),
    el("p", { class: "sr-only" }),
  );
}

function mean({ count, mean: seconds }) {
  return count === 0 ? "none yet" : `mean ${duration(seconds)} of ${count}`;
}

function limit(upto) {
  return upto === null ? "longer" : `≤ ${duration(upto)}`;
}

function inWords({ buckets }) {
  const filled = buckets.filter(({ count }) => count > 0);
  return filled.map(({ upto, count }) => `${limit(upto)}: ${count}`).join(", ");
}
