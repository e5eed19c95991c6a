# Prints which endpoints each deployment of a plan would reach: jq -rf reach.jq plan.json
( (.resource_changes[]? | select(.type == "tanium_action" and any(.change.actions[]; . == "create"))
    | {address, endpoints: .change.after.guard.reviewed.endpoints}),
  (.action_invocations[]? | select(.type == "tanium_action_deploy")
    | {address, endpoints: .config_values.guard.reviewed.endpoints}) )
| if .endpoints then
    "\(.address): \(.endpoints | length) endpoints: \(.endpoints | to_entries | map("\(.value) (\(.key))") | join(", "))"
  else
    "\(.address): not named in the plan"
  end
