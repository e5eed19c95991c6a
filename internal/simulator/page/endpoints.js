// The fleet.
"use strict";

// endpointRow draws an endpoint. On a narrow page, each cell shows the name of its column.
function endpointRow(endpoint) {
  const tags = endpoint.tags || [];
  const cells = {
    Name: [element("b", {textContent: endpoint.name}),
      endpoint.online ? "" : element("span", {className: "badge", textContent: "offline"})],
    ID: [endpoint.id],
    Platform: [endpoint.platform],
    Address: [endpoint.ip_address],
    Tags: [element("span", {className: "chips"},
      ...(tags.length ? tags.map((tag) => element("span", {className: "chip", textContent: tag})) : ["none"]))],
  };
  return element("tr", {className: endpoint.online ? "" : "offline"}, ...Object.entries(cells).map(([name, parts]) => {
    const cell = element("td", {className: name.toLowerCase()}, ...parts);
    if (name === "Tags" && !tags.length) cell.classList.add("muted");
    cell.dataset.label = name;
    return cell;
  }));
}

function showEndpoints(fleet) {
  byId("population").textContent = `${fleet.total}, ${fleet.online} online`;
  byId("machines").replaceChildren(...fleet.endpoints.map(endpointRow));
  const more = fleet.matching - fleet.endpoints.length;
  byId("more").textContent = more > 0 ? `and ${more} more` : "";
}
