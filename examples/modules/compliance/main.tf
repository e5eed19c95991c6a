terraform {
  required_version = ">= 1.9"
  required_providers {
    tanium = { source = "tanium-community/tanium" }
  }
}

locals {
  # Each ring with the filter of its share of the endpoints.
  rings = [for i, ring in var.rings : merge(ring, {
    filter = { filters = [var.filter, provider::tanium::share(i == 0 ? 0 : var.rings[i - 1].to_percent, ring.to_percent)] }
  })]

  # What the rings have in common.
  common = {
    name           = var.name
    comment        = var.comment
    package        = var.package
    action_group   = var.action_group
    max_endpoints  = var.max_endpoints
    verify_timeout = var.verify_timeout
  }

  results = concat(module.ring_1, module.ring_2, module.ring_3, module.ring_4, module.ring_5)[*].result
}

# Counts the endpoints of all rings in the plan, as their remediations count them. No output has this number: it is that of the plan, and
# the next plan would show a change.
data "tanium_action_preview" "all" {
  max_results = 0
  targets {
    action_group = { name = var.action_group }
    filter       = { filters = [var.filter, provider::tanium::share(0, max(var.rings[*].to_percent...))] }
  }
}

# Fails in the plan, before anything is deployed.
resource "terraform_data" "limit" {
  lifecycle {
    precondition {
      condition     = data.tanium_action_preview.all.endpoint_count <= var.max_endpoints
      error_message = "Out of compliance: ${data.tanium_action_preview.all.endpoint_count} endpoints, where ${var.name} may reach at most ${var.max_endpoints}. This plan deploys nothing. Find out why so many endpoints match. Then narrow the filter, or increase max_endpoints."
    }
  }
}

# Terraform does not order the instances of a module with for_each, so each ring has a module of its own. A remediation fails the apply if
# its endpoints remain out of compliance. The rings after it are then not deployed to.

module "ring_1" {
  source     = "./ring"
  count      = length(var.rings) >= 1 ? 1 : 0
  ring       = local.rings[0]
  common     = local.common
  depends_on = [terraform_data.limit]
}

module "ring_2" {
  source     = "./ring"
  count      = length(var.rings) >= 2 ? 1 : 0
  ring       = local.rings[1]
  common     = local.common
  depends_on = [module.ring_1]
}

module "ring_3" {
  source     = "./ring"
  count      = length(var.rings) >= 3 ? 1 : 0
  ring       = local.rings[2]
  common     = local.common
  depends_on = [module.ring_2]
}

module "ring_4" {
  source     = "./ring"
  count      = length(var.rings) >= 4 ? 1 : 0
  ring       = local.rings[3]
  common     = local.common
  depends_on = [module.ring_3]
}

module "ring_5" {
  source     = "./ring"
  count      = length(var.rings) >= 5 ? 1 : 0
  ring       = local.rings[4]
  common     = local.common
  depends_on = [module.ring_4]
}
