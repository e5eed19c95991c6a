// The page fetches its data from the control calls once a second. The part of the URL after # selects the view:
// #actions, #action/ID, #endpoints, #requests, #requests/ACTION, #faults, #figures.
"use strict";

const MAX_SHOWN = 300; // squares per action, rows of the table
const MAX_CARDS = 50; // scheduled actions
const SAMPLES = 40; // of a chart

// route returns the view and the ID in the URL.
function route() {
  const views = /^#(action|actions|endpoints|requests|faults|figures)(?:\/(.+))?$/;
  const [, view, id] = location.hash.match(views) || [, "actions"];
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
  const words = [report.name, report.package, report.comment, report.scheduled_action_id, report.target_filter,
    ...report.actions.map((action) => action.id)];
  const last = report.actions[report.actions.length - 1];
  const open = last && ["OPEN", "PENDING"].includes(last.status);
  const states = {open, approval: !report.approved && !report.deleted, over: !!last && !open, deleted: report.deleted,
    failures: report.actions.some((action) => sum(action.counts, FAILED) > 0)};
  const named = !text || words.some((word) => word && word.toLowerCase().includes(text));
  return holds(report) || (named && (states[byId("state").value] ?? true));
}

// card returns the card of a scheduled action, among the runs of the same request. It is drawn again only if one of
// them has changed. What a reader has opened stays open.
function card(report, runs, now) {
  const counts = runs.map((run) => run.actions.map((action) => action.counts));
  const shows = JSON.stringify([report, counts, holds(report) && linked()]);
  let drawn = cards.get(report.scheduled_action_id);
  if (!drawn || drawn.shows !== shows) {
    const opened = drawn ? [...drawn.made.querySelectorAll("details[open][id]")].map((each) => each.id) : [];
    drawn = {shows, ...scheduled(report, linked(), runs, drawn ? drawn.kept : new Map())};
    for (const each of drawn.made.querySelectorAll("details[id]")) each.open = opened.includes(each.id);
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
  byId("deployments").textContent = reports.length ? `${matching.length} of ${reports.length}` : "";
  byId("none").textContent = reports.length ? "No scheduled action matches." :
    "No scheduled action yet. Deploy one with Terraform, or in GraphiQL.";
  byId("none").hidden = shown.length > 0;
  for (const id of cards.keys()) if (!shown.some((report) => report.scheduled_action_id === id)) cards.delete(id);
  const runs = Map.groupBy(reports, request);
  replace(byId("list"), () => shown.map((report) => card(report, runs.get(request(report)), now)));
  showLinked(reports);
}

// showLinked scrolls once to the action in the URL and reports whether it exists.
function showLinked(reports) {
  const id = linked();
  const of = reports.find(holds);
  const place = of && byId(`action/${id}`);
  const found = of ? `Action ${id} of “${of.name || of.package}” is marked below.` :
    `There is no action ${id} on this simulator.`;
  const says = id ? found : "";
  if (byId("linked").textContent !== says) byId("linked").textContent = says;
  if (scrolledTo === id) return;
  if (!id || place) scrolledTo = id;
  if (!place) return;
  place.scrollIntoView({block: "center"});
  place.focus({preventScroll: true});
}

// load gets the data of a view, and returns a function that shows it.
async function load(view, id, now) {
  switch (view) {
  case "endpoints": {
    const fleet = await get(`endpoints?limit=${MAX_SHOWN}&name=${encodeURIComponent(byId("search").value)}`);
    return () => showEndpoints(fleet);
  }
  case "requests": {
    const [entries, reports] = [await get(`requests?after=${lastRequest()}`), await get("actions?endpoints=0")];
    const {requests} = await get("stats");
    return () => showRequests(entries, requests, reports, id);
  }
  case "faults":
    return () => {};
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
    const time = await get("clock"), faults = await get("faults");
    const display = await load(view, id, new Date(time.now));
    if (number !== asked) return;
    showClock(time);
    showPending(faults);
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

for (const id of ["text", "state"]) byId(id).addEventListener("input", () => list());
byId("search").addEventListener("input", show);
addEventListener("hashchange", show);
follow();
