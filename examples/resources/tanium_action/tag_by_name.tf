# Tags one endpoint by its name.
resource "tanium_action" "tag_by_name" {
  name    = "Tag by name"
  comment = "Testing Parameterized Actions"

  package {
    name       = "Custom Tagging - Add Tags"
    parameters = ["TheBestEndpoint"]
  }

  targets {
    action_group = { name = "All Computers" }
    filter = {
      any     = true
      filters = [{ sensor = { name = "Computer Name" }, op = "EQ", value = "testmachine999" }]
    }
  }

  guard { max_endpoints = 1 }
}
