# Every recurring action of the patch team that is open.
list "tanium_action" "patching" {
  provider         = tanium
  include_resource = true

  config {
    name_contains = "Patch"
    recurring     = true
    open          = true
  }
}
