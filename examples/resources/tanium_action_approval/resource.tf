# Deploy without waiting for the approval, approve as another user; the next apply awaits the results.
provider "tanium" {} # TANIUM_API_TOKEN: who deploys

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
