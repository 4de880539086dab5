// Instants as a port reads them: its own zone, 24 hours, our own names of days.

import { t } from "./words.js";

const formats = new Map();
const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
const DAYS = { Sun: () => t("Sun"), Mon: () => t("Mon"), Tue: () => t("Tue"), Wed: () => t("Wed"),
  Thu: () => t("Thu"), Fri: () => t("Fri"), Sat: () => t("Sat") };

function parts(at, zone) {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-GB", {
      timeZone: zone, hourCycle: "h23", weekday: "short", year: "numeric", month: "2-digit",
      day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit", timeZoneName: "shortOffset",
    });
    formats.set(zone, format);
  }
  return Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
}

export const read = (text) => (text ? Date.parse(text) : null);

// 14:20 today, otherwise with the day: mié 04 14:20.
export function clock(at, zone, now) {
  if (at === null) return "—";
  const said = parts(at, zone);
  const time = `${said.hour}:${said.minute}`;
  if (now === null) return `${DAYS[said.weekday]()} ${said.day} ${time}`;
  const today = parts(now, zone);
  const isToday = said.day === today.day && said.month === today.month && said.year === today.year;
  return isToday ? time : `${DAYS[said.weekday]()} ${said.day} ${time}`;
}

export function full(at, zone) {
  const said = parts(at, zone);
  return `${DAYS[said.weekday]()} ${said.day} ${said.hour}:${said.minute}`;
}

export function offset(at, zone) {
  const name = parts(at, zone).timeZoneName.replace("GMT", "");
  return `UTC${name.replace("-", "−")}`;
}

export const utc = (at) => new Date(at).toISOString().slice(11, 19) + " UTC";

// 2 h 05, 35 min, and with seconds below ten minutes when asked.
export function span(milliseconds, withSeconds = false) {
  const length = Math.abs(milliseconds);
  const minutes = Math.floor(length / MINUTE);
  if (minutes < 10 && withSeconds) {
    return `${minutes}:${String(Math.floor((length % MINUTE) / 1000)).padStart(2, "0")} min`;
  }
  if (minutes < 1) return "<1 min";
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) {
    const rest = minutes % 60;
    return rest ? `${hours} h ${String(rest).padStart(2, "0")}` : `${hours} h`;
  }
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

export function delta(milliseconds) {
  const sign = milliseconds < 0 ? "−" : "+";
  return sign + span(Math.round(milliseconds / MINUTE) * MINUTE);
}

// How far a time may move before it is news, by how far away it is.
export function tolerance(horizon) {
  if (horizon > 72 * HOUR) return 12 * HOUR;
  if (horizon > 24 * HOUR) return 4 * HOUR;
  return horizon > 6 * HOUR ? 2 * HOUR : HOUR;
}
