# Counts the endpoints that the action would reach. The plan of the action shows them by name and ID, for people and for
# policies, and the action reaches no other endpoint.
data "tanium_action_preview" "pilots" {
  targets {
    action_group   = { name = "All Computers" }
    computer_group = { name = "All Windows Servers" }
  }
}

resource "tanium_action" "tag" {
  package {
    name       = "Custom Tagging - Add Tags"
    parameters = ["Pilot"]
  }

  targets {
    action_group   = { name = "All Computers" }
    computer_group = { name = "All Windows Servers" }
  }

  guard { reviewed = data.tanium_action_preview.pilots.reviewed }
}
