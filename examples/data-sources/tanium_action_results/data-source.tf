# Deploys the actions without waiting, then waits for all of them together.
resource "tanium_action" "tag" {
  for_each = toset(["win-", "wks-", "lnx-"])

  name = "Tag ${each.key}*"
  package {
    name       = startswith(each.key, "lnx") ? "Custom Tagging - Add Tags (Non-Windows)" : "Custom Tagging - Add Tags"
    parameters = ["Audited"]
  }
  targets {
    action_group = { name = "All Computers" }
    filter       = { sensor = { name = "Computer Name" }, op = "STARTS_WITH", value = each.key }
  }

  wait { enabled = false }
  on_failure = "error" # the next apply deploys a failed action again
}

resource "tanium_action_wait" "tag" {
  scheduled_action_ids    = [for a in tanium_action.tag : a.id]
  targeted_endpoint_count = sum([for a in tanium_action.tag : a.targeted_endpoint_count])
  on_failure              = "warn"
}

# Lists the endpoints that did not succeed, and what their client logged. The IDs come from the wait, so Terraform reads this after it.
data "tanium_action_results" "tag" {
  scheduled_action_ids    = tanium_action_wait.tag.actions[*].scheduled_action_id
  targeted_endpoint_count = tanium_action_wait.tag.targeted_endpoint_count
  include_completed       = false
  include_log             = true
}

output "not_done" {
  value = [for e in data.tanium_action_results.tag.endpoints : "${e.name}: ${e.status}"]
}
