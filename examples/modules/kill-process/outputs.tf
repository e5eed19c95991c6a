output "scheduled_action_id" {
  description = "ID of the scheduled action."
  value       = tanium_action.kill.id
}

output "targeted_endpoint_count" {
  description = "Number of endpoints that the targets matched immediately before the deployment."
  value       = tanium_action.kill.targeted_endpoint_count
}

output "results" {
  description = "Number of endpoints in each state of the action."
  value       = tanium_action.kill.results
}

output "console_url" {
  description = "Page of the action in the Tanium console."
  value       = tanium_action.kill.console_url
}

output "endpoints" {
  description = "Names of the endpoints that run the process, when Terraform last read them."
  value       = data.tanium_endpoints.running.endpoints[*].name
}
