/** Dark, light, or what the machine prefers. Loaded before the first paint. */

import { Stored } from "./stored.js";

const ORDER = ["auto", "dark", "light"];
const kept = new Stored(() => localStorage, "catalyst-bot theme");
const root = document.documentElement;

function apply(theme) {
  root.dataset.theme = theme;
}

function stored() {
  const theme = kept.get();
  return ORDER.includes(theme) ? theme : "auto";
}

/**
 * Make `button` go through the themes.
 *
 * @param {HTMLElement} button
 */
export function themeButton(button) {
  const label = () => {
    button.dataset.shows = stored();
    button.setAttribute("aria-label", `Theme: ${stored()}. Change it`);
    button.title = `Theme: ${stored()}`;
  };
  button.addEventListener("click", () => {
    const theme = ORDER[(ORDER.indexOf(stored()) + 1) % ORDER.length];
    kept.set(theme);
    apply(theme);
    label();
  });
  label();
}

apply(stored());
