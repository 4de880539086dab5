// What the board knows of one port: the highest version of each object, and what just changed.

import { read } from "./time.js";

export const RANK = { RED: 0, ORANGE: 1, YELLOW: 2 };
const NEW_MS = 60_000;
const CLOSED_MS = 60_000;
const CHANGED_MS = 300_000;
const CLOCK_RUNS_MS = 360_000;

const standardKey = ({ standard_id, label }) => `${standard_id}|${label}`;

export class Store {
  constructor(onChange) {
    this.onChange = onChange;
    this.isLoaded = false;
    this.isRunning = false;
    this.port = null;
    this.alerts = new Map();
    this.calls = new Map();
    this.sources = new Map();
    this.standards = new Map();
    this.said = null;
  }

  // A whole picture. What it no longer holds is dropped; what is unknown to us is new.
  load({ port, alerts, calls, sources, standards }) {
    const isFirst = !this.isLoaded;
    const known = this.alerts;
    this.alerts = new Map();
    for (const record of alerts) {
      const entry = known.get(record.alert_id);
      if (entry) this.alerts.set(record.alert_id, entry);
      this.putAlert(record, isFirst);
    }
    this.port = port;
    this.calls = new Map(calls.map((call) => [call.call_id, call]));
    this.sources = new Map(sources.map((source) => [source.source, source]));
    this.standards = new Map(standards.map((standard) => [standardKey(standard), standard]));
    this.isLoaded = true;
    this.tick(port);
    this.onChange();
  }

  apply(event, body) {
    if (event === "alert") this.putAlert(body, false);
    else if (event === "alert-gone") this.alerts.delete(body.id);
    else if (event === "call") this.putNewer(this.calls, body.call_id, body);
    else if (event === "call-gone") this.calls.delete(body.id);
    else if (event === "source") this.putNewer(this.sources, body.source, body);
    else if (event === "source-gone") this.sources.delete(body.id);
    else if (event === "standard") this.putNewer(this.standards, standardKey(body), body);
    else if (event === "standard-gone") this.standards.delete(body.id);
    this.tick({ now: event === "port" ? body.now : body.updated_at });
    this.onChange();
  }

  putNewer(table, key, body) {
    if ((table.get(key)?.version ?? 0) <= body.version) table.set(key, body);
  }

  putAlert(record, isQuiet) {
    const heardAt = performance.now();
    const entry = this.alerts.get(record.alert_id);
    if (!entry) {
      if (record.state !== "OPEN") return;
      this.alerts.set(record.alert_id, {
        record, newUntil: isQuiet ? 0 : heardAt + NEW_MS, closedAt: null, was: null,
      });
      return;
    }
    // The same version comes again when the language changed.
    if (entry.record.version > record.version) return;
    if (entry.record.act_by_at !== record.act_by_at || entry.record.severity !== record.severity) {
      entry.was = {
        actBy: entry.record.act_by_at, severity: entry.record.severity, until: heardAt + CHANGED_MS,
      };
    }
    entry.record = record;
    const isClosed = record.state !== "OPEN";
    if (isClosed && entry.closedAt === null) entry.closedAt = heardAt;
    if (!isClosed) entry.closedAt = null;
  }

  // Time is what the port says; between two sayings our own clock only carries it on.
  tick({ now }) {
    const at = read(now);
    if (at === null || Number.isNaN(at)) return;
    if (this.said === null || at >= this.now()) this.said = { at, heardAt: performance.now() };
  }

  run(isRunning) {
    if (this.isRunning && !isRunning && this.said) this.said = { at: this.now(), heardAt: 0 };
    else if (!this.isRunning && isRunning && this.said) this.said.heardAt = performance.now();
    this.isRunning = isRunning;
  }

  now() {
    if (this.said === null) return null;
    const passed = this.isRunning ? performance.now() - this.said.heardAt : 0;
    return this.said.at + Math.min(passed, CLOCK_RUNS_MS);
  }

  // Open alerts and those closed a minute ago, in the one order of every list.
  incidents(mayLeave) {
    const heardAt = performance.now();
    if (mayLeave) {
      for (const [id, entry] of this.alerts) {
        if (entry.closedAt !== null && heardAt - entry.closedAt > CLOSED_MS) this.alerts.delete(id);
      }
    }
    return [...this.alerts.values()].sort(before);
  }

  counts() {
    const found = { RED: 0, ORANGE: 0, YELLOW: 0 };
    for (const { record, closedAt } of this.alerts.values()) if (closedAt === null) found[record.severity]++;
    return found;
  }
}

function before(a, b) {
  const [x, y] = [a.record, b.record];
  // What is over stands below what is still to be done.
  return (a.closedAt !== null) - (b.closedAt !== null) || RANK[x.severity] - RANK[y.severity]
    || (read(x.act_by_at) ?? Infinity) - (read(y.act_by_at) ?? Infinity) || (x.alert_id < y.alert_id ? -1 : 1);
}
