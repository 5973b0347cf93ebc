/**
 * Knows two times of the daemon: that of its machine, and that of the events. They differ
 * under `demo`, where a market day passes in minutes.
 */

import { setText } from "./dom.js";
import { calendar, stamp } from "./times.js";

export class Clock {
  #heard = null; // the last moment of event time, and when it was heard
  #speed = 1; // event seconds in a real one
  #ahead = 0; // seconds that the daemon's machine is ahead of the reader's

  /**
   * Take both times of the daemon, as they are now.
   *
   * @param {number} event unix seconds of event time.
   * @param {number} unix seconds of its machine.
   */
  hear(event, unix) {
    if (Number.isFinite(unix)) this.#ahead = unix - Date.now() / 1000;
    if (!Number.isFinite(event)) return;
    const real = this.real();
    const passed = this.#heard ? real - this.#heard.real : 0;
    if (passed > 0.5) this.#speed = Math.max(0, (event - this.#heard.event) / passed);
    this.#heard = { event, real };
  }

  /** @returns {number} unix seconds of the daemon's machine. */
  real() {
    return Date.now() / 1000 + this.#ahead;
  }

  /** @returns {number} unix seconds of event time. */
  event() {
    if (!this.#heard) return this.real();
    const { event, real } = this.#heard;
    return event + (this.real() - real) * this.#speed;
  }

  /**
   * Return a `<time>` that `refresh` keeps true.
   *
   * @param {number} unix seconds
   * @param {string} style one of Discord's (t T d D f F R), or "calendar".
   * @param {"event"|"real"} base which of the two times `unix` is.
   * @returns {HTMLTimeElement}
   */
  time(unix, style, base) {
    const element = document.createElement("time");
    const moment = new Date(unix * 1000);
    if (!Number.isNaN(moment.getTime())) {
      element.dateTime = moment.toISOString();
      element.title = stamp(unix, "F", 0);
    }
    Object.assign(element.dataset, { unix, style, base });
    this.#write(element);
    return element;
  }

  /** Bring every moving `<time>` under `root` up to date. @param {ParentNode} root */
  refresh(root) {
    const moving = 'time[data-style="R"], time[data-style="calendar"]';
    for (const element of root.querySelectorAll(moving)) this.#write(element);
  }

  #write(element) {
    const { unix, style, base } = element.dataset;
    const now = base === "event" ? this.event() : this.real();
    const isCalendar = style === "calendar";
    const write = isCalendar ? calendar : (at, from) => stamp(at, style, from);
    setText(element, write(Number(unix), now));
  }
}
