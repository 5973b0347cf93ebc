/** Dark, light, or what the machine prefers. Loaded before the first paint. */

const STORED = "catalyst-bot theme";
const ORDER = ["auto", "dark", "light"];
const root = document.documentElement;

function apply(theme) {
  root.dataset.theme = theme;
}

function stored() {
  const theme = localStorage.getItem(STORED);
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
    localStorage.setItem(STORED, theme);
    apply(theme);
    label();
  });
  label();
}

apply(stored());
