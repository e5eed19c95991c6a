# Approves an action as another user, right after its deployment. The next apply waits for the results.
provider "tanium" {} # the user of TANIUM_API_TOKEN deploys

provider "tanium" {
  alias     = "approver"
  api_token = var.approver_token
}

variable "approver_token" {
  type      = string
  sensitive = true
}

resource "tanium_action" "tag" {
  name = "Tag with approval"

  package {
    name       = "Custom Tagging - Add Tags"
    parameters = ["Approved"]
  }

  targets {
    action_group = { name = "All Computers" }
    filter       = { sensor = { name = "Computer Name" }, op = "STARTS_WITH", value = "win-web-" }
  }

  wait { approval = "continue" }
}

action "tanium_action_approve" "tag" {
  provider = tanium.approver
  config {
    scheduled_action_id = tanium_action.tag.id
  }
}

resource "terraform_data" "approval" {
  input = tanium_action.tag.id

  lifecycle {
    action_trigger {
      events  = [after_create, after_update]
      actions = [action.tanium_action_approve.tag]
    }
  }
}
