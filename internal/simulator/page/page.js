// The page fetches its data from the control calls once a second. The part of the URL after # selects the view: #actions, #action/ID,
// #endpoints, #requests, #requests/ACTION, #figures.
"use strict";

const MAX_SHOWN = 300; // squares per action, rows of the table
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
let shown; // the data of the list, so that the list keeps its focus while nothing changes

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

function list(reports, now) {
  const made = JSON.stringify([linked(), byId("text").value, byId("state").value, reports, now.getTime()]);
  if (made === shown) return;
  shown = made;
  const active = document.activeElement;
  const focused = active.id.startsWith("action/") && active.id;
  const link = byId("list").contains(active) && active.getAttribute("href");
  const matching = reports.filter(matches);
  const latest = matching.slice(-50);
  byId("deployments").textContent = reports.length ? `${matching.length} of ${reports.length}` : "none yet";
  byId("list").replaceChildren(...matching.filter((r) => latest.includes(r) || holds(r)).reverse().map((r) => scheduled(r, now, linked())));
  const again = focused ? byId(focused) : link && [...byId("list").querySelectorAll("a")].find((each) => each.getAttribute("href") === link);
  if (again) again.focus({preventScroll: true});
  showLinked(reports);
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

// showView shows the data of one view.
async function showView(view, id, now) {
  switch (view) {
  case "endpoints": {
    const fleet = await get(`endpoints?limit=${MAX_SHOWN}&name=${encodeURIComponent(byId("search").value)}`);
    byId("population").textContent = `${fleet.total}, ${fleet.online} online`;
    byId("machines").replaceChildren(...fleet.endpoints.map(row));
    byId("more").textContent = fleet.matching > fleet.endpoints.length ? `and ${fleet.matching - fleet.endpoints.length} more` : "";
    return;
  }
  case "requests":
    showRequests(await get("requests"), await get("actions?endpoints=0"), id);
    return;
  case "figures":
    showFigures(await get("stats"));
    return;
  default:
    list(await get(`actions?endpoints=${MAX_SHOWN}&timeline=${SAMPLES}`), now);
  }
}

async function show() {
  const {view, id} = route();
  for (const section of document.querySelectorAll("[data-view]")) section.hidden = section.dataset.view !== view;
  for (const link of document.querySelectorAll("nav a")) {
    if (link.hash === `#${view}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  try {
    const now = new Date((await get("clock")).now);
    byId("now").textContent = instant(now);
    await showView(view, id, now);
    byId("failure").hidden = true;
  } catch (failure) {
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
for (const id of ["search", "text", "state"]) byId(id).addEventListener("input", show);
addEventListener("hashchange", show);
for (const button of document.querySelectorAll("[data-advance]")) {
  button.addEventListener("click", async () => {
    await fetch("clock", {method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify({advance_seconds: Number(button.dataset.advance)})});
    show();
  });
}
follow();
