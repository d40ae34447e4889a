/** Times, as a caller may give them. */

import { shown } from "./text.js";
import type { Time } from "./types.js";

const HOUR_AND_MINUTE = /(?:[01]\d|2[0-3]):[0-5]\d/;

/**
 * RFC 3339, section 5.6: a date, a time of day and the offset from UTC. A space may stand for the `T`. The engine reads
 * more, and differently from others. `tests/vectors/times.json` holds the rules as a table.
 */
const RFC_3339 = new RegExp(
  `^(\\d{4}-\\d{2}-\\d{2})[Tt ]` +
    `(${HOUR_AND_MINUTE.source}:[0-5]\\d(?:\\.\\d+)?(?:[Zz]|[+-]${HOUR_AND_MINUTE.source}))$`,
);

/** Returns the milliseconds since the Unix epoch. Text: why it is not a time. */
export function millisecondsOf(time: Time): number | string {
  if (typeof time === "string") {
    return since(read(time), shown(time), "is not a time; write 2025-02-18T07:55:12Z, or an offset instead of the Z");
  }
  if (typeof time === "number") return since(time, shown(time), "is not a whole number of milliseconds");
  return since(time.getTime(), "the Date", "is invalid");
}

function since(milliseconds: number, named: string, wrong: string): number | string {
  if (!Number.isSafeInteger(milliseconds)) return `${named} ${wrong}`;
  return milliseconds < 0 ? `${named} is before 1970` : milliseconds;
}

function read(text: string): number {
  const [, day = "", time = ""] = RFC_3339.exec(text) ?? [];
  const midnight = new Date(`${day}T00:00:00Z`);
  // The engine takes the 30th of February for a day of March.
  const exists = !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day);
  return exists ? Date.parse(`${day}T${time.toUpperCase()}`) : NaN;
}
