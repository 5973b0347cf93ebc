/** Keys for those who do not want to leave the keyboard. */

import { byId } from "./dom.js";

/**
 * Listen for j, k, /, s, ? and Enter, and for the link past the head of the page; a field
 * that is being typed in keeps its keys.
 *
 * @param {import("./feed.js").Feed} feed
 * @param {import("./tabs.js").Tabs} tabs
 * @param {(id: string) => void} why
 * @param {() => void} search
 */
export function listenForKeys(feed, tabs, why, search) {
  const move = (step) => {
    tabs.show("alerts");
    const card = feed.neighbour(step);
    card?.article.focus();
    card?.article.scrollIntoView({ block: "nearest" });
  };
  const explain = () => {
    const card = feed.neighbour(0);
    if (card) why(card.id);
  };
  const actions = {
    j: () => move(1),
    k: () => move(-1),
    "?": explain,
    s: search,
    "/": () => {
      tabs.show("alerts");
      byId("filter-ticker").focus();
    },
  };
  byId("skip").addEventListener("click", (event) => {
    event.preventDefault(); // the address keeps the filter
    tabs.show("alerts");
    byId("alerts-panel").focus();
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.target.matches("input, select, textarea")) return;
    const isOnCard = event.target.matches("article.message");
    const action = event.key === "Enter" && isOnCard ? explain : actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
}
