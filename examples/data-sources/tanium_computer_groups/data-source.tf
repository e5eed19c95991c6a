data "tanium_computer_groups" "windows" {
  name_contains = "Windows"
}

output "computer_groups" {
  value = { for group in data.tanium_computer_groups.windows.computer_groups : group.name => group.expression }
}
