output "scheduled_action_id" {
  description = "ID of the scheduled action."
  value       = tanium_action.quarantine.id
}

output "targeted_endpoint_count" {
  description = "Number of endpoints that the targets matched immediately before the deployment."
  value       = tanium_action.quarantine.targeted_endpoint_count
}

output "results" {
  description = "Number of endpoints in each state of the action."
  value       = tanium_action.quarantine.results
}

output "console_url" {
  description = "Page of the action in the Tanium console."
  value       = tanium_action.quarantine.console_url
}

output "verified_count" {
  description = "Number of endpoints that verified the quarantine."
  value       = tanium_action.quarantine.results.verified
}

output "failed_verification_count" {
  description = "Number of endpoints that ran the package and are not in quarantine."
  value       = tanium_action.quarantine.results.failed_verification
}

output "endpoints" {
  description = "Names of the chosen Windows endpoints that were online when Terraform last read them."
  value       = data.tanium_endpoints.chosen.endpoints[*].name
}
