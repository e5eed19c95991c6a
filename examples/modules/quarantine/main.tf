terraform {
  required_version = ">= 1.9"
  required_providers {
    tanium = { source = "tanium-community/tanium" }
  }
}

locals {
  chosen = concat(
    [for name in [var.computer_group] : { member_of = { name = name } } if name != null],
    [for id in coalesce(var.endpoint_ids, []) : { path = "id", value = id }],
  )
}

# The package has an effect on Windows only.
data "tanium_endpoints" "chosen" {
  filter = {
    filters = [{ sensor = { name = "OS Platform" }, value = "Windows" }, { any = true, filters = local.chosen }]
  }
  source {
    live {}
  }
}

resource "tanium_action" "quarantine" {
  name    = "Quarantine"
  comment = var.comment
  package { name = "Apply Windows IPsec Quarantine" }
  targets {
    action_group   = { name = var.action_group }
    computer_group = var.computer_group == null ? null : { name = var.computer_group }
    endpoint_ids   = var.endpoint_ids
    platforms      = ["Windows"]
  }
  guard { max_endpoints = var.max_endpoints }
  wait { max_failed_percent = var.max_failed_percent }
  lifecycle {
    precondition {
      condition     = data.tanium_endpoints.chosen.total_count <= var.max_endpoints
      error_message = "${data.tanium_endpoints.chosen.total_count} endpoints are chosen. At most ${var.max_endpoints} may be reached."
    }
  }
}
