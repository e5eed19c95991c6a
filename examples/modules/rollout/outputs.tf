output "overview" {
  description = "Every ring in its order, also those that are not open: its name, whether it is open, its number of endpoints and its max_endpoints. Known in the plan. The number of an open ring is that of the plan which opened it."
  value = [for i, ring in var.rings : {
    name           = ring.name
    open           = i < local.open
    endpoint_count = local.endpoint_counts[i]
    max_endpoints  = ring.max_endpoints
  }]
}

output "planned_endpoint_count" {
  description = "Number of endpoints of all rings together, also of those that are not open. Known in the plan."
  value       = local.endpoint_count
}

output "rings" {
  description = "Rings that were deployed to, in their order, each with its share, its result and its page in the Tanium console."
  value       = local.opened[*].result
}

output "waiting_for_approval" {
  description = "Name of the next ring that needs an approval. null for none."
  value       = local.open < length(var.rings) ? var.rings[local.open].name : null
}

output "scheduled_action_ids" {
  description = "IDs of the scheduled actions, in the order of the rings."
  value       = local.opened[*].scheduled_action_id
}

output "targeted_endpoint_count" {
  description = "Number of endpoints that all rings together were deployed to. Another attempt at a ring does not count them again."
  value       = sum(concat([0], local.opened[*].reached))
}

output "problem" {
  description = "Why the last open ring has not succeeded. null if it has. A wrapping module can read it after an apply with on_failure = warn."
  value       = try([for ring in local.opened : ring.problem if !ring.succeeded][0], null)
}
