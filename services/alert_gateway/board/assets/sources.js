// The sources of a port: who speaks, and who is silent and since when.

import { h, keyed, put, say, shape } from "./dom.js";
import { read, span } from "./time.js";
import { t } from "./words.js";

export class Sources extends HTMLElement {
  connectedCallback() {
    this.heading = h("h2");
    this.list = h("ul");
    this.empty = h("p", { class: "empty" });
    this.append(h("header", {}, this.heading), this.list, this.empty);
  }

  show(store, system) {
    const sources = [...store.sources.values()].sort((a, b) =>
      Number(Boolean(b.silent_since)) - Number(Boolean(a.silent_since)) || (a.source < b.source ? -1 : 1));
    const speaking = sources.filter((source) => !source.silent_since).length;
    say(this.heading, sources.length
      ? t("Sources: {n} of {all} speak", { n: speaking, all: sources.length }) : t("Sources"));
    put(this.empty, "hidden", sources.length > 0);
    say(this.empty, store.isLoaded ? t("No source has spoken yet.") : "");
    keyed(this.list, sources, (source) => source.source, make, (node, source) => draw(node, source, store.now(), system));
  }
}

function make() {
  const parts = { mark: h("span", { class: "mark" }), name: h("span", { class: "name" }), word: h("span", { class: "word" }) };
  const node = h("li", {}, parts.mark, parts.name, " ", parts.word);
  node.parts = parts;
  return node;
}

function draw(node, source, now, system) {
  const silentSince = read(source.silent_since);
  const isSilent = silentSince !== null;
  put(node, "data-silent", isSilent ? "" : null);
  if (node.isSilent !== isSilent) node.parts.mark.replaceChildren(...(isSilent ? [shape("STALE")] : []));
  node.isSilent = isSilent;
  say(node.parts.name, source.source.replace(`/${system}/`, ""));
  const spoken = read(source.last_event_at);
  const quiet = now !== null && spoken !== null ? span(Math.max(0, now - spoken)) : null;
  say(node.parts.word, isSilent ? t("silent {span}", { span: now === null ? "" : span(now - silentSince) })
    : quiet === null ? t("not heard yet") : quiet);
}
