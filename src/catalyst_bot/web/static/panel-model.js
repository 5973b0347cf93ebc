/** The model: the state of its breaker, what it works at, and how its answers ended. */

import { arrange, byId, el, setAttribute, setText } from "./dom.js";

const STATES = {
  closed: "well",
  "half-open": "probing",
  open: "left alone",
  off: "switched off",
};
const OUTCOMES = {
  analysed: "verdict",
  analysed_late: "late verdict",
  timed_out: "timed out",
  offline: "offline",
  busy: "busy",
  unusable: "unusable",
};

export class ModelSection {
  #root;
  #keys = new Map();
  #parts = new Map();

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#root = root;
  }

  /** @param {object} llm of the status. */
  show(llm) {
    setAttribute(this.#root, "data-state", llm.state);
    setAttribute(byId("model-state"), "data-state", llm.state);
    setText(byId("model-state"), STATES[llm.state] ?? llm.state);
    setText(byId("model-name"), llm.state === "off" ? "–" : llm.model);
    setText(byId("model-provider"), llm.provider);
    setText(byId("model-in-flight"), String(llm.in_flight));
    setText(byId("model-waiting"), String(llm.waiting));
    const note = noteOf(llm);
    byId("model-note").hidden = note === "";
    setText(byId("model-note"), note);
    this.#answers(llm.answers);
  }

  #answers(answers) {
    const given = Object.entries(answers).filter(([, count]) => count > 0);
    const sum = given.reduce((total, [, count]) => total + count, 0);
    byId("answers-none").hidden = sum > 0;
    const parts = given.map(([outcome, count]) => this.#part(outcome, count / sum));
    arrange(byId("answers-bar"), parts);
    arrange(byId("answers-key"), given.map(([outcome, count]) => this.#key(outcome, count)));
  }

  #part(outcome, share) {
    const part = kept(this.#parts, outcome, () => el("span", { "data-outcome": outcome }));
    part.style.setProperty("--share", share.toFixed(4));
    return part;
  }

  #key(outcome, count) {
    const name = OUTCOMES[outcome] ?? outcome;
    const key = kept(this.#keys, outcome, () =>
      el(
        "li",
        { "data-outcome": outcome },
        el("span", { class: "swatch", "aria-hidden": "true" }),
        el("span", {}, name),
        el("strong", {}),
      ),
    );
    setText(key.lastChild, String(count));
    return key;
  }
}

function noteOf({ state, fault, retry_in: retry }) {
  if (state === "off") return "FEATURE_LLM is 0: cards go without an analysis.";
  const probe = state === "open" && retry > 0 ? `next probe in ${Math.ceil(retry)} s` : "";
  return [fault, probe].filter(Boolean).join("; ");
}

function kept(map, key, make) {
  if (!map.has(key)) map.set(key, make());
  return map.get(key);
}
