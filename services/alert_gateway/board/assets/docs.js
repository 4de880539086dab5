// The interface, read from its own OpenAPI document: operations, parameters, answers.

import { h } from "./dom.js";

const answer = await fetch("/openapi.json");
const { info, paths } = await answer.json();
const main = document.getElementById("operations");

function parameter({ name, in: place, description, schema, required }) {
  const choices = (schema.enum ?? schema.items?.enum ?? schema.anyOf?.flatMap((one) => one.enum ?? [])) ?? [];
  const said = [place, required ? "required" : null, description, choices.length ? `one of ${choices.join(", ")}` : null];
  return h("li", {}, h("code", {}, name), " ", said.filter(Boolean).join(" · "));
}

function operation(path, method, { summary, description, parameters = [], responses }) {
  return h("section", {}, h("h2", {}, summary), h("p", {}, h("code", {}, `${method.toUpperCase()} ${path}`)),
    h("p", { class: "words" }, description ?? ""), h("ul", {}, ...parameters.map(parameter)),
    h("p", {}, Object.entries(responses).map(([code, said]) => `${code} ${said.description}`).join(" · ")));
}

main.prepend(h("h1", {}, info.title), h("p", { class: "words" }, info.description));
for (const [path, methods] of Object.entries(paths)) {
  for (const [method, said] of Object.entries(methods)) main.append(operation(path, method, said));
}
