// The card of a scheduled action, with its actions and the logs of endpoints that failed.
"use strict";

const MAX_NAMES = 10; // endpoints named as failed, before a toggle
const MAX_RUNS = 5; // runs of the same request

// logLine draws a line of a log, which is a number, a time and a text.
function logLine(line) {
  const [, at, text] = line.match(/^\d+\|([^|]+)\|(.*)$/) || [];
  if (!at) return element("li", {}, element("span"), line);
  const time = element("time", {dateTime: at, title: instant(at), textContent: instant(at).slice(11, 19)});
  return element("li", {}, time, element("span", {textContent: text}));
}

// failedEndpoint names an endpoint that failed. It loads the endpoint's log of the action when it is opened. An
// opened one is kept when the card is drawn again.
function failedEndpoint(action, endpoint, kept) {
  const key = JSON.stringify([action.id, action.start_time, endpoint.id, endpoint.state]);
  if (kept.has(key)) return kept.get(key);
  const text = element("ul", {className: "log"}, "Loading …");
  const made = element("details", {className: "failed"},
    element("summary", {id: `log/${action.id}/${endpoint.id}`}, element("b", {textContent: endpoint.name}),
      ` ${STATES[endpoint.state]} `, element("span", {className: "toggle"})), text);
  made.addEventListener("toggle", async () => {
    if (!made.open || made.dataset.loaded) return;
    made.dataset.loaded = "yes";
    try {
      const answer = await fetch(`actions/${action.id}/log?endpoint=${encodeURIComponent(endpoint.id)}`);
      if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
      const lines = await answer.text();
      text.replaceChildren(...(lines ? lines.split("\n").map(logLine) : ["The endpoint wrote no log."]));
    } catch (failure) {
      text.textContent = `The log could not be loaded: ${failure.message}`;
      delete made.dataset.loaded;
    }
  });
  kept.set(key, made);
  return made;
}

// failures names the endpoints that failed.
function failures(action, kept) {
  const total = sum(action.counts, FAILED);
  if (!total) return "";
  const failed = action.endpoints.filter((endpoint) => FAILED.includes(endpoint.state));
  const named = failed.map((endpoint) => failedEndpoint(action, endpoint, kept));
  const made = element("div", {className: "failures"},
    element("h4", {textContent: `${plural(total, "endpoint")} failed`}), ...named.slice(0, MAX_NAMES));
  if (named.length > MAX_NAMES) {
    made.append(element("details", {id: `failed/${action.id}`},
      element("summary", {textContent: `${named.length - MAX_NAMES} more`}), ...named.slice(MAX_NAMES)));
  }
  const others = total - failed.length;
  if (others > 0) made.append(element("p", {textContent: `and ${others} that are not listed`}));
  return made;
}

// squares shows each endpoint. A failed one leads to its log.
function squares(action) {
  const made = element("div", {className: "squares"}, ...action.endpoints.map((endpoint) => {
    const each = square(endpoint.state, `${endpoint.name}: ${STATES[endpoint.state]}`);
    if (FAILED.includes(endpoint.state)) {
      each.addEventListener("click", () => {
        const of = byId(`log/${action.id}/${endpoint.id}`);
        for (let at = of.parentElement; at; at = at.parentElement.closest("details")) at.open = true;
        of.focus();
      });
    }
    return each;
  }));
  const total = sum(action.counts, Object.keys(STATES));
  if (total > action.endpoints.length) made.append(`and ${total - action.endpoints.length} more`);
  return made;
}

// times says how long an action has run, and how long it can still run.
function times(action, now) {
  const since = (now - new Date(action.start_time)) / 1000, left = (new Date(action.expiration_time) - now) / 1000;
  if (since < 0) return `starts in ${duration(-since)}`;
  if (action.status !== "OPEN") return `ran until ${instant(action.expiration_time)}`;
  return `${duration(since)} elapsed, ${duration(left)} left`;
}

// issued draws an action; an earlier one, which is not in full, without chart and squares. tick shows how long it has
// run at a time.
function issued(action, {chosen, full, kept}) {
  const since = element("span", {className: "since"}), status = action.status.toLowerCase();
  const made = element("div", {id: `action/${action.id}`, className: chosen ? "issued linked" : "issued", tabIndex: -1},
    element("p", {className: "head"}, element("a", {href: `#action/${action.id}`, textContent: `Action ${action.id}`}),
      element("span", {className: `badge ${status}`, textContent: status}), since,
      element("a", {href: `#requests/${action.id}`, textContent: "Requests"})),
    bar(action.counts), failures(action, kept));
  if (full) made.append(chart(action.timeline), legend(action), squares(action));
  if (chosen) made.setAttribute("aria-current", "true");
  return {made, tick: (now) => { since.textContent = times(action, now); }};
}

// values lists the parameters of an action.
function values(action) {
  const words = (action && action.params || []).map((value, i) => `$${i + 1} = “${value}”`);
  const sourced = Object.entries(action && action.sensor_sourced || {});
  words.push(...sourced.map(([name, value]) => `${name} = “${value}”`));
  return words.join(", ");
}

// targets says which endpoints a scheduled action reaches.
function targets(report) {
  const lines = [`Action group ${report.action_group}`];
  if (report.computer_group) lines.push(`Computer group ${report.computer_group}`);
  if (report.target_filter) lines.push(report.target_filter);
  if (report.target_endpoints) lines.push(`Endpoint IDs ${report.target_endpoints.join(", ")}`);
  if (report.target_platforms) lines.push(`Platforms ${report.target_platforms.join(", ")}`);
  return lines.map((line, i) => element("p", {className: line === report.target_filter ? "filter" : ""},
    long(line, `targets/${report.scheduled_action_id}/${i}`)));
}

// schedule says when a scheduled action issues actions; "" for one that does so once, at once.
function schedule(report) {
  const words = [];
  if (report.reissue_seconds) {
    words.push(`every ${duration(report.reissue_seconds)} ` +
      (report.end_time ? `until ${instant(report.end_time)}` : "without an end"));
  }
  if (report.next_start_time) words.push(`next at ${instant(report.next_start_time)}`);
  return words.join(", ");
}

// comment shows the text of a comment, and after it the marker by which the provider recognizes the action.
function comment(report) {
  const [marker] = report.comment.match(/\b(?:tf|terraform)\d{32}\b/i) || [""];
  const text = report.comment.replace(marker, "").trim();
  const parts = [];
  if (text) parts.push(element("span", {textContent: text}));
  if (marker) parts.push(element("small", {className: "marker", textContent: marker}));
  return parts;
}

// request identifies what a scheduled action runs, on which targets. The runs of one remediation have it in common.
function request(report) {
  const {params, sensor_sourced: sourced} = report.actions[0] || {};
  return JSON.stringify([report.name, report.package, params, sourced, report.action_group, report.computer_group,
    report.target_filter]);
}

// story lists the runs of the same request in their order, up to a scheduled action.
function story(report, runs) {
  const issues = runs.slice(0, runs.indexOf(report) + 1).flatMap((run) => run.actions);
  const shown = issues.slice(-MAX_RUNS);
  if (issues.length < 2) return "";
  const before = (i) => i ? " → " : issues.length > shown.length ? "… " : "";
  const link = (action) => element("a", {href: `#action/${action.id}`, textContent: instant(action.start_time)});
  const words = shown.map((action, i) => [before(i), link(action), ` ${counts(action.counts)}`]);
  return element("p", {className: "story"}, `Run ${issues.length}: `, ...words.flat());
}

// badges are the states of a scheduled action that need attention.
function badges(report) {
  const words = {recurring: report.reissue_seconds > 0, "waits for approval": !report.approved && !report.deleted,
    deleted: report.deleted};
  return Object.keys(words).filter((word) => words[word])
    .map((word) => element("span", {className: `badge ${word.split(" ")[0]}`, textContent: word}));
}

// scheduled draws the card of a scheduled action, with its last actions and the linked one. kept has the opened logs.
function scheduled(report, linked, runs, kept) {
  const latest = report.actions.slice(-3);
  const last = report.actions.filter((action) => latest.includes(action) || action.id === linked).reverse();
  const actions = last.map((action, i) => issued(action,
    {chosen: action.id === linked, full: i === 0 || action.id === linked, kept}));
  const facts = {Targets: targets(report), Parameters: [values(report.actions[0])], Schedule: [schedule(report)],
    Comment: comment(report), Runs: [story(report, runs)]};
  const rows = Object.entries(facts).map(([name, parts]) => [name, parts.filter(Boolean)])
    .filter(([, parts]) => parts.length);
  const made = element("article", {className: report.deleted ? "deleted" : ""},
    element("header", {}, element("h3", {textContent: report.name || report.package}), ...badges(report)),
    element("p", {className: "what", textContent:
      `${report.package} · by ${report.creator} · scheduled action ${report.scheduled_action_id}`}),
    element("dl", {className: "facts"}, ...rows.flatMap(([name, parts]) =>
      [element("dt", {textContent: name}), element("dd", {}, ...parts.flatMap((part) => [part, " "]))])),
    ...actions.map((action) => action.made));
  return {made, kept, tick: (now) => actions.forEach((action) => action.tick(now))};
}
