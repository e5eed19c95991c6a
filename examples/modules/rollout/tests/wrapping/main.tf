# A module that wraps the rollout and judges it itself. The suite problem.tftest.hcl tests how it fails.

terraform {
  required_providers {
    tanium = { source = "tanium-community/tanium" }
  }
}

module "rollout" {
  source     = "../.."
  name       = "Wrapped"
  package    = { name = "Custom Tagging - Add Tags", parameters = ["Wrapped"] }
  filter     = { sensor = { name = "Computer Name" }, op = "STARTS_WITH", value = "win-" }
  rings      = [{ name = "all", to_percent = 100, max_endpoints = 20 }]
  on_failure = "warn"
}

output "problem" {
  description = "Why the rollout did not succeed. null if it did."
  value       = module.rollout.problem
}

output "tagged" {
  description = "Number of endpoints that have the tag."
  value       = module.rollout.targeted_endpoint_count

  precondition {
    condition     = module.rollout.problem == null
    error_message = coalesce(module.rollout.problem, "There is no problem.")
  }
}
