output "rings" {
  description = "Rings that were deployed to, in their order, each with its share, its result and its page in the Tanium console."
  value       = concat(module.ring_1[*].result, module.ring_2[*].result, module.ring_3[*].result, module.ring_4[*].result, module.ring_5[*].result)
}

output "waiting_for_approval" {
  description = "Name of the next ring that needs an approval. null for none."
  value       = local.open < length(var.rings) ? var.rings[local.open].name : null
}

output "scheduled_action_ids" {
  description = "IDs of the scheduled actions, in the order of the rings."
  value       = concat(module.ring_1[*].scheduled_action_id, module.ring_2[*].scheduled_action_id, module.ring_3[*].scheduled_action_id, module.ring_4[*].scheduled_action_id, module.ring_5[*].scheduled_action_id)
}

output "targeted_endpoint_count" {
  description = "Number of endpoints that all rings together were deployed to."
  value       = sum(concat([0], module.ring_1[*].result.targeted_endpoint_count, module.ring_2[*].result.targeted_endpoint_count, module.ring_3[*].result.targeted_endpoint_count, module.ring_4[*].result.targeted_endpoint_count, module.ring_5[*].result.targeted_endpoint_count))
}
