terraform {
  required_version = ">= 1.9"
  required_providers {
    tanium = { source = "tanium-community/tanium" }
  }
}

locals {
  # Endpoints that lack one of the tags. An endpoint that has all of them is done.
  untagged = {
    any     = true
    filters = [for tag in var.tags : { sensor = { name = "Custom Tag Exists", params = { tag = tag } }, value = "False" }]
  }
}

data "tanium_endpoints" "untagged" {
  filter = { filters = [for filter in [var.filter, local.untagged] : filter if filter != null] }
  source {
    live {}
  }
}

resource "tanium_action" "tag" {
  name    = "Tag ${join(", ", var.tags)}"
  comment = var.comment
  operation { add_tags = var.tags }
  targets {
    action_group = { name = var.action_group }
    filter       = data.tanium_endpoints.untagged.filter
  }
  guard { max_endpoints = var.max_endpoints }
  wait { max_failed_percent = var.max_failed_percent }
  lifecycle {
    precondition {
      condition     = data.tanium_endpoints.untagged.total_count <= var.max_endpoints
      error_message = "${data.tanium_endpoints.untagged.total_count} endpoints lack a tag. At most ${var.max_endpoints} may be reached."
    }
  }
}
