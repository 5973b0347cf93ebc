/** The models: the circuit of each, what it works at, and how the readings ended. */

import { arrange, byId, el, setAttribute, setText } from "./dom.js";

const STATES = {
  closed: "well",
  "half-open": "probing",
  open: "left alone",
  off: "left out",
};
const OUTCOMES = {
  analysed: "verdict",
  analysed_late: "late verdict",
  timed_out: "timed out",
  offline: "offline",
  busy: "busy",
  unusable: "unusable",
};
const OFF = "FEATURE_LLM is 0: cards go without an analysis.";

export class ModelSection {
  #root;
  #providers = new Map();
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
    const isOff = llm.providers.length === 0;
    setText(byId("model-state"), isOff ? "switched off" : (STATES[llm.state] ?? llm.state));
    arrange(byId("providers"), llm.providers.map((provider) => this.#provider(provider)));
    byId("model-note").hidden = !isOff;
    setText(byId("model-note"), isOff ? OFF : "");
    this.#answers(llm.answers);
  }

  #provider(now) {
    const row = kept(this.#providers, now.provider, () => emptyRow(now.provider));
    setAttribute(row, "data-state", now.state);
    setText(row.querySelector(".provider-state"), STATES[now.state] ?? now.state);
    setText(row.querySelector(".provider-model"), now.model);
    const load = `${now.in_flight} of ${now.limit} in flight, ${now.waiting} waiting`;
    setText(row.querySelector(".provider-load"), load);
    const note = noteOf(now);
    const fault = row.querySelector(".provider-fault");
    fault.hidden = note === "";
    setText(fault, note);
    return row;
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

function emptyRow(name) {
  return el(
    "li",
    { class: "provider" },
    el("span", { class: "dot", "aria-hidden": "true" }),
    el("span", { class: "provider-name" }, name),
    el("span", { class: "provider-state" }),
    el("span", { class: "provider-model" }),
    el("span", { class: "provider-load" }),
    el("span", { class: "provider-fault", hidden: true }),
  );
}

function noteOf({ state, fault, retry_in: retry }) {
  const probe = state === "open" && retry > 0 ? `next probe in ${Math.ceil(retry)} s` : "";
  return [fault, probe].filter(Boolean).join("; ");
}

function kept(map, key, make) {
  if (!map.has(key)) map.set(key, make());
  return map.get(key);
}
