// Calls by how soon they come: best arrival and where it is known from, against the plan.

import { h, keyed, put, say, shape } from "./dom.js";
import { RANK } from "./store.js";
import { HOUR, clock, delta, read, tolerance } from "./time.js";
import { n, t } from "./words.js";

const HORIZONS = [6, 24, 72];
const status = (call) => ({
  EXPECTED: t("expected"), ALONGSIDE: t("alongside"), DEPARTED: t("departed"), DROPPED: t("call omitted"),
})[call.status] ?? call.status.toLowerCase();

const basis = (letter) => ({
  E: t("estimated"), R: t("requested"), P: t("planned"), A: t("actual"),
})[letter] ?? "";

const due = (call) => read((call.arrival?.best ? call.arrival : call.pilot_boarding)?.best ?? null);

export class Arrivals extends HTMLElement {
  connectedCallback() {
    this.heading = h("h2");
    this.columns = Array.from({ length: 7 }, () => h("th", { scope: "col" }));
    this.groups = h("table", {}, h("thead", { "data-key": "head" }, h("tr", {}, ...this.columns)));
    this.empty = h("p", { class: "empty" });
    this.append(h("header", {}, this.heading), this.groups, this.empty);
  }

  show(store, zone) {
    const now = store.now();
    const titles = [t("Vessel"), t("Berth"), t("Arrival"), t("Against plan"), t("Departure"), t("Trucks"), t("Windows moved")];
    this.columns.forEach((column, at) => say(column, titles[at]));
    const calls = [...store.calls.values()].filter((call) => call.status !== "DEPARTED");
    say(this.heading, calls.length ? `${t("Arrivals")} ${calls.length}` : t("Arrivals"));
    put(this.groups, "hidden", calls.length === 0);
    put(this.empty, "hidden", calls.length > 0);
    say(this.empty, store.isLoaded ? t("No call is announced.") : "");
    keyed(this.groups, ["head", ...grouped(calls, now)], (group) => group.key ?? "head",
      () => h("tbody"), (body, group) => group.key && drawGroup(body, group, now, zone, titles));
  }
}

function grouped(calls, now) {
  const groups = [{ key: "alongside", title: t("Alongside"), calls: [] },
    ...HORIZONS.map((hours, at) => ({ key: `h${hours}`, title: `${at ? HORIZONS[at - 1] : 0}-${hours} h`, calls: [] })),
    { key: "later", title: "72+ h", calls: [] }, { key: "unknown", title: t("No arrival time"), calls: [] }];
  for (const call of calls) groupOf(groups, call, now).calls.push(call);
  for (const group of groups) group.calls.sort((a, b) => (due(a) ?? 0) - (due(b) ?? 0) || (a.call_id < b.call_id ? -1 : 1));
  return groups.filter((group) => group.calls.length);
}

function groupOf(groups, call, now) {
  const at = due(call);
  if (call.status === "ALONGSIDE") return groups[0];
  if (at === null || now === null) return groups[5];
  const slot = HORIZONS.findIndex((hours) => at - now <= hours * HOUR);
  return groups[slot < 0 ? 4 : slot + 1];
}

function drawGroup(body, group, now, zone, titles) {
  keyed(body, [{ call_id: `group:${group.key}`, title: group.title }, ...group.calls], (call) => call.call_id,
    (call) => (call.title ? h("tr", { class: "group" }, h("th", { colspan: 7, scope: "rowgroup" })) : makeRow()),
    (row, call) => (call.title ? say(row.firstChild, call.title) : drawRow(row, call, now, zone, titles)));
}

function makeRow() {
  const cells = Array.from({ length: 7 }, () => h("td"));
  const parts = { name: h("b", { class: "vessel" }), more: h("small"), alerts: h("span", { class: "shapes" }) };
  cells[0].append(parts.name, " ", parts.alerts, " ", parts.more);
  const row = h("tr", {}, ...cells);
  Object.assign(row, { cells7: cells, parts });
  return row;
}

function drawRow(row, call, now, zone, titles) {
  const [, berth, arrival, against, departure, trucks, windows] = row.cells7;
  put(row, "data-dropped", call.status === "DROPPED" ? "" : null);
  say(row.parts.name, call.vessel?.name ?? (call.vessel?.imo ? `IMO ${call.vessel.imo}` : "—"));
  say(row.parts.more, [call.voyage, call.carrier, status(call)].filter(Boolean).join(" · "));
  drawShapes(row.parts.alerts, call.open_alerts ?? {});
  say(berth, berthName(call));
  const best = due(call);
  const slot = call.arrival?.best ? call.arrival : call.pilot_boarding ?? {};
  say(arrival, best === null ? "—" : `${clock(best, zone, now)} ${slot.basis ?? ""}`);
  put(arrival, "title", best === null ? null : basis(slot.basis));
  const plan = read(slot.pln);
  const late = best !== null && plan !== null ? best - plan : 0;
  say(against, plan === null ? "—" : Math.abs(late) < 60_000 ? "=" : delta(late));
  put(against, "data-off", now !== null && Math.abs(late) > tolerance(best - now) ? "" : null);
  const leaves = read(call.departure?.best);
  say(departure, leaves === null ? "—" : `${clock(leaves, zone, now)} ${call.departure.basis ?? ""}`);
  put(departure, "title", leaves === null ? null : basis(call.departure.basis));
  say(trucks, trucksWords(call));
  put(trucks, "data-off", call.appointments_outside ? "" : null);
  const moved = (call.windows ?? []).filter(({ at, was }) => was && was !== at);
  say(windows, moved.map(({ code, at, was }) => `${code} ${clock(read(at), zone, now)} (${
    t("was {before}", { before: clock(read(was), zone, now) })})`).join(" · ") || "—");
  row.cells7.forEach((cell, at) => {
    put(cell, "data-title", titles[at]);
    put(cell, "data-empty", cell.textContent === "—");
  });
}

function drawShapes(node, open) {
  const said = Object.keys(RANK).filter((severity) => open[severity.toLowerCase()])
    .map((severity) => `${severity} ${open[severity.toLowerCase()]}`);
  if (node.dataset.said === said.join()) return;
  node.dataset.said = said.join();
  node.replaceChildren(...said.flatMap((text) => [shape(text.split(" ")[0]), text.split(" ")[1]]));
}

function berthName(call) {
  const berth = call.berth?.split("/").pop();
  const terminal = call.facility?.split(":").pop();
  const metres = call.bow_m !== null && call.bow_m !== undefined && call.stern_m !== null
    ? `${Math.min(call.bow_m, call.stern_m)}-${Math.max(call.bow_m, call.stern_m)} m` : null;
  return [[terminal, berth].filter(Boolean).join(" "), metres].filter(Boolean).join(" · ") || "—";
}

function trucksWords(call) {
  if (!call.appointments_live) return "—";
  const live = n("{n} appointment", "{n} appointments", call.appointments_live);
  return call.appointments_outside ? `${live}, ${t("{n} outside the window", { n: call.appointments_outside })}` : live;
}
