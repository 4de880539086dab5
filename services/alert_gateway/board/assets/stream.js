// Snapshot first, then its stream: read by fetch, so that status, heartbeat and position are ours.

const SILENCE_MS = 35_000;
const RETRY_MIN_MS = 1_000;
const RETRY_MAX_MS = 30_000;
const FIELDS = "alert_id,version,code,state,change,severity,port,object_refs,raised_at,updated_at," +
  "closed_at,act_by_at,impact_at,incident_id,root_cause,children,stale_evidence,inferred,text,because";

export class Follower {
  constructor(system, language, store, onState) {
    Object.assign(this, { system, language, store, onState });
    this.stopping = new AbortController();
    this.position = null;
    this.retries = 0;
    this.lastByteAt = null;
    this.state = "loading";
    this.run();
  }

  stop() {
    this.stopping.abort();
  }

  async run() {
    while (!this.stopping.signal.aborted) {
      try {
        if (this.position === null) await this.snapshot();
        await this.follow();
      } catch (error) {
        if (this.stopping.signal.aborted) return;
        if (error instanceof Reset) this.position = null;
        else await this.pause(error);
      }
    }
  }

  async pause(error) {
    const ceiling = Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** this.retries++);
    const wait = ceiling / 2 + Math.random() * ceiling / 2;
    this.tell(error.status === 503 ? "away" : "disconnected", { retryAt: performance.now() + wait });
    await new Promise((done) => setTimeout(done, wait));
  }

  tell(state, more = {}) {
    this.state = state;
    this.onState({ state, lastByteAt: this.lastByteAt, ...more });
  }

  // The oldest of the positions rules: what changed between the answers comes again by the stream.
  async snapshot() {
    const base = `/v1/ports/${this.system}`;
    const alerts = await this.pages(`${base}/alerts?lang=${this.language}&fields=${FIELDS}&limit=1000`);
    const [calls, sources, standards, port] = await Promise.all(
      [`${base}/calls`, `${base}/sources`, `${base}/standards`, base].map((path) => this.get(path)));
    const epochs = new Set([alerts, calls, sources, standards, port].map((part) => part.position.split(".")[0]));
    if (epochs.size > 1) throw new Reset();
    this.position = alerts.position;
    this.store.load({
      port, alerts: alerts.alerts, calls: calls.calls, sources: sources.sources, standards: standards.standards,
    });
  }

  async pages(path) {
    const first = await this.get(path);
    for (let next = first.next; next; ) {
      const page = await this.get(`${path}&cursor=${next}`);
      first.alerts.push(...page.alerts);
      next = page.next;
    }
    return first;
  }

  async get(path) {
    const answer = await fetch(path, { signal: this.stopping.signal });
    if (!answer.ok) throw Object.assign(new Error(path), { status: answer.status });
    return answer.json();
  }

  async follow() {
    const line = new AbortController();
    const signal = AbortSignal.any([line.signal, this.stopping.signal]);
    let silence = setTimeout(() => line.abort(), SILENCE_MS);
    try {
      const answer = await fetch(`/v1/ports/${this.system}/stream?lang=${this.language}`, {
        signal, headers: { "Last-Event-ID": this.position }, cache: "no-store",
      });
      if (!answer.ok) throw Object.assign(new Error("stream"), { status: answer.status });
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = "";
      for (;;) {
        const { value, done } = await reader.read();
        if (done) throw new Error("the stream ended");
        clearTimeout(silence);
        silence = setTimeout(() => line.abort(), SILENCE_MS);
        this.lastByteAt = performance.now();
        const blocks = (rest + value).split("\n\n");
        rest = blocks.pop();
        for (const block of blocks) this.take(block);
      }
    } finally {
      clearTimeout(silence);
      line.abort();
    }
  }

  take(block) {
    const fields = {};
    for (const line of block.split("\n")) {
      const at = line.indexOf(": ");
      if (at > 0) fields[line.slice(0, at)] = line.slice(at + 2);
    }
    if (!fields.data) return;
    const body = JSON.parse(fields.data);
    if (fields.event === "reset") throw new Reset();
    if (fields.event === "close") throw new Error(body.reason);
    if (fields.event === "hello") this.retries = 0;
    if (fields.id) this.position = fields.id;
    if (fields.event === "hello" || fields.event === "now") {
      this.store.tick(body);
      this.tell(body.stale ? "stale" : "live", { behind: body.behind_seconds ?? 0 });
    } else {
      this.store.apply(fields.event, body);
      if (this.state !== "live" && this.state !== "stale") this.tell("live");
    }
  }
}

class Reset extends Error {}
