// One incident beside the list: fact, duty, otherwise, deadline; and what it stands on.

import { h, keyed, put, say, shape } from "./dom.js";
import { deadline, objectName, sentences, severityWord, stateWord } from "./incidents.js";
import { clock, read } from "./time.js";
import { language, n, t } from "./words.js";

export class Peek extends HTMLElement {
  connectedCallback() {
    this.close = h("button", { class: "close", type: "button" });
    this.heading = h("h2");
    this.mark = h("span", { class: "mark" });
    this.sub = h("p", { class: "sub" });
    this.terms = ["fact", "duty", "consequence", "deadline"].map((part) => ({ part, dt: h("dt"), dd: h("dd", { class: part }) }));
    this.list = h("dl", {}, ...this.terms.flatMap(({ dt, dd }) => [dt, dd]));
    this.left = h("p", { class: "deadline" });
    this.why = h("h3");
    this.evidence = h("ol", { class: "evidence" });
    this.append(h("header", {}, this.mark, this.heading, this.close), this.sub, this.list, this.left, this.why, this.evidence);
    this.close.addEventListener("click", () => this.dispatchEvent(new CustomEvent("open-alert", { bubbles: true, detail: null })));
  }

  show(store, id, zone) {
    const entry = id ? store.alerts.get(id) : null;
    put(this, "hidden", !id);
    if (!id) return;
    say(this.close, t("Close"));
    put(this, "aria-label", t("Incident"));
    put(this, "data-missing", entry ? null : "");
    if (!entry) {
      this.mark.replaceChildren();
      this.shown = null;
      say(this.heading, store.isLoaded ? t("Not found, or not yours to see.") : "");
      return;
    }
    const { record } = entry;
    put(this, "data-severity", record.severity);
    if (this.shown !== record.severity) this.mark.replaceChildren(shape(record.severity));
    this.shown = record.severity;
    say(this.heading, `${severityWord(record.severity)} ${record.code} · ${objectName(record)}`);
    const now = store.now();
    say(this.sub, t("{state}, raised {time}", { state: stateWord(record.state), time: clock(read(record.raised_at), zone, now) }));
    const titles = { fact: t("Fact"), duty: t("Duty"), consequence: t("Otherwise"), deadline: t("Act by") };
    const text = sentences(record);
    put(this.list, "lang", text.code);
    for (const { part, dt, dd } of this.terms) {
      say(dt, titles[part]);
      put(dt, "lang", language());
      say(dd, text[part]);
    }
    const due = deadline(record, now, zone);
    put(this.left, "data-over", due.isOver ? "" : null);
    say(this.left, [due.at, due.left].filter(Boolean).join(" · "));
    this.ask(record, zone, now);
  }

  // Lists carry no evidence: it is asked for once for each version that somebody opens.
  async ask(record, zone, now) {
    const wanted = `${record.alert_id}.${record.version}`;
    if (this.asked === wanted) return;
    this.asked = wanted;
    const answer = await fetch(`/v1/alerts/${encodeURIComponent(record.alert_id)}`).catch(() => null);
    if (!answer?.ok || this.asked !== wanted) {
      if (this.asked === wanted) this.asked = null;
      return;
    }
    const { evidence } = await answer.json();
    say(this.why, evidence.length ? n("Stands on {n} fact", "Stands on {n} facts", evidence.length) : "");
    keyed(this.evidence, evidence, (fact) => `${fact.source} ${fact.id}`, () => h("li", {}, h("b"), h("span"), h("small")),
      (node, fact) => {
        say(node.children[0], fact.says);
        say(node.children[1], fact.source);
        say(node.children[2], `${t("happened {time}", { time: clock(read(fact.occurred_at), zone, now) })} · ${
          t("said {time}", { time: clock(read(fact.recorded_at), zone, now) })}`);
      });
  }
}
