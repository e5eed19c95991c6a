data "tanium_package_spec" "tag" {
  name = "Custom Tagging - Add Tags"
}

output "parameters" {
  value = data.tanium_package_spec.tag.parameters
}
