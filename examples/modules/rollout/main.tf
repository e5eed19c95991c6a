terraform {
  required_version = ">= 1.9"
  required_providers {
    tanium = { source = "tanium-community/tanium" }
  }
}

# Counts every ring in the plan, also those that are not open, as the deployment of the ring counts.
data "tanium_action_preview" "ring" {
  count       = length(var.rings)
  max_results = 0
  targets {
    action_group = { name = var.action_group }
    filter       = local.filters[count.index]
  }
}

locals {
  # Each ring with the share of endpoints that it deploys to.
  rings = [for i, ring in var.rings : merge(ring, {
    from_percent = i == 0 ? 0 : var.rings[i - 1].to_percent
    last         = i == length(var.rings) - 1
  })]
  filters = [for ring in local.rings : {
    filters = [for filter in [var.filter, provider::tanium::share(ring.from_percent, ring.to_percent)] : filter if filter != null]
  }]

  # A ring that is not approved closes itself and all that follow.
  closed = [for i, ring in var.rings : i if ring.approval && !contains(var.approved, ring.name)]
  open   = min(concat([length(var.rings)], local.closed)...)
  opened = concat(module.ring_1, module.ring_2, module.ring_3, module.ring_4, module.ring_5)

  # Endpoints of each ring. The size of an open ring stays as it was when it opened, also if its endpoints no longer match the filter.
  endpoint_counts = concat(local.opened[*].size, slice(data.tanium_action_preview.ring[*].endpoint_count, local.open, length(var.rings)))
  endpoint_count  = sum(local.endpoint_counts)
  too_large       = [for i, ring in var.rings : ring.name if local.endpoint_counts[i] > ring.max_endpoints]
  counted         = join(", ", [for i, ring in var.rings : "${ring.name} ${local.endpoint_counts[i]} of at most ${ring.max_endpoints}"])

  # With on_failure = "warn", the last open ring may fail: no ring would open after it.
  tolerated = var.on_failure == "warn" ? local.open : 0

  deployment = {
    name         = var.name
    comment      = var.comment
    package      = var.package
    action_group = var.action_group
  }
  settings = {
    sample_size = var.sample_size
    approval    = var.tanium_approval
  }
}

# Fails in the plan, before anything is deployed. The guards of the rings hold the limits once more, right before each deployment.
resource "terraform_data" "limit" {
  input = var.max_endpoints

  lifecycle {
    precondition {
      condition     = local.endpoint_count <= coalesce(var.max_endpoints, local.endpoint_count)
      error_message = "The rings have ${local.endpoint_count} endpoints together, where the rollout may reach at most ${coalesce(var.max_endpoints, local.endpoint_count)}: ${local.counted}. This plan deploys nothing. Narrow the filter, or increase max_endpoints of the rollout."
    }
    precondition {
      condition     = length(local.too_large) == 0
      error_message = "More endpoints than max_endpoints of the ring allows in: ${join(", ", local.too_large)}. The rings have these endpoints: ${local.counted}. This plan deploys nothing. Narrow the filter, change to_percent, or increase max_endpoints of the ring."
    }
  }
}

# Terraform does not order the instances of a resource with for_each, so each ring has a module of its own. A ring waits for the gate of
# the ring before it. A gate fails unless its ring succeeded.

module "ring_1" {
  source     = "./ring"
  count      = local.open >= 1 ? 1 : 0
  ring       = local.rings[0]
  filter     = local.filters[0]
  counted    = data.tanium_action_preview.ring[0].endpoint_count
  remaining  = var.max_endpoints
  deployment = local.deployment
  settings   = local.settings
}

resource "terraform_data" "gate_1" {
  count = local.open >= 1 ? 1 : 0
  input = module.ring_1[0].scheduled_action_id

  lifecycle {
    precondition {
      condition     = module.ring_1[0].succeeded || local.tolerated == 1
      error_message = module.ring_1[0].problem
    }
  }
}

module "ring_2" {
  source     = "./ring"
  count      = local.open >= 2 ? 1 : 0
  ring       = local.rings[1]
  filter     = local.filters[1]
  counted    = data.tanium_action_preview.ring[1].endpoint_count
  remaining  = module.ring_1[0].remaining
  deployment = local.deployment
  settings   = local.settings
  depends_on = [terraform_data.gate_1]
}

resource "terraform_data" "gate_2" {
  count = local.open >= 2 ? 1 : 0
  input = module.ring_2[0].scheduled_action_id

  lifecycle {
    precondition {
      condition     = module.ring_2[0].succeeded || local.tolerated == 2
      error_message = module.ring_2[0].problem
    }
  }
}

module "ring_3" {
  source     = "./ring"
  count      = local.open >= 3 ? 1 : 0
  ring       = local.rings[2]
  filter     = local.filters[2]
  counted    = data.tanium_action_preview.ring[2].endpoint_count
  remaining  = module.ring_2[0].remaining
  deployment = local.deployment
  settings   = local.settings
  depends_on = [terraform_data.gate_2]
}

resource "terraform_data" "gate_3" {
  count = local.open >= 3 ? 1 : 0
  input = module.ring_3[0].scheduled_action_id

  lifecycle {
    precondition {
      condition     = module.ring_3[0].succeeded || local.tolerated == 3
      error_message = module.ring_3[0].problem
    }
  }
}

module "ring_4" {
  source     = "./ring"
  count      = local.open >= 4 ? 1 : 0
  ring       = local.rings[3]
  filter     = local.filters[3]
  counted    = data.tanium_action_preview.ring[3].endpoint_count
  remaining  = module.ring_3[0].remaining
  deployment = local.deployment
  settings   = local.settings
  depends_on = [terraform_data.gate_3]
}

resource "terraform_data" "gate_4" {
  count = local.open >= 4 ? 1 : 0
  input = module.ring_4[0].scheduled_action_id

  lifecycle {
    precondition {
      condition     = module.ring_4[0].succeeded || local.tolerated == 4
      error_message = module.ring_4[0].problem
    }
  }
}

module "ring_5" {
  source     = "./ring"
  count      = local.open >= 5 ? 1 : 0
  ring       = local.rings[4]
  filter     = local.filters[4]
  counted    = data.tanium_action_preview.ring[4].endpoint_count
  remaining  = module.ring_4[0].remaining
  deployment = local.deployment
  settings   = local.settings
  depends_on = [terraform_data.gate_4]
}

resource "terraform_data" "gate_5" {
  count = local.open >= 5 ? 1 : 0
  input = module.ring_5[0].scheduled_action_id

  lifecycle {
    precondition {
      condition     = module.ring_5[0].succeeded || local.tolerated == 5
      error_message = module.ring_5[0].problem
    }
  }
}
