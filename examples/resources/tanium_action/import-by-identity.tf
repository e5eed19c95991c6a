# Requires Terraform 1.12 or later.
import {
  to = tanium_action.kill_openssh
  identity = {
    scheduled_action_id = "88001"
  }
}
