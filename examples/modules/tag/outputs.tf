output "scheduled_action_id" {
  description = "ID of the scheduled action. With several platforms, the ID of the first."
  value       = tanium_action.tag.id
}

output "targeted_endpoint_count" {
  description = "Number of endpoints that the targets matched immediately before the deployment."
  value       = tanium_action.tag.targeted_endpoint_count
}

output "results" {
  description = "Number of endpoints in each state of the action."
  value       = tanium_action.tag.results
}

output "console_url" {
  description = "Page of the action in the Tanium console. With several platforms, the page of the first."
  value       = tanium_action.tag.console_url
}

output "actions" {
  description = "Scheduled actions, one for each set of platforms, each with its platforms, results and page in the Tanium console."
  value       = tanium_action.tag.actions
}

output "endpoints" {
  description = "Names of the endpoints that lack a tag, when Terraform last read them."
  value       = data.tanium_endpoints.untagged.endpoints[*].name
}
