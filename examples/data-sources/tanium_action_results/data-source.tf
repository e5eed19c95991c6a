# Deploy to every site without waiting, then wait for all of them together.
resource "tanium_action" "tag" {
  for_each = toset(["win-", "wks-", "lnx-"])

  name    = "Tag ${each.key}*"
  package = { name = startswith(each.key, "lnx") ? "Custom Tagging - Add Tags (Non-Windows)" : "Custom Tagging - Add Tags", parameters = ["Audited"] }
  targets = {
    action_group = { name = "All Computers" }
    filter       = { sensor = { name = "Computer Name" }, op = "STARTS_WITH", value = each.key }
  }

  wait       = { enabled = false }
  on_failure = "error" # one that failed is deployed again by the next apply
}

data "tanium_action_results" "tag" {
  scheduled_action_ids    = values(tanium_action.tag)[*].id
  targeted_endpoint_count = sum(values(tanium_action.tag)[*].targeted_endpoint_count)
  wait                    = true

  # Of the endpoints, list those that are not done well, with what their client logged.
  include_completed = false
  include_log       = true
}

output "not_done" {
  value = [for e in data.tanium_action_results.tag.endpoints : "${e.name}: ${e.status}"]
}
