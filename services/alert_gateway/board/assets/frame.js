// The frame of every view: where we are, what time it is there, whether the picture is alive.

import { h, put, say } from "./dom.js";
import { clock, full, offset, span, utc } from "./time.js";
import { LANGUAGES, language, t } from "./words.js";

const QUIET_MS = 20_000;

export class Topbar extends HTMLElement {
  connectedCallback() {
    this.home = h("a", { href: "/", class: "home" }, "RADA");
    this.ports = h("select", { class: "ports" });
    this.local = h("span", { class: "local" });
    this.world = h("span", { class: "utc" });
    this.clocks = h("span", { class: "clocks" }, this.local, this.world);
    this.lamp = h("rada-lamp", { role: "status" });
    this.languages = h("select", { class: "languages" }, ...LANGUAGES.map((code) => h("option", { value: code }, code)));
    this.append(this.home, this.ports, this.clocks, this.lamp, this.languages);
    this.ports.addEventListener("change", () => this.ask("navigate", this.ports.value));
    this.languages.addEventListener("change", () => this.ask("language", this.languages.value));
  }

  ask(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
  }

  show(ports, system) {
    put(this.ports, "aria-label", t("Port"));
    put(this.languages, "aria-label", t("Language"));
    this.languages.value = language();
    const options = [["", t("Network")], ...ports.map((port) => [port.system, port.name])];
    this.ports.replaceChildren(...options.map(([value, name]) => h("option", { value }, name)));
    this.ports.value = system ?? "";
  }

  // The time of the port, from the stream; never this device's.
  tell(now, zone) {
    say(this.local, now === null ? "" : `${full(now, zone)} ${offset(now, zone)}`);
    say(this.world, now === null ? "" : utc(now));
  }
}

export class Lamp extends HTMLElement {
  tell({ state, lastByteAt }) {
    put(this, "data-state", state);
    const quiet = lastByteAt === null ? 0 : performance.now() - lastByteAt;
    const words = {
      loading: t("Loading"), live: t("Live"), stale: t("Out of date"), away: t("No picture"),
      disconnected: t("No connection"),
    };
    const counted = state === "live" && quiet > QUIET_MS ? ` · ${Math.floor(quiet / 1000)} s` : "";
    say(this, words[state] + counted);
  }
}

// One line of reserved height below the top bar, for what makes the picture doubtful.
export class State extends HTMLElement {
  tell({ state, retryAt, behind, now, zone, caughtUp }) {
    put(this, "data-state", state);
    say(this, this.sentence({ state, retryAt, behind, now, zone, caughtUp }));
  }

  sentence({ state, retryAt, behind, now, zone, caughtUp }) {
    const shown = now === null ? "—" : clock(now, zone, now);
    const seconds = retryAt ? Math.max(0, Math.ceil((retryAt - performance.now()) / 1000)) : 0;
    if (state === "disconnected") {
      return t("No connection since {time}. What you see is of {time}. Trying again in {n} s.", { time: shown, n: seconds });
    }
    if (state === "away") {
      return t("The gateway has no picture now. What you see is of {time}. Trying again in {n} s.", { time: shown, n: seconds });
    }
    if (state === "stale") return t("The store does not answer. What you see is of {time}.", { time: shown });
    if (behind > 0) return t("Rada is {span} behind.", { span: span(behind * 1000) });
    return caughtUp ?? "";
  }
}
