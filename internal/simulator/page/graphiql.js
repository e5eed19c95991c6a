// The explorer asks for a token, and keeps it until the browser's tab is closed.
"use strict";

const query = `# Preview the endpoints that a filter matches.
{
  endpoints(first: 10, source: {ts: {}}, filter: {sensor: {name: "Operating System"}, op: CONTAINS, value: "Windows"}) {
    totalRecords
    edges { node { id name sensorReadings(sensors: [{name: "Action Statuses"}]) { columns { name values } } } }
  }
}
`;

function explore(token) {
  document.getElementById("ask").hidden = true;
  ReactDOM.createRoot(document.getElementById("graphiql")).render(React.createElement(GraphiQL, {
    fetcher: GraphiQL.createFetcher({url: "/plugin/products/gateway/graphql"}),
    defaultQuery: query,
    headers: JSON.stringify({session: token}),
    defaultEditorToolsVisibility: "variables",
  }));
}

const known = sessionStorage.getItem("token");
if (known) explore(known);
document.getElementById("ask").hidden = Boolean(known);
document.getElementById("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  const token = document.getElementById("token").value.trim();
  if (!token) return;
  sessionStorage.setItem("token", token);
  explore(token);
});
