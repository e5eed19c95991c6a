terraform {
  required_version = ">= 1.9"
  required_providers {
    tanium = { source = "tanium-community/tanium" }
  }
}

locals {
  # Each ring with the share of endpoints that it deploys to.
  rings = [for i, ring in var.rings : merge(ring, {
    from_percent = i == 0 ? 0 : var.rings[i - 1].to_percent
  })]

  # A ring that is not approved closes itself and all that follow.
  closed = [for i, ring in var.rings : i if ring.approval && !contains(var.approved, ring.name)]
  open   = min(concat([length(var.rings)], local.closed)...)

  deployment = {
    name         = var.name
    comment      = var.comment
    package      = var.package
    filter       = var.filter
    action_group = var.action_group
  }
}

# Terraform does not order the instances of a resource with for_each, so each ring has a module of its own. A ring waits for the gate of
# the ring before it. A gate fails unless its ring succeeded.

module "ring_1" {
  source     = "./ring"
  count      = local.open >= 1 ? 1 : 0
  ring       = local.rings[0]
  deployment = local.deployment
}

resource "terraform_data" "gate_1" {
  count = local.open >= 1 ? 1 : 0
  input = module.ring_1[0].scheduled_action_id

  lifecycle {
    precondition {
      condition     = module.ring_1[0].succeeded
      error_message = module.ring_1[0].problem
    }
  }
}

module "ring_2" {
  source     = "./ring"
  count      = local.open >= 2 ? 1 : 0
  ring       = local.rings[1]
  deployment = local.deployment
  depends_on = [terraform_data.gate_1]
}

resource "terraform_data" "gate_2" {
  count = local.open >= 2 ? 1 : 0
  input = module.ring_2[0].scheduled_action_id

  lifecycle {
    precondition {
      condition     = module.ring_2[0].succeeded
      error_message = module.ring_2[0].problem
    }
  }
}

module "ring_3" {
  source     = "./ring"
  count      = local.open >= 3 ? 1 : 0
  ring       = local.rings[2]
  deployment = local.deployment
  depends_on = [terraform_data.gate_2]
}

resource "terraform_data" "gate_3" {
  count = local.open >= 3 ? 1 : 0
  input = module.ring_3[0].scheduled_action_id

  lifecycle {
    precondition {
      condition     = module.ring_3[0].succeeded
      error_message = module.ring_3[0].problem
    }
  }
}

module "ring_4" {
  source     = "./ring"
  count      = local.open >= 4 ? 1 : 0
  ring       = local.rings[3]
  deployment = local.deployment
  depends_on = [terraform_data.gate_3]
}

resource "terraform_data" "gate_4" {
  count = local.open >= 4 ? 1 : 0
  input = module.ring_4[0].scheduled_action_id

  lifecycle {
    precondition {
      condition     = module.ring_4[0].succeeded
      error_message = module.ring_4[0].problem
    }
  }
}

module "ring_5" {
  source     = "./ring"
  count      = local.open >= 5 ? 1 : 0
  ring       = local.rings[4]
  deployment = local.deployment
  depends_on = [terraform_data.gate_4]
}

resource "terraform_data" "gate_5" {
  count = local.open >= 5 ? 1 : 0
  input = module.ring_5[0].scheduled_action_id

  lifecycle {
    precondition {
      condition     = module.ring_5[0].succeeded
      error_message = module.ring_5[0].problem
    }
  }
}
