# Every recurring action that is open.
data "tanium_scheduled_actions" "recurring" {
  recurring = true
  open      = true
}

output "recurring" {
  value = {
    for action in data.tanium_scheduled_actions.recurring.scheduled_actions :
    action.id => "${coalesce(action.name, action.package_name)}, created by ${coalesce(action.creator, "unknown")}"
  }
}
