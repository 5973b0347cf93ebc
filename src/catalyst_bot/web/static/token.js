/** Asks for the API token that a daemon beyond this machine wants. */

import { byId, setText } from "./dom.js";

const SENDABLE = /^[\x21-\x7e]+$/; // what a header can carry
const NOT_SENDABLE = "A token is letters, digits and signs of ASCII, without spaces.";
const NOT_ACCEPTED = "This token was not accepted.";

/**
 * Return the token that the reader enters.
 *
 * @param {boolean} wasRefused whether the bot did not accept the one before.
 * @returns {Promise<string>}
 */
export function askToken(wasRefused) {
  const dialog = byId("token-dialog");
  const field = byId("token");
  const fault = byId("token-fault");
  const asking = new AbortController();
  const { signal } = asking;
  const show = () => dialog.open || dialog.showModal();
  field.value = "";
  setText(fault, wasRefused ? NOT_ACCEPTED : "");
  dialog.addEventListener("cancel", (event) => event.preventDefault(), { signal });
  // A browser closes it all the same when Escape is pressed twice.
  dialog.addEventListener("close", show, { signal });
  show();
  return new Promise((resolve) => {
    const submitted = (event) => {
      event.preventDefault();
      const token = field.value.trim();
      if (!SENDABLE.test(token)) {
        setText(fault, NOT_SENDABLE);
        return;
      }
      asking.abort();
      dialog.close();
      resolve(token);
    };
    byId("token-form").addEventListener("submit", submitted, { signal });
  });
}
