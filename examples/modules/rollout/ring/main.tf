terraform {
  required_version = ">= 1.9"
  required_providers {
    tanium = { source = "tanium-community/tanium" }
  }
}

variable "ring" {
  type = object({
    name               = string
    from_percent       = number
    to_percent         = number
    last               = bool
    max_endpoints      = number
    max_failed         = optional(number)
    max_failed_percent = optional(number)
    bake_time          = string
    timeout            = optional(string)
    attempt            = number
  })
  description = "The ring."
}

variable "filter" {
  type        = any
  description = "Filter of the endpoints of the ring."
}

variable "counted" {
  type        = number
  description = "Number of endpoints that match now."
}

variable "remaining" {
  type        = number
  description = "Number of endpoints that the rollout may still reach. null: no limit."
}

variable "deployment" {
  type        = any
  description = "What the rings of a rollout have in common, and deploy again if it changes: name, comment, package and action_group."
}

variable "settings" {
  type        = object({ sample_size = number, approval = string })
  description = "What the rings of a rollout have in common otherwise."
}

# Keeps the number of endpoints that the ring had when it opened. Another attempt may reach only those that are left.
resource "terraform_data" "size" {
  input            = var.counted
  triggers_replace = sha256(jsonencode([var.deployment, var.filter]))

  lifecycle {
    ignore_changes = [input]
  }
}

locals {
  size = terraform_data.size.input

  # On another attempt, the failures that the ring allows are a number: the percentage is of the ring, not of the endpoints that are left.
  retry   = var.ring.attempt > 1
  percent = coalesce(var.ring.max_failed_percent, var.ring.max_failed == null ? 0 : 100)
  allowed = min(coalesce(var.ring.max_failed, local.size), floor(local.size * local.percent / 100))

  targeted  = tanium_action.this.targeted_endpoint_count
  reached   = local.retry ? max(local.size, local.targeted) : local.targeted
  results   = tanium_action.this.results
  succeeded = tanium_action.this.succeeded == true
  approved  = alltrue(tanium_action.this.actions[*].approved)

  stops   = var.ring.last ? "It is the last ring." : "The rollout stops before the next ring."
  failed  = "Ring ${var.ring.name} failed: of ${local.targeted} endpoints, ${local.results.completed + local.results.verified} succeeded. ${local.stops} To deploy to this ring again, increase its attempt. To accept the failures, increase its max_failed or max_failed_percent. See ${coalesce(tanium_action.this.console_url, "the action in Tanium")}."
  waits   = "Ring ${var.ring.name} waits for its approval in Tanium. No endpoint runs it before. ${local.stops} Let another user approve scheduled action ${tanium_action.this.id}. The next apply resumes waiting for the ring."
  resumes = "Ring ${var.ring.name} has not finished. ${local.stops} The next apply resumes waiting for it."
}

# A failure is a warning here, and an error of the gate that follows. So the action is not tainted, and a failed ring is deployed to again
# only if its attempt is increased.
resource "tanium_action" "this" {
  name       = "${var.deployment.name}: ${var.ring.name}"
  comment    = var.deployment.comment
  on_failure = "warn"
  on_timeout = "warn"
  triggers   = { attempt = var.ring.attempt }

  package {
    name                      = var.deployment.package.name
    parameters                = var.deployment.package.parameters
    sensor_sourced_parameters = var.deployment.package.sensor_sourced_parameters
  }

  targets {
    action_group = { name = var.deployment.action_group }
    filter       = var.filter
  }

  preview {
    sample_size = var.settings.sample_size
  }

  # A share of few endpoints can be empty.
  guard {
    min_endpoints = 0
    max_endpoints = var.remaining == null ? var.ring.max_endpoints : min(var.ring.max_endpoints, var.remaining)
  }

  wait {
    approval           = var.settings.approval
    max_failed         = local.retry ? local.allowed : var.ring.max_failed
    max_failed_percent = local.retry ? null : var.ring.max_failed_percent
    bake_time          = var.ring.bake_time
  }

  timeouts {
    create = var.ring.timeout
    update = var.ring.timeout
  }

  # A change of the package replaces the actions of the rings in their order. The old actions are cancelled after that.
  lifecycle {
    create_before_destroy = true
  }
}

output "scheduled_action_id" {
  description = "ID of the scheduled action."
  value       = tanium_action.this.id
}

output "size" {
  description = "Number of endpoints when the ring opened, as the plan counted them."
  value       = local.size
}

output "reached" {
  description = "Number of endpoints that the ring was deployed to, in all its attempts."
  value       = local.reached
}

output "remaining" {
  description = "Number of endpoints that the rollout may reach after this ring. null: no limit."
  value       = var.remaining == null ? null : max(0, var.remaining - local.reached)
}

output "succeeded" {
  description = "Whether the ring succeeded. false if it has not finished."
  value       = local.succeeded
}

output "problem" {
  description = "Why the rollout stops here, if the ring has not succeeded."
  value       = tanium_action.this.finished == true ? local.failed : local.approved ? local.resumes : local.waits
}

output "result" {
  description = "The ring, its share of the endpoints, and its result."
  value = {
    name                    = var.ring.name
    from_percent            = var.ring.from_percent
    to_percent              = var.ring.to_percent
    targeted_endpoint_count = local.targeted
    approved_in_tanium      = local.approved
    succeeded               = tanium_action.this.succeeded
    results                 = local.results
    console_url             = tanium_action.this.console_url
  }
}
