// The header "session" holds the token. The user can change it below the query.
const query = `# Preview the endpoints that a filter matches.
{
  endpoints(first: 10, source: {ts: {}}, filter: {sensor: {name: "Operating System"}, op: CONTAINS, value: "Windows"}) {
    totalRecords
    edges { node { id name sensorReadings(sensors: [{name: "Action Statuses"}]) { columns { name values } } } }
  }
}
`;

ReactDOM.createRoot(document.getElementById("graphiql")).render(React.createElement(GraphiQL, {
  fetcher: GraphiQL.createFetcher({url: "/plugin/products/gateway/graphql"}),
  defaultQuery: query,
  defaultHeaders: '{"session": "token-simulator"}',
  defaultEditorToolsVisibility: "headers",
}));
