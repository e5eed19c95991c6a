# Tags one endpoint by its ID.
resource "tanium_action" "tag_by_id" {
  name    = "Tag by ID"
  comment = "Testing Parameterized Actions"

  package {
    name       = "Custom Tagging - Add Tags"
    parameters = ["TheBestEndpoint"]
  }

  targets {
    action_group = { name = "All Computers" }
    endpoint_ids = ["274177"]
  }
}
