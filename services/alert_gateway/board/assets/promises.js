// What the port has promised of itself: the running day, week or month, and what breaks first.

import { h, keyed, put, say } from "./dom.js";
import { language, t } from "./words.js";

const RANK = { BROKEN: 0, NEAR: 1, KEPT: 2, FEW: 3 };

export class Promises extends HTMLElement {
  connectedCallback() {
    this.heading = h("h2");
    this.list = h("ul");
    this.empty = h("p", { class: "empty" });
    this.append(h("header", {}, this.heading), this.list, this.empty);
  }

  show(store, system) {
    const running = [...store.standards.values()].filter((one) => !one.is_over).sort((a, b) =>
      RANK[a.state] - RANK[b.state] || (keyOf(a) < keyOf(b) ? -1 : 1));
    const broken = running.filter((one) => one.state === "BROKEN").length;
    say(this.heading, broken
      ? t("Promises: {n} of {all} broken", { n: broken, all: running.length }) : t("Promises"));
    put(this.empty, "hidden", running.length > 0);
    say(this.empty, store.isLoaded ? t("Nothing promised has been measured yet.") : "");
    keyed(this.list, running, keyOf, make, (node, one) => draw(node, one, system));
  }
}

const keyOf = (one) => `${one.standard_id}|${one.label}`;

function make() {
  const parts = {
    name: h("b", { class: "name" }), span: h("span", { class: "span" }), word: h("span", { class: "word" }),
    share: h("span", { class: "share" }), aim: h("small", { class: "aim" }),
  };
  const node = h("li", {}, parts.name, " ", parts.span, " ", parts.word, " ", parts.share, " ", parts.aim);
  node.parts = parts;
  return node;
}

function draw(node, one, system) {
  put(node, "data-promise", one.state);
  const isWhole = one.scope === "PORT" || one.scope === system;
  say(node.parts.name, one.name[language()] + (isWhole ? "" : ` · ${one.scope}`));
  say(node.parts.span, { DAY: t("today"), WEEK: t("this week"), MONTH: t("this month") }[one.period]);
  say(node.parts.word, {
    BROKEN: t("broken"), NEAR: t("nearly broken"), KEPT: t("kept"), FEW: t("too few cases"),
  }[one.state]);
  say(node.parts.share, one.state === "FEW" ? "" : `${one.kept_pct} %`);
  const target = `${one.target} ${{ MIN: "min", H: "h", D: "d" }[one.unit]}`;
  say(node.parts.aim, t("promised {share} % within {target}; {broken} of {cases} beyond", {
    share: one.share_pct, target, broken: one.broken, cases: one.cases,
  }));
}
