# Deploys four waves without waiting, so that they run at the same time. One resource waits for all of them.
resource "tanium_action" "tag" {
  count = 4
  name  = "Tag wave ${count.index}"
  package {
    name       = "Custom Tagging - Add Tags"
    parameters = ["Wave${count.index}"]
  }
  targets {
    action_group = { name = "All Windows" }
    filter       = { sensor = { name = "Computer Name" }, op = "MATCHES", value = ".*[${2 * count.index}-${2 * count.index + 1}]" }
  }
  guard { min_endpoints = 0 }
  wait { enabled = false }
}

resource "tanium_action_wait" "tag" {
  scheduled_action_ids    = [for a in tanium_action.tag : a.id]
  targeted_endpoint_count = sum([for a in tanium_action.tag : a.targeted_endpoint_count])
  max_failed_percent      = 10
}
