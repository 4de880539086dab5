// The incident list: next broken promise first, who must act, until when; quiet under the pointer.

import { h, keyed, put, say, shape } from "./dom.js";
import { RANK } from "./store.js";
import { clock, read, span } from "./time.js";
import { language, n, t } from "./words.js";

const SETTLE_MS = 1_500;
const CLOSED = { CLEARED: "CLEARED", EXPIRED: "CLEARED", SUPERSEDED: "CLEARED", RETRACTED: "WITHDRAWN" };

export const severityWord = (severity) => ({ RED: t("RED"), ORANGE: t("ORANGE"), YELLOW: t("YELLOW") })[severity];

export const stateWord = (state) => ({
  OPEN: t("open"), CLEARED: t("cleared"), EXPIRED: t("expired"), RETRACTED: t("withdrawn"), SUPERSEDED: t("superseded"),
})[state];

// The sentences in the reader's language, or in whatever language there is, marked as such.
export function sentences(record) {
  const said = record.text ?? {};
  const code = said[language()] ? language() : Object.keys(said)[0];
  return { code: code ?? language(), ...(said[code] ?? { fact: record.code, duty: "", consequence: "", deadline: "" }) };
}

export const objectName = (record) => record.object_refs?.[0]?.label || record.object_refs?.[0]?.id || "";

export function deadline(record, now, zone) {
  const by = read(record.act_by_at);
  if (by === null || now === null) return { at: "—", left: "", isOver: false };
  const left = span(by - now, true);
  return by < now
    ? { at: clock(by, zone, now), left: t("overdue {span}", { span: left }), isOver: true }
    : { at: clock(by, zone, now), left, isOver: false };
}

export class IncidentList extends HTMLElement {
  connectedCallback() {
    this.heading = h("h2");
    this.bar = h("button", { class: "waiting", type: "button", hidden: true });
    this.list = h("ol", { class: "rows" });
    this.empty = h("p", { class: "empty" });
    this.append(h("header", {}, this.heading, this.bar), this.list, this.empty);
    this.unfolded = new Set();
    this.order = null;
    this.isHeld = false;
    const leaving = new AbortController();
    this.leaving = leaving;
    const on = (name, act) => this.list.addEventListener(name, act, { signal: leaving.signal });
    on("pointerenter", () => this.hold());
    on("pointerleave", () => this.release());
    on("focusin", () => this.hold());
    on("focusout", () => this.release());
    on("click", (event) => this.clicked(event));
    this.bar.addEventListener("click", () => this.showWaiting(), { signal: leaving.signal });
  }

  disconnectedCallback() {
    this.leaving.abort();
    clearTimeout(this.settling);
  }

  hold() {
    clearTimeout(this.settling);
    this.isHeld = true;
  }

  release() {
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.showWaiting(), SETTLE_MS);
  }

  showWaiting() {
    this.isHeld = this.list.matches(":hover") || this.list.contains(document.activeElement);
    this.order = null;
    this.draw();
  }

  clicked(event) {
    const link = event.target.closest("a.fact");
    const fold = event.target.closest("button.effects");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      this.dispatchEvent(new CustomEvent("open-alert", { bubbles: true, detail: link.dataset.id }));
    } else if (fold) {
      const id = fold.dataset.id;
      if (!this.unfolded.delete(id)) this.unfolded.add(id);
      this.order = null;
      this.draw();
    }
  }

  show(store, zone, portName, selected) {
    Object.assign(this, { store, zone, portName, selected });
    this.draw();
  }

  draw() {
    if (!this.store?.isLoaded) return;
    const wanted = this.wanted(this.store.incidents(!this.isHeld));
    const rows = this.isHeld && this.order ? this.kept(wanted) : wanted;
    this.order = rows.map(({ entry }) => entry.record.alert_id);
    keyed(this.list, rows, ({ entry }) => entry.record.alert_id, () => makeRow(), (node, row) => this.drawRow(node, row));
    this.drawHead(wanted, rows);
  }

  // Roots in order, each followed by its effects while it is unfolded.
  wanted(entries) {
    const present = new Set(entries.map(({ record }) => record.alert_id));
    const effects = new Map();
    for (const entry of entries) {
      const root = entry.record.root_cause;
      if (present.has(root)) effects.set(root, [...(effects.get(root) ?? []), entry]);
    }
    const rows = [];
    for (const entry of entries) {
      if (present.has(entry.record.root_cause)) continue;
      const own = effects.get(entry.record.alert_id) ?? [];
      rows.push({ entry, own: own.length, isEffect: false });
      if (this.unfolded.has(entry.record.alert_id)) rows.push(...own.map((one) => ({ entry: one, own: 0, isEffect: true })));
    }
    return rows;
  }

  // While the pointer or the focus is here the order stands; what is new waits above.
  kept(wanted) {
    const byId = new Map(wanted.map((row) => [row.entry.record.alert_id, row]));
    return this.order.map((id) => byId.get(id)).filter(Boolean);
  }

  drawHead(wanted, rows) {
    const open = wanted.filter(({ entry }) => entry.closedAt === null).length;
    say(this.heading, open ? `${t("Incidents")} ${open}` : t("Incidents"));
    const shown = new Set(rows.map(({ entry }) => entry.record.alert_id));
    const waiting = wanted.filter(({ entry }) => !shown.has(entry.record.alert_id));
    const red = waiting.filter(({ entry }) => entry.record.severity === "RED");
    put(this.bar, "hidden", waiting.length === 0);
    put(this.bar, "data-severity", red.length ? "RED" : null);
    if (waiting.length) {
      const count = n("{n} new", "{n} new", waiting.length);
      say(this.bar, red.length ? `${count} · ${severityWord("RED")}: ${sentences(red[0].entry.record).fact}` : `${count} · ${t("show")}`);
    }
    const now = this.store.now();
    put(this.empty, "hidden", wanted.length > 0);
    if (!wanted.length) {
      say(this.empty, now === null ? t("Nothing was heard from {port} yet.", { port: this.portName })
        : t("No promise at risk in {port}. Time there: {time}.", { port: this.portName, time: clock(now, this.zone, now) }));
    }
  }

  drawRow(node, { entry, own, isEffect }) {
    const { record } = entry;
    const parts = node.parts;
    const isClosed = entry.closedAt !== null;
    const heardAt = performance.now();
    const isNew = !isClosed && heardAt < entry.newUntil;
    const was = entry.was && heardAt < entry.was.until ? entry.was : null;
    put(node, "data-severity", record.severity);
    put(node, "data-closed", isClosed ? record.state : null);
    put(node, "data-new", isNew ? "" : null);
    put(node, "data-effect", isEffect ? "" : null);
    put(node, "aria-current", record.alert_id === this.selected ? "true" : null);
    const mark = isClosed ? CLOSED[record.state] : record.severity;
    if (node.mark !== mark) {
      node.mark = mark;
      parts.shape.replaceChildren(shape(mark));
    }
    say(parts.severity, isClosed ? stateWord(record.state) : severityWord(record.severity));
    say(parts.code, record.code);
    say(parts.object, objectName(record));
    const text = sentences(record);
    put(parts.sentences, "lang", text.code);
    say(parts.fact, text.fact);
    say(parts.duty, text.duty);
    put(parts.fact, "href", `${location.pathname}?sel=${encodeURIComponent(record.alert_id)}`);
    put(parts.fact, "data-id", record.alert_id);
    say(parts.flag, isNew ? t("new") : record.stale_evidence?.length ? t("source silent") : "");
    put(parts.flag, "data-stale", !isNew && record.stale_evidence?.length ? "" : null);
    this.drawDeadline(parts, record, was);
    const effects = Math.max(own, record.children ?? 0);
    put(parts.effects, "hidden", effects === 0);
    put(parts.effects, "disabled", own === 0);
    put(parts.effects, "data-id", record.alert_id);
    put(parts.effects, "aria-expanded", own ? String(this.unfolded.has(record.alert_id)) : null);
    const sign = own ? (this.unfolded.has(record.alert_id) ? "▾ " : "▸ ") : "";
    say(parts.effects, sign + n("{n} effect", "{n} effects", effects));
  }

  drawDeadline(parts, record, was) {
    const now = this.store.now();
    const closed = read(record.closed_at);
    const due = closed === null || now === null ? deadline(record, now, this.zone)
      : { at: clock(closed, this.zone, now), left: "", isOver: false };
    say(parts.at, due.at);
    say(parts.left, due.left);
    put(parts.deadline, "data-over", due.isOver ? "" : null);
    const moved = was && was.actBy !== record.act_by_at && was.actBy;
    put(parts.at, "data-changed", moved ? "" : null);
    say(parts.was, moved ? t("was {before}", { before: clock(read(was.actBy), this.zone, now) })
      : was && was.severity !== record.severity ? t("was {before}", { before: severityWord(was.severity) }) : "");
  }
}

function makeRow() {
  const parts = {
    shape: h("span", { class: "mark" }), severity: h("span", { class: "severity" }), code: h("span", { class: "code" }),
    object: h("span", { class: "object" }), fact: h("a", { class: "fact" }), duty: h("strong", { class: "duty" }),
    flag: h("span", { class: "flag" }), at: h("span", { class: "at" }), left: h("span", { class: "left" }),
    was: h("span", { class: "was" }), effects: h("button", { class: "effects", type: "button" }),
  };
  parts.deadline = h("div", { class: "deadline" }, parts.at, " ", parts.left, " ", parts.was);
  parts.sentences = h("div", { class: "sentences" }, parts.fact, " ", parts.duty);
  const head = h("div", { class: "what" }, parts.shape, parts.severity, " ", parts.code, " ", parts.flag);
  const row = h("li", { class: "row" }, head, parts.object, parts.sentences, parts.deadline, parts.effects);
  row.parts = parts;
  return row;
}

export function countsWords(counts) {
  return Object.keys(RANK).filter((severity) => counts[severity])
    .map((severity) => [severity, `${counts[severity]} ${severityWord(severity)}`]);
}
