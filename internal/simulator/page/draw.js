// What an action looks like: its card, its bar, its chart and its squares. Everything is inserted as text.
"use strict";

const STATES = {waiting: "waiting", downloading: "downloading", running: "running", waitingToRetry: "waiting to retry", completed: "completed",
  pendingVerification: "pending verification", verified: "verified", failedVerification: "failed verification", failed: "failed", expired: "expired"};
const DONE = ["completed", "verified", "failedVerification", "failed", "expired"];
const FAILED = ["failed", "failedVerification", "expired"];
const MAX_NAMES = 10; // endpoints named as failed
const MAX_RUNS = 5; // runs of the same request

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

const sum = (counts, states) => states.reduce((total, state) => total + (counts[state] || 0), 0);
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

function counts(of) {
  const words = Object.keys(STATES).filter((state) => of[state]).map((state) => `${of[state]} ${STATES[state]}`);
  return words.join(", ") || "no endpoint has reported";
}

function square(state, title) {
  const made = element("span", {className: "square", title: title});
  made.style.setProperty("--state", `var(--${state})`);
  made.dataset.state = state;
  return made;
}

// bar shows how many endpoints are done.
function bar(of) {
  const total = sum(of, Object.keys(STATES)), done = sum(of, DONE);
  const made = element("progress", {max: total || 1, value: done});
  made.setAttribute("aria-label", "Endpoints that are done");
  return element("p", {className: "done"}, made, ` ${done} of ${total} done`);
}

// chart shows the number of endpoints in each state over time, one above the other.
function chart(timeline) {
  if (!timeline || timeline.length < 2) return "";
  const width = 300, height = 48;
  const total = Math.max(...timeline.map((sample) => sum(sample.counts, Object.keys(STATES))), 1);
  const x = (i) => i / (timeline.length - 1) * width;
  const below = timeline.map(() => 0);
  const areas = [];
  for (const state of Object.keys(STATES)) {
    if (!timeline.some((sample) => sample.counts[state])) continue;
    const lower = [...below];
    timeline.forEach((sample, i) => { below[i] += sample.counts[state] || 0; });
    const point = (i, n) => `${x(i).toFixed(1)},${(height - n / total * height).toFixed(1)}`;
    const points = [...below.map((n, i) => point(i, n)), ...lower.map((n, i) => point(i, n)).reverse()];
    areas.push(drawn("polygon", {points: points.join(" "), style: `fill: var(--${state})`}));
  }
  const first = timeline[0].at, last = timeline[timeline.length - 1];
  const says = `Endpoints by state, from ${instant(first)} to ${instant(last.at)}. In the end: ${counts(last.counts)}.`;
  return element("div", {className: "chart"},
    drawn("svg", {viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", role: "img", "aria-label": says}, ...areas),
    element("small", {textContent: `0 to ${duration((new Date(last.at) - new Date(first)) / 1000)}`}));
}

// failures names the endpoints that failed.
function failures(action) {
  const failed = action.endpoints.filter((endpoint) => FAILED.includes(endpoint.state));
  if (!failed.length) return "";
  const words = failed.slice(0, MAX_NAMES).map((endpoint) => `${endpoint.name} (${STATES[endpoint.state]})`).join(", ");
  const total = sum(action.counts, FAILED);
  return element("p", {className: "failures", textContent: `Failed: ${words}${total > MAX_NAMES ? ` and ${total - MAX_NAMES} more` : ""}`});
}

// times says how long an action has run, and how long it can still run.
function times(action, now) {
  const since = (now - new Date(action.start_time)) / 1000, left = (new Date(action.expiration_time) - now) / 1000;
  if (since < 0) return `starts in ${duration(-since)}`;
  if (action.status !== "OPEN") return `ran until ${instant(action.expiration_time)}`;
  return `${duration(since)} elapsed, ${duration(left)} left`;
}

// issued draws an action. tick shows how long it has run at a time.
function issued(action, chosen) {
  const squares = element("div", {className: "squares"}, ...action.endpoints.map((e) => square(e.state, `${e.name}: ${STATES[e.state]}`)));
  const total = sum(action.counts, Object.keys(STATES));
  if (total > action.endpoints.length) squares.append(`and ${total - action.endpoints.length} more`);
  const since = element("span");
  const made = element("div", {id: `action/${action.id}`, className: chosen ? "issued linked" : "issued", tabIndex: -1},
    element("p", {}, element("a", {href: `#action/${action.id}`, textContent: `Action ${action.id}`}), ` ${action.status}, `, since, `. ${counts(action.counts)}. `,
      element("a", {href: `#requests/${action.id}`, textContent: "Requests"})),
    bar(action.counts), chart(action.timeline), failures(action), squares);
  if (chosen) made.setAttribute("aria-current", "true");
  return {made, tick: (now) => { since.textContent = times(action, now); }};
}

// values lists the parameters of an action.
function values(action) {
  const words = (action && action.params || []).map((value, i) => `$${i + 1} = “${value}”`);
  for (const [name, value] of Object.entries(action && action.sensor_sourced || {})) words.push(`${name} = “${value}”`);
  return words.length ? `Parameters: ${words.join(", ")}` : "";
}

// request identifies what a scheduled action runs, on which targets. The runs of one remediation have it in common.
function request(report) {
  const {params, sensor_sourced: sourced} = report.actions[0] || {};
  return JSON.stringify([report.name, report.package, params, sourced, report.action_group, report.computer_group]);
}

// story lists the runs of the same request in their order, up to a scheduled action.
function story(report, runs) {
  const issues = runs.slice(0, runs.indexOf(report) + 1).flatMap((run) => run.actions);
  const shown = issues.slice(-MAX_RUNS);
  if (issues.length < 2) return "";
  const words = shown.map((action, i) => [i ? " → " : issues.length > shown.length ? "… " : "",
    element("a", {href: `#action/${action.id}`, textContent: instant(action.start_time)}), ` ${counts(action.counts)}`]);
  return element("p", {className: "story"}, `Run ${issues.length}: `, ...words.flat());
}

// scheduled draws the card of a scheduled action, with its last actions and the linked one.
function scheduled(report, linked, runs) {
  const facts = [`Scheduled action ${report.scheduled_action_id}`, report.package, `by ${report.creator}`];
  if (!report.approved) facts.push("waits for approval");
  if (report.deleted) facts.push("deleted");
  if (report.next_start_time) facts.push(`next at ${instant(report.next_start_time)}`);
  const latest = report.actions.slice(-3);
  const last = report.actions.filter((action) => latest.includes(action) || action.id === linked).reverse();
  const actions = last.map((action) => issued(action, action.id === linked));
  const lines = [facts.join(" · "), `Targets: action group ${report.action_group}, ${report.computer_group ? `computer group ${report.computer_group}` : "a filter, endpoints or platforms"}`,
    values(report.actions[0]), report.comment && `Comment: ${report.comment}`];
  const made = element("article", {className: report.deleted ? "deleted" : ""}, element("h3", {textContent: report.name || report.package}),
    ...lines.filter(Boolean).map((text) => element("p", {textContent: text})), story(report, runs), ...actions.map((action) => action.made));
  return {made, tick: (now) => actions.forEach((action) => action.tick(now))};
}
