// The network: every port system in coast order, with what is open there.

import { h, keyed, put, say, shape } from "./dom.js";
import { countsWords } from "./incidents.js";
import { clock, read } from "./time.js";
import { n, t } from "./words.js";

const PACIFIC = new Set(["MXZLO", "MXLZC", "COBUN", "ECGYE", "PEPAI", "PECLL", "CLVAP", "CLSAI", "PABLB"]);

export class Network extends HTMLElement {
  connectedCallback() {
    this.heading = h("h2");
    this.coasts = ["pacific", "atlantic"].map((key) => ({ key, title: h("h3"), list: h("ul") }));
    this.append(h("header", {}, this.heading),
      h("div", { class: "coasts" }, ...this.coasts.map(({ title, list }) => h("section", {}, title, list))));
  }

  show(ports) {
    const open = ports.filter((port) => port.open_alerts?.red || port.open_alerts?.orange).length;
    say(this.heading, open ? n("{n} port in trouble", "{n} ports in trouble", open)
      : t("{n} port systems, none in trouble", { n: ports.length }));
    for (const { key, title, list } of this.coasts) {
      say(title, key === "pacific" ? t("Pacific") : t("Caribbean and Atlantic"));
      const here = ports.filter((port) => PACIFIC.has(port.system) === (key === "pacific"));
      keyed(list, here, (port) => port.system, make, draw);
    }
  }
}

function make(port) {
  const parts = { link: h("a", { href: `/board/port/${port.system}` }), code: h("span", { class: "code" }),
    counts: h("span", { class: "counts" }), time: h("small") };
  const node = h("li", {}, parts.code, parts.link, parts.counts, parts.time);
  node.parts = parts;
  return node;
}

function draw(node, port) {
  const { link, code, counts, time } = node.parts;
  say(link, port.name);
  say(code, port.system);
  put(node, "data-away", port.available ? null : "");
  const open = port.open_alerts ?? {};
  const words = countsWords({ RED: open.red, ORANGE: open.orange, YELLOW: open.yellow });
  const said = words.map(([, word]) => word).join();
  if (counts.dataset.said !== said) {
    counts.dataset.said = said;
    counts.replaceChildren(...words.map(([severity, word]) => h("span", {}, shape(severity), word)));
  }
  const now = read(port.now);
  const silent = port.sources_silent ? n("{n} source silent", "{n} sources silent", port.sources_silent) : "";
  say(time, [silent, now === null ? (port.available ? t("nothing heard yet") : t("No picture")) : clock(now, port.timezone, now)]
    .filter(Boolean).join(" · "));
}
