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
    max_endpoints      = number
    max_failed_percent = number
    bake_time          = string
    timeout            = optional(string)
    attempt            = number
  })
  description = "The ring."
}

variable "deployment" {
  type        = any
  description = "What the rings of a rollout have in common: name, comment, package, filter and action_group."
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
    filter = {
      filters = [for filter in [
        var.deployment.filter, provider::tanium::share(var.ring.from_percent, var.ring.to_percent)
      ] : filter if filter != null]
    }
  }

  # A share of few endpoints can be empty.
  guard {
    min_endpoints = 0
    max_endpoints = var.ring.max_endpoints
  }

  wait {
    max_failed_percent = var.ring.max_failed_percent
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

output "succeeded" {
  description = "Whether the ring succeeded. false if it has not finished."
  value       = tanium_action.this.succeeded == true
}

output "problem" {
  description = "Why the rollout stops here."
  value = (tanium_action.this.finished == true
    ? "Ring ${var.ring.name} failed: of ${tanium_action.this.targeted_endpoint_count} endpoints, ${tanium_action.this.results.completed + tanium_action.this.results.verified} succeeded. The rollout stops before the next ring. To deploy to this ring again, increase its attempt. To accept the failures, increase its max_failed_percent. See ${coalesce(tanium_action.this.console_url, "the action in Tanium")}."
    : "Ring ${var.ring.name} has not finished. The rollout stops before the next ring. The next apply resumes waiting for it."
  )
}

output "result" {
  description = "The ring, its share of the endpoints, and its result."
  value = {
    name                    = var.ring.name
    from_percent            = var.ring.from_percent
    to_percent              = var.ring.to_percent
    targeted_endpoint_count = tanium_action.this.targeted_endpoint_count
    succeeded               = tanium_action.this.succeeded
    results                 = tanium_action.this.results
    console_url             = tanium_action.this.console_url
  }
}
