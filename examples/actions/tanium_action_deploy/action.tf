# Tags the pilot endpoints after each release.
variable "release" {
  type    = string
  default = "2026.1"
}

action "tanium_action_deploy" "tag_pilots" {
  config {
    name = "Tag pilots"

    package {
      name       = "Custom Tagging - Add Tags"
      parameters = ["Pilot"]
    }

    targets {
      action_group = { name = "All Computers" }
      filter       = { sensor = { name = "Computer Name" }, op = "STARTS_WITH", value = "wks-00" }
    }

    guard {
      max_endpoints = 10 # checked in the plan, and again right before the deployment
    }
  }
}

resource "terraform_data" "release" {
  input = var.release

  lifecycle {
    action_trigger {
      events  = [after_create, after_update]
      actions = [action.tanium_action_deploy.tag_pilots]
    }
  }
}
