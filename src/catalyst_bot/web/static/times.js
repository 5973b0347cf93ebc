/** Writes moments and durations for people. */

const RELATIVE = new Intl.RelativeTimeFormat("en", { numeric: "always" });
const UNITS = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];
const STYLES = {
  t: { timeStyle: "short" },
  T: { timeStyle: "medium" },
  d: { dateStyle: "short" },
  D: { dateStyle: "long" },
  f: { dateStyle: "long", timeStyle: "short" },
  F: { dateStyle: "full", timeStyle: "short" },
};
const FORMS = Object.fromEntries(
  Object.entries(STYLES).map(([name, style]) => [
    name,
    new Intl.DateTimeFormat(undefined, style),
  ]),
);
const DAY = new Intl.DateTimeFormat("en-CA", { dateStyle: "short" });

/**
 * Return "3 minutes ago" or "in 5 seconds".
 *
 * @param {number} seconds from now; negative is past.
 * @returns {string}
 */
export function relative(seconds) {
  const [unit, size] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? UNITS[5];
  return RELATIVE.format(Math.trunc(seconds / size), unit);
}

/**
 * Return a moment in one of Discord's time styles (t T d D f F R).
 *
 * @param {number} unix seconds
 * @param {string} style
 * @param {number} now unix seconds
 * @returns {string}
 */
export function stamp(unix, style, now) {
  if (style === "R") return relative(unix - now);
  const moment = new Date(unix * 1000);
  if (Number.isNaN(moment.getTime())) return "an unknown time";
  return (FORMS[style] ?? FORMS.f).format(moment);
}

/**
 * Return "Today at 9:31 AM", "Yesterday at …", or the date, as Discord does.
 *
 * @param {number} unix seconds
 * @param {number} now unix seconds
 * @returns {string}
 */
export function calendar(unix, now) {
  const day = (seconds) => DAY.format(new Date(seconds * 1000));
  const time = FORMS.t.format(new Date(unix * 1000));
  if (day(unix) === day(now)) return `Today at ${time}`;
  if (day(unix) === day(now - 86_400)) return `Yesterday at ${time}`;
  return `${FORMS.d.format(new Date(unix * 1000))} ${time}`;
}

/**
 * Return a duration with as many digits as a person wants: 93 ms, 1.84 s, 12 s, 3 min.
 *
 * @param {number} seconds
 * @returns {string}
 */
export function duration(seconds) {
  if (seconds < 0.01) return `${Number((seconds * 1000).toFixed(1))} ms`;
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 10) return `${Number(seconds.toFixed(2))} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3600)} h`;
}

/**
 * Return how long ago something was, in whole units: now, 3 s ago, 12 min ago.
 *
 * @param {number} seconds
 * @returns {string}
 */
export function ago(seconds) {
  const [, size] = UNITS.find(([, length]) => seconds >= length) ?? UNITS[5];
  const count = Math.floor(seconds / size);
  const unit = { 1: "s", 60: "min", 3600: "h" }[size];
  if (count < 1) return "now";
  return unit ? `${count} ${unit} ago` : relative(-seconds);
}

/**
 * Return the unix seconds of an ISO 8601 text; NaN when it is none.
 *
 * @param {string} iso
 * @returns {number}
 */
export function unixOf(iso) {
  return Date.parse(iso) / 1000;
}
