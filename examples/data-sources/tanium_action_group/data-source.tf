data "tanium_action_group" "servers" {
  name = "All Windows Servers"
}

output "computer_groups" {
  value = data.tanium_action_group.servers.computer_groups[*].name
}
