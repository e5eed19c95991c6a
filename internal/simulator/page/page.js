// The page fetches its data from the control calls once a second. The part of the URL after # selects the view: #actions, #action/ID,
// #endpoints, #requests, #requests/ACTION, #figures.
"use strict";

const MAX_SHOWN = 300; // squares per action, rows of the table
const MAX_CARDS = 50; // scheduled actions
const SAMPLES = 40; // of a chart

const byId = (id) => document.getElementById(id);

// route returns the view and the ID in the URL.
function route() {
  const [, view, id] = location.hash.match(/^#(action|actions|endpoints|requests|figures)(?:\/(.+))?$/) || [, "actions"];
  try {
    return {view: view === "action" ? "actions" : view, id: id && decodeURIComponent(id)};
  } catch {
    return {view: view === "action" ? "actions" : view, id}; // a malformed ID counts as unknown
  }
}

const linked = () => route().view === "actions" ? route().id : undefined;
const holds = (report) => report.actions.some((action) => action.id === linked());

let scrolledTo; // the last linked action, so that the page scrolls to it only once
let latest = {reports: [], now: new Date()}; // the data that the list shows
const cards = new Map(); // the drawn cards by scheduled action

// matches reports whether the filters select a scheduled action. A linked one is always shown.
function matches(report) {
  const text = byId("text").value.trim().toLowerCase();
  const words = [report.name, report.package, report.comment, report.scheduled_action_id, ...report.actions.map((action) => action.id)];
  const last = report.actions[report.actions.length - 1];
  const open = last && ["OPEN", "PENDING"].includes(last.status);
  const states = {open, approval: !report.approved && !report.deleted, over: !!last && !open, deleted: report.deleted,
    failures: report.actions.some((action) => sum(action.counts, FAILED) > 0)};
  return holds(report) || ((!text || words.some((word) => word && word.toLowerCase().includes(text))) && (states[byId("state").value] ?? true));
}

// card returns the card of a scheduled action, among the runs of the same request. It is drawn again only if one of them has changed.
function card(report, runs, now) {
  const shows = JSON.stringify([report, runs.map((run) => run.actions.map((action) => action.counts)), holds(report) && linked()]);
  let drawn = cards.get(report.scheduled_action_id);
  if (!drawn || drawn.shows !== shows) {
    drawn = {shows, ...scheduled(report, linked(), runs)};
    cards.set(report.scheduled_action_id, drawn);
  }
  drawn.tick(now);
  return drawn.made;
}

// list shows the latest data through the filters.
function list({reports, now} = latest) {
  latest = {reports, now};
  const matching = reports.filter(matches);
  const last = matching.slice(-MAX_CARDS);
  const shown = matching.filter((report) => last.includes(report) || holds(report)).reverse();
  byId("deployments").textContent = reports.length ? `${matching.length} of ${reports.length}` : "none yet";
  for (const id of cards.keys()) if (!shown.some((report) => report.scheduled_action_id === id)) cards.delete(id);
  const runs = Map.groupBy(reports, request);
  replace(byId("list"), shown.map((report) => card(report, runs.get(request(report)), now)));
  showLinked(reports);
}

// replace gives a place other children, and keeps the focus on what has the same ID or link.
function replace(place, children) {
  if (children.length === place.children.length && children.every((child, i) => child === place.children[i])) return;
  const active = document.activeElement;
  const focused = place.contains(active) && {id: active.id, href: active.getAttribute("href")};
  place.replaceChildren(...children);
  if (!focused) return;
  const again = focused.id ? byId(focused.id) : [...place.querySelectorAll("a")].find((each) => each.getAttribute("href") === focused.href);
  if (again) again.focus({preventScroll: true});
}

// showLinked scrolls once to the action in the URL and reports whether it exists.
function showLinked(reports) {
  const id = linked();
  const of = reports.find(holds);
  const place = of && byId(`action/${id}`);
  const says = !id ? "" : of ? `Action ${id} of “${of.name || of.package}” is marked below.` : `There is no action ${id} on this simulator.`;
  if (byId("linked").textContent !== says) byId("linked").textContent = says;
  if (scrolledTo === id) return;
  if (!id || place) scrolledTo = id;
  if (!place) return;
  place.scrollIntoView({block: "center"});
  place.focus({preventScroll: true});
}

function row(endpoint) {
  return element("tr", {className: endpoint.online ? "" : "offline"},
    ...[endpoint.name + (endpoint.online ? "" : " (offline)"), endpoint.id, endpoint.platform, endpoint.ip_address, (endpoint.tags || []).join(", ")]
      .map((text) => element("td", {textContent: text})));
}

async function get(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(`${path}: HTTP ${answer.status}`);
  return answer.json();
}

// load gets the data of a view, and returns a function that shows it.
async function load(view, id, now) {
  switch (view) {
  case "endpoints": {
    const fleet = await get(`endpoints?limit=${MAX_SHOWN}&name=${encodeURIComponent(byId("search").value)}`);
    return () => {
      byId("population").textContent = `${fleet.total}, ${fleet.online} online`;
      byId("machines").replaceChildren(...fleet.endpoints.map(row));
      byId("more").textContent = fleet.matching > fleet.endpoints.length ? `and ${fleet.matching - fleet.endpoints.length} more` : "";
    };
  }
  case "requests": {
    const [entries, reports] = [await get(`requests?after=${lastRequest()}`), await get("actions?endpoints=0")];
    const {requests} = await get("stats");
    return () => showRequests(entries, requests, reports, id);
  }
  case "figures": {
    const stats = await get("stats");
    return () => showFigures(stats);
  }
  default: {
    const reports = await get(`actions?endpoints=${MAX_SHOWN}&timeline=${SAMPLES}`);
    return () => list({reports, now});
  }
  }
}

let asked = 0; // counts the calls of show: only the answers of the last one are shown

async function show() {
  const number = ++asked;
  const {view, id} = route();
  for (const section of document.querySelectorAll("[data-view]")) section.hidden = section.dataset.view !== view;
  for (const link of document.querySelectorAll("nav a")) {
    if (link.hash === `#${view}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  try {
    const now = new Date((await get("clock")).now);
    const display = await load(view, id, now);
    if (number !== asked) return;
    byId("now").textContent = instant(now);
    display();
    byId("failure").hidden = true;
  } catch (failure) {
    if (number !== asked) return;
    byId("failure").textContent = `The simulator does not answer: ${failure.message}`;
    byId("failure").hidden = false;
  }
}

async function follow() {
  await show();
  setTimeout(follow, document.hidden ? 5000 : 1000);
}

byId("legend").append(...Object.entries(STATES).map(([state, words]) => {
  const sign = element("i");
  sign.style.setProperty("--state", `var(--${state})`);
  return element("li", {}, sign, " " + words);
}));
for (const id of ["text", "state"]) byId(id).addEventListener("input", () => list());
byId("search").addEventListener("input", show);
addEventListener("hashchange", show);
for (const button of document.querySelectorAll("[data-advance]")) {
  button.addEventListener("click", async () => {
    await fetch("clock", {method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify({advance_seconds: Number(button.dataset.advance)})});
    show();
  });
}
follow();
