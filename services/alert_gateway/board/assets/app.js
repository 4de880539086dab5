// The board: reads its address, follows one port or the network, and hands both to its elements.

import { Arrivals } from "./arrivals.js";
import { h, put, say } from "./dom.js";
import { Lamp, State, Topbar } from "./frame.js";
import { IncidentList, countsWords } from "./incidents.js";
import { Network } from "./network.js";
import { Peek } from "./peek.js";
import { Promises } from "./promises.js";
import { Sources } from "./sources.js";
import { Store } from "./store.js";
import { Follower } from "./stream.js";
import { clock } from "./time.js";
import { preferred, speak, t } from "./words.js";

const DRAW_MS = 250;
const SECOND_MS = 1_000;
const NETWORK_MS = 5_000;
const CAUGHT_UP_MS = 20_000;
const LOADING_MS = 200;

class App extends HTMLElement {
  async connectedCallback() {
    const theme = new URLSearchParams(location.search).get("theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
    this.ports = [];
    this.connection = { state: "loading", lastByteAt: null };
    this.topbar = h("rada-topbar");
    this.state = h("rada-state", { role: "status" });
    this.main = h("main");
    this.append(this.topbar, this.state, this.main);
    this.addEventListener("navigate", ({ detail }) => this.go(detail ? `/board/port/${detail}` : "/"));
    this.addEventListener("open-alert", ({ detail }) => this.open(detail));
    this.addEventListener("language", ({ detail }) => this.switchTo(detail));
    this.addEventListener("keydown", (event) => event.key === "Escape" && this.selected && this.open(null));
    addEventListener("popstate", () => this.route());
    await speak(preferred());
    setTimeout(() => put(this, "data-slow", ""), LOADING_MS);
    await this.readPorts();
    this.route();
    setInterval(() => this.draw(), SECOND_MS);
    setInterval(() => this.system ?? this.readPorts(), NETWORK_MS);
  }

  async readPorts() {
    const answer = await fetch("/v1/ports").catch(() => null);
    if (answer?.ok) {
      this.ports = (await answer.json()).ports;
      if (!this.system) this.connection = { state: "live", lastByteAt: performance.now() };
    } else if (!this.system) {
      this.connection = { ...this.connection, state: "disconnected", retryAt: performance.now() + NETWORK_MS };
    }
    if (this.topbar.ports.options.length === 0) this.topbar.show(this.ports, this.system);
    this.draw();
  }

  go(path) {
    history.pushState(null, "", path + location.search.replace(/([?&])sel=[^&]*&?/, "$1").replace(/[?&]$/, ""));
    this.route();
  }

  open(id) {
    const address = new URL(location);
    if (id) address.searchParams.set("sel", id);
    else address.searchParams.delete("sel");
    const from = this.selected;
    history.pushState(null, "", address);
    this.route();
    if (id) this.peek.close.focus();
    else this.querySelector(`a.fact[data-id="${CSS.escape(from ?? "")}"]`)?.focus();
  }

  route() {
    const asked = location.pathname.match(/^\/board\/port\/([A-Za-z0-9]{5})\/?$/)?.[1].toUpperCase();
    const port = this.ports.find(({ system, locodes }) => system === asked || locodes.includes(asked));
    this.selected = new URLSearchParams(location.search).get("sel");
    const isHome = ["/", "/board", "/board/", "/board/net"].includes(location.pathname);
    if (isHome || !port) this.showNetwork(isHome || !this.ports.length);
    else if (this.system !== port.system) this.showPort(port);
    this.topbar.show(this.ports, this.system);
    this.draw();
  }

  showNetwork(isKnown) {
    this.follower?.stop();
    Object.assign(this, { follower: null, system: null, store: null, port: null });
    this.network = h("rada-network");
    this.main.replaceChildren(isKnown ? this.network : h("p", { class: "empty" }, t("Not found, or not yours to see.")));
  }

  showPort(port) {
    this.port = port;
    this.system = port.system;
    this.incidents = h("rada-incident-list");
    this.arrivals = h("rada-arrivals");
    this.promises = h("rada-promises");
    this.sources = h("rada-sources");
    this.peek = h("rada-peek", { role: "complementary", hidden: true });
    this.portName = h("h1");
    this.counts = h("span", { class: "counts" });
    this.bones = h("div", { class: "bones", "aria-hidden": "true" }, ...Array.from({ length: 6 }, () => h("i")));
    this.main.replaceChildren(h("div", { class: "port" },
      h("div", { class: "title" }, this.portName, this.counts), this.incidents, this.bones, this.promises, this.arrivals, this.sources), this.peek);
    this.store = new Store(() => this.drawSoon());
    this.follow();
  }

  follow() {
    this.follower?.stop();
    this.follower = new Follower(this.system, document.documentElement.lang, this.store, (heard) => this.heard(heard));
  }

  heard(heard) {
    const before = this.connection;
    this.connection = heard;
    const isAlive = heard.state === "live";
    if (before.state === "disconnected" || before.state === "away") {
      if (isAlive && this.lostAt) this.caughtUp = { from: this.lostAt, to: this.store.now(), until: performance.now() + CAUGHT_UP_MS };
    } else if (!isAlive && heard.state !== "stale") {
      this.lostAt = this.store.now();
    }
    this.store.run(isAlive);
    this.drawSoon();
  }

  async switchTo(language) {
    localStorage.setItem("rada.language", language);
    await speak(language);
    const address = new URL(location);
    if (address.searchParams.has("lang")) {
      address.searchParams.set("lang", language);
      history.replaceState(null, "", address);
    }
    this.topbar.show(this.ports, this.system);
    if (this.system) this.follow();
    this.draw();
  }

  // Lists change at most four times a second, however fast the changes come.
  drawSoon() {
    this.drawing ??= setTimeout(() => {
      this.drawing = null;
      this.draw();
    }, DRAW_MS);
  }

  draw() {
    this.topbar.lamp.tell(this.connection);
    if (!this.system) return this.drawNetwork();
    const zone = this.port.timezone;
    const now = this.store.now();
    this.topbar.tell(now, zone);
    this.state.tell({ ...this.connection, now, zone, caughtUp: this.caughtUpWords(zone, now) });
    put(this, "data-state", this.connection.state);
    put(this, "data-loaded", this.store.isLoaded ? "" : null);
    say(this.portName, this.port.name);
    this.drawCounts();
    this.incidents.show(this.store, zone, this.port.name, this.selected);
    this.promises.show(this.store, this.system);
    this.arrivals.show(this.store, zone);
    this.sources.show(this.store, this.system);
    this.peek.show(this.store, this.selected, zone);
    document.title = this.titleWords();
  }

  drawNetwork() {
    this.topbar.tell(null, "UTC");
    this.state.tell({ ...this.connection, now: null, zone: "UTC" });
    put(this, "data-state", this.connection.state);
    if (this.network?.isConnected) this.network.show(this.ports);
    document.title = `Rada · ${t("Network")}`;
  }

  drawCounts() {
    const words = countsWords(this.store.counts());
    const said = words.map(([, word]) => word).join(" · ");
    if (this.counts.textContent !== said) this.counts.textContent = said;
  }

  titleWords() {
    const { RED, ORANGE } = this.store.counts();
    const worst = RED ? `◆${RED} ` : ORANGE ? `◇${ORANGE} ` : "";
    return `${worst}${this.port.name} · Rada`;
  }

  caughtUpWords(zone, now) {
    if (!this.caughtUp || performance.now() > this.caughtUp.until) return null;
    return t("Caught up: {from} to {to}.", { from: clock(this.caughtUp.from, zone, now), to: clock(this.caughtUp.to, zone, now) });
  }
}

customElements.define("rada-lamp", Lamp);
customElements.define("rada-state", State);
customElements.define("rada-topbar", Topbar);
customElements.define("rada-incident-list", IncidentList);
customElements.define("rada-arrivals", Arrivals);
customElements.define("rada-promises", Promises);
customElements.define("rada-sources", Sources);
customElements.define("rada-peek", Peek);
customElements.define("rada-network", Network);
customElements.define("rada-app", App);
