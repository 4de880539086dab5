// Elements and lists without a library: text only by textContent, and only nodes that changed.

export function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) put(node, name, value);
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

export function put(node, name, value) {
  if (value === null || value === undefined || value === false) {
    if (node.hasAttribute(name)) node.removeAttribute(name);
  } else {
    const text = value === true ? "" : String(value);
    if (node.getAttribute(name) !== text) node.setAttribute(name, text);
  }
}

export function say(node, text) {
  const wanted = text ?? "";
  if (node.textContent !== wanted) node.textContent = wanted;
}

// Brings the children of `parent` into the order of `items`, making and moving as few as it can.
export function keyed(parent, items, keyOf, make, update) {
  const known = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  let at = parent.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    let node = known.get(key);
    known.delete(key);
    if (!node) {
      node = make(item);
      node.dataset.key = key;
    }
    if (node === at) at = at.nextElementSibling;
    else parent.insertBefore(node, at);
    update(node, item);
  }
  for (const left of known.values()) left.remove();
}

const SHAPES = {
  RED: [["path", { d: "M8 1 15 8 8 15 1 8Z", class: "fill" }], ["path", { d: "M4.5 8h7", class: "bar" }]],
  ORANGE: [["path", { d: "M8 1 15 8 8 15 1 8Z", class: "fill" }], ["circle", { cx: 8, cy: 8, r: 1.7, class: "dot" }]],
  YELLOW: [["path", { d: "M8 2 15 14 1 14Z", class: "fill" }]],
  STALE: [["path", { d: "M2 2h12v12H2Z", class: "fill" }], ["path", { d: "M2 8 8 2M2 14 14 2M8 14l6-6", class: "hatch" }]],
  CLEARED: [["path", { d: "M2 8.5 6 13 14 3", class: "stroke" }]],
  WITHDRAWN: [["path", { d: "M6 3 2 7l4 4M2 7h8a4 4 0 0 1 0 7H7", class: "stroke" }]],
};

export function shape(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", `shape shape-${name.toLowerCase()}`);
  svg.setAttribute("aria-hidden", "true");
  for (const [tag, attributes] of SHAPES[name]) {
    const part = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [key, value] of Object.entries(attributes)) part.setAttribute(key, value);
    svg.append(part);
  }
  return svg;
}
