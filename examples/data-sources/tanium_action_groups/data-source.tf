data "tanium_action_groups" "windows" {
  name_contains = "Windows"
}

output "action_groups" {
  value = data.tanium_action_groups.windows.action_groups[*].name
}
