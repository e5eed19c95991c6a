# Every open recurring action of alice whose name has "Tag".
list "tanium_action" "tags" {
  provider = tanium
  limit    = 1000

  config {
    name_contains = "Tag"
    creator       = "alice"
    recurring     = true
    open          = true
  }
}
