// The requests that the gateway received.
"use strict";

const MAX_REQUESTS = 200; // in the list
const MAX_RECEIVED = 2000; // as many as the simulator keeps

// shortened returns a value without what is null or empty.
function shortened(value) {
  if (Array.isArray(value)) return value.map(shortened);
  if (value === null || typeof value !== "object") return value;
  const empty = (each) => each === null || each === "" || typeof each === "object" && !Object.keys(each).length;
  const kept = Object.entries(value).map(([key, each]) => [key, shortened(each)]).filter(([, each]) => !empty(each));
  return Object.fromEntries(kept);
}

// named returns the texts in variables, except those about endpoints: an endpoint may have the ID of an action.
function named(variables) {
  if (typeof variables === "string") return [variables];
  const kept = Object.entries(variables || {}).filter(([key]) => !/endpoint|computer/i.test(key));
  return kept.flatMap(([, value]) => named(value));
}

// concerns reports whether a request names one of the IDs.
function concerns(entry, ids) {
  entry.named ??= new Set(named(entry.variables));
  return ids.some((id) => entry.named.has(id));
}

// actionIn returns the ID of the action that a request names, or undefined.
function actionIn(entry, reports) {
  const ids = (report) => [report.scheduled_action_id, ...report.actions.map((action) => action.id)];
  const found = reports.find((report) => concerns(entry, ids(report)));
  return found && found.actions.length ? found.actions[found.actions.length - 1].id : undefined;
}

// fieldsOf lists the root fields of a request, each once.
function fieldsOf(entry) {
  const times = {};
  for (const field of entry.fields || []) times[field] = (times[field] || 0) + 1;
  return Object.entries(times).map(([field, n]) => n > 1 ? `${field} × ${n}` : field).join(", ");
}

function logged(entry, reports) {
  const variables = shortened(entry.variables || {});
  const made = element("details", {className: "request"});
  made.dataset.number = entry.number;
  const of = actionIn(entry, reports);
  const status = entry.status === 0 ? "no answer" : entry.status;
  const name = fieldsOf(entry) || entry.operation || "not a document";
  made.append(element("summary", {}, element("b", {textContent: name}),
    element("span", {className: entry.status === 200 ? "status" : "status bad", textContent: status}),
    element("time", {dateTime: entry.at, textContent: instant(entry.at)}),
    element("small", {textContent: `${entry.duration_milliseconds.toFixed(1)} ms, number ${entry.number}`})));
  if (Object.keys(variables).length) made.append(element("pre", {textContent: JSON.stringify(variables, null, 1)}));
  if (of) made.append(element("p", {}, element("a", {href: `#action/${of}`, textContent: `Action ${of}`})));
  const text = element("pre", {className: "document", textContent: "Loading …"});
  made.append(text);
  made.addEventListener("toggle", async () => {
    if (!made.open || made.dataset.loaded) return;
    made.dataset.loaded = "yes";
    const answer = await fetch(`requests/${entry.number}`);
    text.textContent = answer.ok ? await answer.text() : "The log does not have the document any more.";
  });
  return made;
}

let received = []; // the requests that the simulator still has, oldest first
let listed; // which action the log is about, and the number of its latest request

const lastRequest = () => received.length ? received[received.length - 1].number : 0;

// showRequests shows the latest requests, or those of one action. It adds to the list what is new, so that what a
// reader has opened stays. total is how many requests there were: fewer than are known after a reset.
function showRequests(entries, total, reports, of) {
  if (total < lastRequest()) [received, listed] = [[], undefined];
  received = [...received, ...entries.filter((entry) => entry.number > lastRequest())].slice(-MAX_RECEIVED);
  const report = of && reports.find((each) => each.actions.some((action) => action.id === of));
  const ids = report ? [report.scheduled_action_id, ...report.actions.map((action) => action.id)] : [];
  const chosen = of ? received.filter((entry) => concerns(entry, ids)) : received;
  byId("asked").textContent = `${chosen.length}${of ? ` of ${received.length}` : ""}`;
  if (!listed || listed.of !== of) {
    const says = report ? `Requests that name action ${of} or its scheduled action.` :
      `There is no action ${of} on this simulator.`;
    const all = element("a", {href: "#requests", textContent: "Show all"});
    byId("concerning").replaceChildren(...(of ? [says, " ", all] : []));
    byId("log").replaceChildren();
    listed = {of, latest: 0};
  }
  byId("quiet").hidden = chosen.length > 0;
  const added = chosen.filter((entry) => entry.number > listed.latest).slice(-MAX_REQUESTS).reverse();
  byId("log").prepend(...added.map((entry) => logged(entry, reports)));
  while (byId("log").childElementCount > MAX_REQUESTS) byId("log").lastElementChild.remove();
  listed.latest = Math.max(listed.latest, ...added.map((entry) => entry.number));
}
