// The explorer opens with the simulator's public token. If the simulator has none, the explorer asks for a token, and
// keeps it until the browser's tab is closed.
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
    defaultEditorToolsVisibility: "headers",
  }));
}

// begin explores with the token of the tab, or with the public one.
async function begin() {
  let token = sessionStorage.getItem("token");
  if (!token) {
    const answer = await fetch("token");
    token = answer.ok && (await answer.json()).token;
  }
  if (token) explore(token);
  else document.getElementById("ask").hidden = false;
}

document.getElementById("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  const token = document.getElementById("token").value.trim();
  if (!token) return;
  sessionStorage.setItem("token", token);
  explore(token);
});
begin();
