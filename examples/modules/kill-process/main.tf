terraform {
  required_version = ">= 1.9"
  required_providers {
    tanium = { source = "tanium-community/tanium" }
  }
}

locals {
  conditions = [
    { sensor = { name = "Running Processes" }, value = var.process },
    var.computer_group == null ? null : { member_of = { name = var.computer_group } },
    var.filter,
  ]
}

data "tanium_endpoints" "running" {
  filter = { filters = [for condition in local.conditions : condition if condition != null] }
  source {
    live {}
  }
}

resource "tanium_action" "kill" {
  name    = "Kill ${var.process}"
  comment = var.comment
  package {
    name                      = "Kill Process - ||Running Processes||"
    sensor_sourced_parameters = { "Running Processes" = var.process }
  }
  targets {
    action_group = { name = var.action_group }
    filter       = data.tanium_endpoints.running.filter
  }
  guard { max_endpoints = var.max_endpoints }
  wait { max_failed_percent = var.max_failed_percent }
  lifecycle {
    precondition {
      condition     = data.tanium_endpoints.running.total_count <= var.max_endpoints
      error_message = "${data.tanium_endpoints.running.total_count} endpoints run ${var.process}. At most ${var.max_endpoints} may be reached."
    }
  }
}
