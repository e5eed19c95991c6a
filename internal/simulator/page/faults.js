// The faults that the simulator injects into its answers.
"use strict";

const FAULTS = [
  {name: "Lost answer", says: "The request takes effect. The connection closes without an answer.",
    fault: {kind: "drop_after"}},
  {name: "Lost request", says: "The connection closes before the request takes effect.", fault: {kind: "drop_before"}},
  {name: "Half an answer", says: "The request takes effect. The connection closes within the answer.",
    fault: {kind: "truncate"}},
  {name: "429 Too Many Requests", says: "The answer asks to wait for 5 seconds.",
    fault: {kind: "status", code: 429, retry_after: 5}},
  {name: "503 Service Unavailable", says: "The server is overloaded or restarts.", fault: {kind: "status", code: 503}},
  {name: "Expired token", says: "HTTP 401, as for a token that has expired.", fault: {kind: "status", code: 401}},
  {name: "Slow answer", says: "The answer comes after 10 seconds.", fault: {kind: "delay", milliseconds: 10_000}},
  {name: "Sign-in page", says: "HTML with status 200, as from a proxy.", fault: {kind: "garbage"}},
  {name: "GraphQL error", says: "The answer has errors, and no data.", fault: {kind: "graphql_error"}},
  {name: "System error", says: "The payload of a mutation has an error. Choose a mutation above.",
    fault: {kind: "system_error", retryable: true}, mutation: true},
];

const MUTATIONS = ["actionPerform", "actionStop", "scheduledActionDelete"];
const QUERIES = ["action", "scheduledActions", "endpoints", "packageSpecs", "sensors"];

// describe says which requests a fault applies to.
function describe(fault) {
  const known = FAULTS.find(({fault: each}) => each.kind === fault.kind && (each.code || 0) === fault.code);
  const what = known ? known.name : fault.kind === "status" ? `HTTP ${fault.code}` : fault.kind.replaceAll("_", " ");
  const of = fault.field ? ` for ${fault.field}` : "";
  const pages = fault.first_above ? `, of pages of more than ${fault.first_above} objects` : "";
  const when = fault.times < 0 ? `every request${of}` : `the next ${fault.times === 1 ? "request" :
    `${fault.times} requests`}${of}`;
  const later = fault.skip ? `, after ${plural(fault.skip, "request")}` : "";
  return [what, `${when}${pages}${later}`];
}

// showPending shows the pending faults, also in the header.
function showPending(faults) {
  byId("pending").textContent = faults.length;
  byId("pending").title = `${faults.length} pending`;
  byId("pending").hidden = !faults.length;
  byId("clear").disabled = !faults.length;
  byId("injected").textContent = `${faults.length || "none"} pending`;
  byId("waiting").replaceChildren(...faults.map((fault) => {
    const [what, when] = describe(fault);
    return element("li", {}, element("b", {textContent: what}), ` ${when}`);
  }));
}

// allow enables the faults that the chosen field can have.
function allow() {
  for (const button of byId("faults").children) {
    button.disabled = "mutation" in button.dataset && !MUTATIONS.includes(byId("field").value);
  }
}

for (const [label, fields] of Object.entries({Mutations: MUTATIONS, Queries: QUERIES})) {
  byId("field").append(element("optgroup", {label},
    ...fields.map((field) => element("option", {value: field, textContent: field}))));
}
byId("faults").append(...FAULTS.map(({name, says, fault, mutation}) => {
  const button = element("button", {type: "button"}, element("b", {textContent: name}),
    element("span", {textContent: says}));
  if (mutation) button.dataset.mutation = "";
  button.addEventListener("click", async () => post("faults",
    [...await get("faults"), {...fault, field: byId("field").value, times: Number(byId("times").value)}]));
  return button;
}));
byId("field").addEventListener("input", allow);
byId("clear").addEventListener("click", () => post("faults", []));
allow();
