# Finds the scheduled actions of a suite, so that it can check that nothing was deployed twice.

terraform {
  required_providers {
    tanium = { source = "tanium-community/tanium" }
  }
}

variable "name_contains" {
  type        = string
  description = "Part of the names of the scheduled actions. null: all."
  default     = null
}

data "tanium_scheduled_actions" "found" {
  name_contains = var.name_contains
}

output "found" {
  description = "ID and name of each scheduled action, in the order of the IDs. After a reset, the simulator numbers them from 88001."
  value       = join(", ", [for action in data.tanium_scheduled_actions.found.scheduled_actions : "${action.id} ${action.name}"])
}
