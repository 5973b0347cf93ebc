/** Links within the page: to another card, and to what a watch took. */

/**
 * Follow them: a card is shown, or told of where it is not loaded; both in the alerts.
 *
 * @param {import("./feed.js").Feed} feed
 * @param {import("./tabs.js").Tabs} tabs
 * @param {(id: string) => void} why
 */
export function followLinks(feed, tabs, why) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a.card-link[href^='#'], a.watch-link");
    if (!link) return;
    tabs.show("alerts");
    if (link.matches(".watch-link")) return; // the filter reads the address
    const id = link.hash.replace("#title-", "");
    event.preventDefault(); // the address keeps the filter
    const card = feed.find((alert) => alert.id === id);
    if (!card) {
      why(id);
      return;
    }
    card.article.focus({ preventScroll: true });
    card.article.scrollIntoView({ block: "nearest" });
    card.flash();
  });
}
