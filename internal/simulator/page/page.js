// Everything shown is fetched once a second from the control calls, and put on the page as text.
"use strict";

const STATES = {waiting: "waiting", downloading: "downloading", running: "running", waitingToRetry: "waiting to retry", completed: "completed",
  pendingVerification: "pending verification", verified: "verified", failedVerification: "failed verification", failed: "failed", expired: "expired"};
const MOST = 300; // squares of one action, rows of the table

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

// linked is the ID of the action that the address names, or nothing.
function linked() {
  const [, id] = location.hash.match(/^#action\/(.+)$/) || [];
  try {
    return id && decodeURIComponent(id);
  } catch {
    return id; // no more than an unknown one
  }
}

const holds = (report) => report.actions.some((action) => action.id === linked());

let arrived; // the link that was followed last, so that the page is not moved under the reader again
let shown; // what the list was made of, so that it stays, with its focus, while nothing changes

function list(reports) {
  const made = JSON.stringify([linked(), reports]);
  if (made === shown) return;
  shown = made;
  const focused = document.activeElement.id.startsWith("action/") && document.activeElement.id;
  const latest = reports.slice(-50);
  byId("actions").replaceChildren(...reports.filter((r) => latest.includes(r) || holds(r)).reverse().map(scheduled));
  if (focused && byId(focused)) byId(focused).focus({preventScroll: true});
  arrive(reports);
}

// arrive takes the reader to the action that the address names, once, and says what it is or that there is none.
function arrive(reports) {
  const id = linked();
  const of = reports.find(holds);
  const place = of && byId(`action/${id}`);
  const says = !id ? "" : of ? `Action ${id} of “${of.name || of.package}” is marked below.` : `There is no action ${id} on this simulator.`;
  if (byId("linked").textContent !== says) byId("linked").textContent = says;
  if (arrived === id) return;
  if (!id || place) arrived = id;
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
    const [clock, actions, fleet] = await Promise.all([get("clock"), get(`actions?endpoints=${MOST}`), get(`endpoints?limit=${MOST}&name=${name}`)]);
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
