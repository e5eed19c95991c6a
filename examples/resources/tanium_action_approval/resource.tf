# Deploys an action without waiting for its approval, and approves it as another user. The next apply waits for the results.
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
    endpoint_ids = ["274177"]
  }

  wait { approval = "continue" }
}

resource "tanium_action_approval" "tag" {
  provider            = tanium.approver
  scheduled_action_id = tanium_action.tag.id
}
