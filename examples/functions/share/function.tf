# Tags the first tenth of the workstations. The next share is share(10, 50).
resource "tanium_action" "canary" {
  operation { add_tags = ["Wave1"] }
  targets {
    action_group = { name = "All Computers" }
    filter = {
      filters = [
        { sensor = { name = "Computer Name" }, op = "STARTS_WITH", value = "wks-" },
        provider::tanium::share(0, 10),
      ]
    }
  }
}
