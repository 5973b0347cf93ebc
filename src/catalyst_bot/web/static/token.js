/** Asks for the API token that orders, and a daemon beyond this machine, want. */

import { byId, setText } from "./dom.js";

const SENDABLE = /^[\x21-\x7e]+$/; // what a header can carry
const NOT_SENDABLE = "A token is letters, digits and signs of ASCII, without spaces.";
const NOT_ACCEPTED = "This token was not accepted.";

/**
 * Return the token that the reader enters, null when an order is given up.
 *
 * @param {{wasRefused: boolean, forOrder: boolean}} why whether the bot did not accept
 *   the one before, and whether the page can go on without.
 * @returns {Promise<string|null>}
 */
export function askToken({ wasRefused, forOrder }) {
  const dialog = byId("token-dialog");
  const field = byId("token");
  const fault = byId("token-fault");
  const asking = new AbortController();
  const { signal } = asking;
  const show = () => dialog.open || dialog.showModal();
  field.value = "";
  setText(fault, wasRefused ? NOT_ACCEPTED : "");
  byId("token-cancel").hidden = !forOrder;
  byId("token-order").hidden = !forOrder;
  if (!forOrder) {
    dialog.addEventListener("cancel", (event) => event.preventDefault(), { signal });
    // A browser closes it all the same when Escape is pressed twice.
    dialog.addEventListener("close", show, { signal });
  }
  show();
  return new Promise((resolve) => {
    const given = (token) => {
      asking.abort();
      dialog.close();
      resolve(token);
    };
    if (forOrder) {
      dialog.addEventListener("close", () => given(null), { signal });
      byId("token-cancel").addEventListener("click", () => given(null), { signal });
    }
    const submitted = (event) => {
      event.preventDefault();
      const token = field.value.trim();
      if (!SENDABLE.test(token)) {
        setText(fault, NOT_SENDABLE);
        return;
      }
      given(token);
    };
    byId("token-form").addEventListener("submit", submitted, { signal });
  });
}
