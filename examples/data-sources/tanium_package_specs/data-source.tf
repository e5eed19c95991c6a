data "tanium_package_specs" "tagging" {
  name_contains = "Custom Tagging"
}

output "packages" {
  value = { for package in data.tanium_package_specs.tagging.package_specs : package.name => package.parameters[*].label }
}
