# A remediation module. It tags every endpoint of a fleet that does not have the tag yet.

terraform {
  required_providers {
    tanium = {
      source = "tanium-community/tanium"
    }
  }
}

variable "prefix" {
  type        = string
  description = "Start of the endpoint names."
  default     = "wks-"
}

variable "tag" {
  type        = string
  description = "Tag to add."
  default     = "Remediated"

  validation {
    condition     = can(regex("^\\S+$", var.tag))
    error_message = "A tag is one word: the package adds a tag for each word."
  }
}

variable "max_endpoints" {
  type        = number
  description = "Maximum number of endpoints that the action may reach."
  default     = 10
}

# The filter leaves out endpoints that are done, so that the remediation empties its own target set.
data "tanium_endpoints" "untagged" {
  filter = {
    filters = [
      { sensor = { name = "Computer Name" }, op = "STARTS_WITH", value = var.prefix },
      { sensor = { name = "Custom Tag Exists", params = { tag = var.tag } }, value = "False" },
    ]
  }
  source {
    live {}
  }
}

resource "tanium_action" "tag" {
  name = "Tag ${var.prefix} as ${var.tag}"

  package {
    name       = "Custom Tagging - Add Tags"
    parameters = [var.tag]
  }

  targets {
    action_group = { name = "All Windows" }
    filter       = data.tanium_endpoints.untagged.filter
  }

  guard { max_endpoints = var.max_endpoints }
  wait { poll_interval = "1s" }

  # The guard stops the plan too. A test can expect the failure of a precondition, but not the failure of a guard.
  lifecycle {
    precondition {
      condition     = data.tanium_endpoints.untagged.total_count <= var.max_endpoints
      error_message = "${data.tanium_endpoints.untagged.total_count} endpoints have no tag, and ${var.max_endpoints} may be reached."
    }
  }
}

output "untagged" {
  value = data.tanium_endpoints.untagged.endpoints[*].name
}

output "tagged" {
  value = tanium_action.tag.results.completed

  precondition {
    condition     = tanium_action.tag.succeeded
    error_message = "The action ended with ${jsonencode(tanium_action.tag.results)}."
  }
}
