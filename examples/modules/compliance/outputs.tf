output "compliant" {
  description = "Whether no ring has more endpoints out of compliance than its accept_remaining allows."
  value       = alltrue(local.results[*].compliant)
}

output "remaining_count" {
  description = "Number of endpoints of all rings that are out of compliance."
  value       = sum(local.results[*].remaining_count)
}

output "rings" {
  description = "Every ring in its order: its name, whether it is compliant, the number of its endpoints that are out of compliance, and the names of the first 100 of them."
  value       = local.results
}
