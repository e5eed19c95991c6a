// The states of endpoints as a bar, a chart and squares.
"use strict";

const STATES = {waiting: "waiting", downloading: "downloading", running: "running",
  waitingToRetry: "waiting to retry", completed: "completed", pendingVerification: "pending verification",
  verified: "verified", failedVerification: "failed verification", failed: "failed", expired: "expired"};
const SUCCEEDED = ["completed", "verified"];
const FAILED = ["failed", "failedVerification", "expired"];
const IN_PROGRESS = ["downloading", "running", "waitingToRetry", "pendingVerification"];

// The parts of a bar: the states that count, and the state whose colour they have.
const PARTS = {succeeded: [SUCCEEDED, "completed"], failed: [FAILED, "failed"], "in progress": [IN_PROGRESS, "running"],
  waiting: [["waiting"], "waiting"]};

const sum = (counts, states) => states.reduce((total, state) => total + (counts[state] || 0), 0);

function counts(of) {
  const words = Object.keys(STATES).filter((state) => of[state]).map((state) => `${of[state]} ${STATES[state]}`);
  return words.join(", ") || "no endpoint has reported";
}

// coloured gives an element the colour of a state.
function coloured(made, state) {
  made.style.setProperty("--state", `var(--${state})`);
  return made;
}

function square(state, title) {
  const made = coloured(element("span", {className: "square", title: title}), state);
  made.dataset.state = state;
  return made;
}

// bar shows how many endpoints have succeeded, have failed, are in progress and wait, side by side.
function bar(of) {
  const total = sum(of, Object.keys(STATES)), done = sum(of, [...SUCCEEDED, ...FAILED]);
  const parts = Object.entries(PARTS).map(([name, [states, colour]]) => ({name, n: sum(of, states), colour}))
    .filter((part) => part.n > 0);
  const says = parts.map((part) => `${part.n} ${part.name}`).join(", ") || "no endpoint has reported";
  const track = element("div", {className: "bar"}, ...parts.map((part) => {
    const made = coloured(element("span"), part.colour);
    made.style.flexGrow = part.n;
    Object.assign(made.dataset, {part: part.name, count: part.n});
    return made;
  }));
  track.setAttribute("role", "img");
  track.setAttribute("aria-label", says);
  const words = element("p", {}, total ? element("b", {textContent: `${done} of ${total} done`}) : "",
    element("span", {textContent: says}));
  return element("div", {className: "progress"}, words, track);
}

// chart shows the number of endpoints in each state over time, one above the other.
function chart(timeline) {
  if (!timeline || timeline.length < 2) return "";
  const width = 600, height = 80;
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
    areas.push(coloured(drawn("polygon", {points: points.join(" ")}), state));
  }
  const first = timeline[0].at, last = timeline[timeline.length - 1];
  const says = `Endpoints by state, from ${instant(first)} to ${instant(last.at)}. In the end: ${counts(last.counts)}.`;
  return element("div", {className: "chart"},
    drawn("svg", {viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", role: "img", "aria-label": says},
      ...areas),
    element("p", {}, element("span", {textContent: `${instant(first)}`}),
      element("span", {textContent: `+ ${duration((new Date(last.at) - new Date(first)) / 1000)}`})));
}

// legend names the states that the chart and the squares of an action have, with their counts now.
function legend(action) {
  const samples = [...(action.timeline || []).map((sample) => sample.counts), action.counts];
  const states = Object.keys(STATES).filter((state) => samples.some((counts) => counts[state]));
  return element("ul", {className: "legend"}, ...states.map((state) => {
    const n = action.counts[state] || 0;
    return element("li", {className: n ? "" : "past"}, coloured(element("i"), state),
      `${n ? `${n} ` : ""}${STATES[state]}`);
  }));
}
