/** Keeps the feed true to the daemon: loading, paging, filtering, live changes. */

import { byId, setText } from "./dom.js";
import { Feed } from "./feed.js";

const PAGE = 50;
const LARGEST_PAGE = 200;
const KEPT = 2500; // cards in the document; measured with 2,000
const QUIET = 1500; // milliseconds between two announcements
const FIRST_PAUSE = 1000; // milliseconds from a failed load to the next
const LONGEST_PAUSE = 30_000;

export class Channel {
  #api;
  #feed;
  #filter;
  #next = null;
  #loading = null;
  #reach; // tells when the end of the list comes near
  #isStale = false;
  #generation = 0; // rises when all is loaded anew
  #count = PAGE; // how many the next load asks for
  #fault = ""; // why the last load failed
  #due = 0; // Date.now() from which to load again; nothing is loaded at first
  #pause = FIRST_PAUSE;
  #meanwhile = []; // heard while a load was under way, which may not know of it yet
  #unannounced = [];
  #announcing = 0;

  /**
   * @param {object} parts
   * @param {import("./api.js").Api} parts.api
   * @param {import("./clock.js").Clock} parts.clock
   * @param {import("./filter.js").Filter} parts.filter
   * @param {(id: string) => void} parts.why
   */
  constructor({ api, clock, filter, why }) {
    this.#api = api;
    this.#filter = filter;
    const scroller = byId("alerts-panel");
    const onChange = () => this.#changed();
    this.#feed = new Feed({ list: byId("alerts"), scroller, clock, why, onChange });
    const older = byId("older");
    older.addEventListener("click", () => this.#older());
    const reach = { root: scroller, rootMargin: "800px" };
    this.#reach = new IntersectionObserver((seen) => {
      if (seen.at(-1).isIntersecting) this.#older();
    }, reach);
    this.#reach.observe(older);
    byId("pill").addEventListener("click", () => this.toTop());
    filter.onChange(() => this.#refilter());
  }

  /** @returns {Feed} */
  get feed() {
    return this.#feed;
  }

  /**
   * Load what the daemon has now; if that fails, say why, and let `catchUp` try again.
   *
   * @param {number} [count] how many alerts at most; as a rule as many as are shown.
   */
  reload(count = Math.max(PAGE, this.#feed.size + this.#feed.held)) {
    this.#isStale = true;
    this.#generation += 1;
    this.#count = count;
    this.#due = Infinity;
    this.#loading ??= this.#load()
      .then(() => this.#loaded(), (error) => this.#failed(error))
      .finally(() => {
        this.#loading = null;
        for (const alert of this.#meanwhile.splice(0)) this.#show(alert);
      });
  }

  /** Load what a load that failed has left out, when it is time to. */
  catchUp() {
    if (Date.now() >= this.#due) this.reload();
  }

  /**
   * Take an alert from the stream.
   *
   * @param {object} alert
   */
  hear(alert) {
    if (!this.#filter.matches(alert)) return;
    if (this.#loading) this.#meanwhile.push(alert);
    else this.#show(alert);
  }

  /** Bring the reader to the newest card. */
  toTop() {
    byId("alerts-panel").scrollTo({ top: 0 });
    this.#feed.release();
  }

  #show(alert) {
    const line = this.#feed.upsert(alert);
    if (line) this.#announce(line);
    if (this.#feed.size > KEPT && this.#feed.isAtTop) this.#shrink();
  }

  async #load() {
    while (this.#isStale) {
      this.#isStale = false;
      try {
        const { alerts, next } = await this.#newest(this.#count);
        if (this.#isStale) continue;
        this.#next = next;
        this.#fault = "";
        this.#feed.replace(alerts, next === null);
      } catch (error) {
        if (!this.#isStale) throw error; // else it is of no interest any more
      }
    }
  }

  #loaded() {
    this.#pause = FIRST_PAUSE;
    byId("alerts").setAttribute("aria-busy", "false");
  }

  #failed(error) {
    this.#fault = error.message;
    this.#due = Date.now() + this.#pause;
    this.#pause = Math.min(LONGEST_PAUSE, this.#pause * 2);
    byId("alerts").setAttribute("aria-busy", "false");
    this.#changed();
  }

  async #newest(count) {
    const alerts = [];
    let next = null;
    do {
      const limit = Math.min(LARGEST_PAGE, count - alerts.length);
      const page = await this.#page(limit, next);
      alerts.push(...page.alerts);
      next = page.next;
    } while (next !== null && alerts.length < count);
    return { alerts, next };
  }

  #page(limit, before) {
    return this.#api.get("/api/alerts", { limit, before, ...this.#filter.query() });
  }

  async #older() {
    if (this.#next === null || this.#loading) return;
    const cursor = this.#next;
    const generation = this.#generation;
    this.#next = null; // nobody else loads the same page
    try {
      const page = await this.#page(PAGE, cursor);
      if (generation !== this.#generation) return;
      this.#feed.append(page.alerts, page.next === null);
      this.#next = page.next;
      // Tells anew where the end is: it tells of changes only, and may still be near.
      this.#reach.unobserve(byId("older"));
      this.#reach.observe(byId("older"));
    } catch {
      // The banner tells why; the button is still there.
      if (generation === this.#generation) this.#next = cursor;
    }
    this.#changed();
  }

  #refilter() {
    this.#feed.clear();
    this.#next = null;
    this.#pause = FIRST_PAUSE;
    byId("alerts-panel").scrollTo({ top: 0 });
    this.reload();
  }

  #shrink() {
    this.reload(PAGE);
  }

  #changed() {
    const { held, size } = this.#feed;
    const pill = byId("pill");
    pill.hidden = held === 0;
    setText(byId("pill-count"), `${held} new ${held === 1 ? "alert" : "alerts"}`);
    byId("older").hidden = this.#next === null;
    const isEmpty = size + held === 0;
    setText(byId("load-fault"), this.#fault);
    byId("not-loaded").hidden = !isEmpty || this.#fault === "";
    byId("empty").hidden = !isEmpty || this.#fault !== "" || this.#filter.isOn;
    byId("no-match").hidden = !isEmpty || this.#fault !== "" || !this.#filter.isOn;
  }

  #announce(line) {
    this.#unannounced.push(line);
    this.#announcing ||= setTimeout(() => {
      const lines = this.#unannounced.splice(0);
      this.#announcing = 0;
      const text = lines.length === 1 ? lines[0] : `${lines.length} new alerts`;
      setText(byId("announcer"), text);
    }, QUIET);
  }
}
