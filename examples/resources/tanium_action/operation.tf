# Adds the tag where it is missing, on every platform. Tanium picks the package for each platform.
resource "tanium_action" "operation" {
  name = "Tag the pilots"
  operation { add_tags = ["Wave1"] }

  targets {
    action_group = { name = "All Computers" }
    filter = {
      filters = [
        { sensor = { name = "Custom Tags" }, value = "Pilot" },
        { sensor = { name = "Custom Tag Exists", params = { tag = "Wave1" } }, value = "False" },
      ]
    }
  }
}
