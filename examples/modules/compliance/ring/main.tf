terraform {
  required_version = ">= 1.9"
  required_providers {
    tanium = { source = "tanium-community/tanium" }
  }
}

variable "ring" {
  type        = any
  description = "The ring: name, filter and accept_remaining."
}

variable "common" {
  type        = any
  description = "What the rings have in common: name, comment, package, action_group, max_endpoints and verify_timeout."
}

resource "tanium_remediation" "this" {
  name    = "${var.common.name}: ${var.ring.name}"
  comment = var.common.comment

  package {
    name                      = var.common.package.name
    parameters                = var.common.package.parameters
    sensor_sourced_parameters = var.common.package.sensor_sourced_parameters
  }

  targets {
    action_group = { name = var.common.action_group }
    filter       = var.ring.filter
  }

  # Holds right before the deployment, too. By then, more endpoints may match than in the plan.
  guard { max_endpoints = var.common.max_endpoints }
  accept { remaining = var.ring.accept_remaining }
  verify { timeout = var.common.verify_timeout }
}

output "result" {
  description = "The ring, and its endpoints that are out of compliance."
  value = {
    name            = var.ring.name
    compliant       = tanium_remediation.this.compliant
    remaining_count = tanium_remediation.this.remaining_count
    remaining       = tanium_remediation.this.remaining[*].name
  }
}
