data "tanium_computer_group" "servers" {
  name = "All Windows Servers"
}

output "rule" {
  value = data.tanium_computer_group.servers.expression
}
