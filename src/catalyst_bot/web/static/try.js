/** A form that sends a GET and shows the answer. */

import { el } from "./dom.js";

const STREAM = "text/event-stream";
const SHOWN = 20_000; // characters
let forms = 0;

/**
 * Return the form of an operation; null for a stream, which never ends.
 *
 * @param {object} operation of the OpenAPI document, with its path.
 * @param {import("./api.js").Api} api
 * @returns {HTMLElement|null}
 */
export function tryForm({ path, parameters = [], responses = {} }, api) {
  if (responses["200"]?.content?.[STREAM]) return null;
  forms += 1;
  const inputs = parameters.map(({ name, required }) => {
    const attributes = { id: `try-${forms}-${name}`, name, required: Boolean(required) };
    return el("input", { ...attributes, type: "text", autocomplete: "off" });
  });
  const labels = inputs.map((input) =>
    el("span", { class: "try-field" }, el("label", { for: input.id }, input.name), input),
  );
  const answer = el("pre", { class: "answer", tabindex: "0", hidden: true });
  const button = el("button", { class: "primary", type: "submit" }, "Try it");
  const form = el("form", { class: "try", "aria-label": `Try ${path}` }, ...labels, button);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    answer.hidden = false;
    answer.textContent = "…";
    const given = Object.fromEntries(inputs.map(({ name, value }) => [name, value]));
    answer.textContent = await ask(api, path, parameters, given);
  });
  return el("div", {}, form, answer);
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text; // the metrics are no JSON
  }
}

async function ask(api, path, parameters, given) {
  const query = {};
  let url = path;
  for (const { name, in: place } of parameters) {
    if (place === "path") url = url.replace(`{${name}}`, encodeURIComponent(given[name]));
    else query[name] = given[name];
  }
  try {
    const text = pretty(await api.text(url, query));
    return text.length > SHOWN ? `${text.slice(0, SHOWN)}\n…` : text;
  } catch (error) {
    return error.status ? `${error.status}: ${error.message}` : error.message;
  }
}
