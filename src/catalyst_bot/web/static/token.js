/** Asks for the API token that a daemon beyond this machine wants. */

import { byId } from "./dom.js";

/**
 * Return the token that the reader enters.
 *
 * @returns {Promise<string>}
 */
export function askToken() {
  const dialog = byId("token-dialog");
  const field = byId("token");
  field.value = "";
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  dialog.showModal();
  return new Promise((resolve) => {
    byId("token-form").addEventListener(
      "submit",
      (event) => {
        event.preventDefault();
        dialog.close();
        resolve(field.value.trim());
      },
      { once: true },
    );
  });
}
