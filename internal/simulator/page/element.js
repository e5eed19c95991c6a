// How elements and texts are made. Everything is inserted as text.
"use strict";

const byId = (id) => document.getElementById(id);

function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function drawn(tag, attributes = {}, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

const instant = (text) => new Date(text).toISOString().replace("T", " ").slice(0, 19) + " UTC";

// duration prints seconds as the two largest units.
function duration(seconds) {
  const units = [["d", 86400], ["h", 3600], ["min", 60], ["s", 1]];
  let left = Math.max(0, Math.round(seconds));
  const words = [];
  for (const [unit, length] of units) {
    if (left >= length && words.length < 2) words.push(`${Math.floor(left / length)} ${unit}`);
    left %= length;
  }
  return words.join(" ") || "0 s";
}

const plural = (n, word) => `${n} ${word}${n === 1 ? "" : "s"}`;

const MAX_TEXT = 160; // characters of a text that is shown in full
const MAX_CUT = 140; // characters that are left of a longer one

// long returns a text. If it is long, it is cut, and a toggle shows the rest.
function long(text, id) {
  if (text.length <= MAX_TEXT) return text;
  return element("details", {className: "long", id},
    element("summary", {}, element("span", {textContent: text.slice(0, MAX_CUT)}),
      element("span", {className: "rest", textContent: text.slice(MAX_CUT)}), " ",
      element("span", {className: "toggle"})));
}

// replace gives a place the children that a function makes, and keeps the focus on what has the same ID or link.
function replace(place, make) {
  const active = document.activeElement;
  const focused = place.contains(active) && {id: active.id, href: active.getAttribute("href")};
  const children = make(); // may take what has the focus out of the page
  if (children.length === place.children.length && children.every((child, i) => child === place.children[i])) return;
  place.replaceChildren(...children);
  if (!focused) return;
  const links = [...place.querySelectorAll("a")];
  const again = focused.id ? byId(focused.id) : links.find((each) => each.getAttribute("href") === focused.href);
  if (again) again.focus({preventScroll: true});
}
