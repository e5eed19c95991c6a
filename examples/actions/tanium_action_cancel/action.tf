# Cancels an action by the ID of its scheduled action.
variable "scheduled_action_id" {
  type    = string
  default = null # only an invocation needs it
}

action "tanium_action_cancel" "by_id" {
  config {
    scheduled_action_id = var.scheduled_action_id
  }
}
