// The page fetches its data from the control calls once a second and inserts it as text.
"use strict";

const STATES = {waiting: "waiting", downloading: "downloading", running: "running", waitingToRetry: "waiting to retry", completed: "completed",
  pendingVerification: "pending verification", verified: "verified", failedVerification: "failed verification", failed: "failed", expired: "expired"};
const MAX_SHOWN = 300; // squares per action, rows of the table

const byId = (id) => document.getElementById(id);

function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function square(state, title) {
  const made = element("span", {className: "square", title: title});
  made.style.setProperty("--state", `var(--${state})`);
  made.dataset.state = state;
  return made;
}

function instant(text) {
  return new Date(text).toISOString().replace("T", " ").slice(0, 19) + " UTC";
}

function counts(of) {
  const words = Object.keys(STATES).filter((state) => of[state]).map((state) => `${of[state]} ${STATES[state]}`);
  return words.join(", ") || "no endpoint has reported";
}

function issued(action) {
  const squares = element("div", {className: "squares"}, ...action.endpoints.map((e) => square(e.state, `${e.name}: ${STATES[e.state]}`)));
  const total = Object.values(action.counts).reduce((sum, n) => sum + n, 0);
  if (total > action.endpoints.length) squares.append(`and ${total - action.endpoints.length} more`);
  const chosen = action.id === linked();
  const made = element("div", {id: `action/${action.id}`, className: chosen ? "issued linked" : "issued", tabIndex: -1},
    element("p", {textContent: `Action ${action.id}: ${action.status}, until ${instant(action.expiration_time)}. ${counts(action.counts)}.`}), squares);
  if (chosen) made.setAttribute("aria-current", "true");
  return made;
}

// linked returns the ID of the action in the URL, or undefined.
function linked() {
  const [, id] = location.hash.match(/^#action\/(.+)$/) || [];
  try {
    return id && decodeURIComponent(id);
  } catch {
    return id; // a malformed ID counts as unknown
  }
}

const holds = (report) => report.actions.some((action) => action.id === linked());

let scrolledTo; // the last linked action, so that the page scrolls to it only once
let shown; // the data of the list, so that the list keeps its focus while nothing changes

function list(reports) {
  const made = JSON.stringify([linked(), reports]);
  if (made === shown) return;
  shown = made;
  const focused = document.activeElement.id.startsWith("action/") && document.activeElement.id;
  const latest = reports.slice(-50);
  byId("actions").replaceChildren(...reports.filter((r) => latest.includes(r) || holds(r)).reverse().map(scheduled));
  if (focused && byId(focused)) byId(focused).focus({preventScroll: true});
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

function scheduled(report) {
  const facts = [`Scheduled action ${report.scheduled_action_id}`, report.package, `by ${report.creator}`];
  if (!report.approved) facts.push("waits for approval");
  if (report.deleted) facts.push("deleted");
  if (report.next_start_time) facts.push(`next at ${instant(report.next_start_time)}`);
  const latest = report.actions.slice(-3);
  const last = report.actions.filter((action) => latest.includes(action) || action.id === linked()).reverse();
  return element("article", {className: report.deleted ? "deleted" : ""}, element("h3", {textContent: report.name || report.package}),
    element("p", {textContent: facts.join(" · ")}), ...last.map(issued));
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

async function show() {
  try {
    const name = encodeURIComponent(byId("search").value);
    const [clock, actions, fleet] = await Promise.all([get("clock"), get(`actions?endpoints=${MAX_SHOWN}`), get(`endpoints?limit=${MAX_SHOWN}&name=${name}`)]);
    byId("now").textContent = instant(clock.now);
    byId("deployments").textContent = actions.length || "none yet";
    list(actions);
    byId("population").textContent = `${fleet.total}, ${fleet.online} online`;
    byId("endpoints").replaceChildren(...fleet.endpoints.map(row));
    byId("more").textContent = fleet.matching > fleet.endpoints.length ? `and ${fleet.matching - fleet.endpoints.length} more` : "";
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
byId("search").addEventListener("input", show);
addEventListener("hashchange", show);
for (const button of document.querySelectorAll("[data-advance]")) {
  button.addEventListener("click", async () => {
    await fetch("clock", {method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify({advance_seconds: Number(button.dataset.advance)})});
    show();
  });
}
follow();
