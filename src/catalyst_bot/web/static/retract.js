/** The form by which an operator takes an alert back. */

import { el, setText } from "./dom.js";

const LONGEST = 200; // characters of a reason, as the daemon has it

/**
 * Return the form for an alert.
 *
 * @param {object} alert
 * @param {import("./api.js").Api} api
 * @returns {HTMLElement}
 */
export function retractForm(alert, api) {
  const name = { id: "retract-reason", type: "text", placeholder: "Reason, shown on the card" };
  const limits = { maxlength: LONGEST, required: true, autocomplete: "off" };
  const reason = el("input", { ...name, ...limits });
  const label = el("label", { class: "sr-only", for: "retract-reason" }, "Reason");
  const button = el("button", { class: "ghost danger", type: "submit" }, "Retract");
  const answer = el("p", { class: "quiet", role: "status" });
  const form = el("form", { class: "retract" }, label, reason, button);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    setText(answer, await retract(alert.id, reason.value, api));
    button.disabled = false;
  });
  return el("div", {}, form, answer);
}

async function retract(id, reason, api) {
  try {
    const done = await api.order("/api/control/retract", { id, reason });
    if (done === null) return "";
    const where = done.channels.join(", ") || "nowhere: it was not posted, and will not be";
    const age = done.is_old ? " It is over an hour old: Discord may refuse the edit." : "";
    return `${done.is_new ? "Retracted" : "Retracted before"}. Struck through in: ${where}.${age}`;
  } catch (error) {
    return `Not done: ${error.message}`;
  }
}
