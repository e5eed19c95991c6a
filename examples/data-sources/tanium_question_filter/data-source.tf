# Tags the endpoints that a question finds.
data "tanium_question_filter" "outdated" {
  text = "Get Computer Name from all machines with Installed Application Version[7-Zip] < 23.1 and Is Windows equals True"
}

resource "tanium_action" "outdated" {
  package {
    name       = "Custom Tagging - Add Tags"
    parameters = ["Outdated-7-Zip"]
  }
  targets {
    action_group = { name = "All Windows" }
    filter       = data.tanium_question_filter.outdated.filter
  }
}

output "question" {
  value = data.tanium_question_filter.outdated.question
}
