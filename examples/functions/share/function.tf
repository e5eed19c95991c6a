# Tags a quarter of the Windows endpoints. The next share is share(25, 100).
resource "tanium_action" "canary" {
  operation { add_tags = ["Wave1"] }
  targets {
    action_group = { name = "All Computers" }
    filter       = { filters = [{ member_of = { name = "All Windows" } }, provider::tanium::share(0, 25)] }
  }
}
