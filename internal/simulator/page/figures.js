// The figures since the start or the last reset.
"use strict";

function showFigures(stats) {
  const figures = {Requests: stats.requests, Deployments: stats.deployments,
    "Open scheduled actions": stats.open_scheduled_actions, "Bytes received": stats.bytes_in,
    "Bytes sent": stats.bytes_out};
  byId("totals").replaceChildren(...Object.entries(figures).map(([name, value]) =>
    element("div", {}, element("dt", {textContent: name}), element("dd", {textContent: value.toLocaleString("en")}))));
  const fields = Object.entries(stats.operations).sort(([, a], [, b]) => b - a);
  const most = Math.max(...fields.map(([, n]) => n), 1);
  byId("fields").replaceChildren(...fields.map(([name, n]) => {
    const fill = element("span");
    fill.style.width = `${n / most * 100}%`;
    return element("p", {className: "field"}, element("span", {textContent: name}),
      element("span", {className: "track", ariaHidden: "true"}, fill),
      element("b", {textContent: n.toLocaleString("en")}));
  }));
  if (!fields.length) byId("fields").append(element("p", {className: "empty", textContent: "No requests yet."}));
}
