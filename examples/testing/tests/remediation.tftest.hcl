# Run against a local Tanium:
#
#   tanium-simulator --listen 127.0.0.1:8443 --speed 10 &
#   export TANIUM_URL=http://127.0.0.1:8443 TANIUM_API_TOKEN=token-simulator
#   terraform init && terraform test

run "finds_whom_it_concerns" {
  command = plan

  assert {
    condition     = length(output.untagged) == 8
    error_message = "Eight workstations are online and have no tag, not ${length(output.untagged)}."
  }
}

run "tags_them" {
  assert {
    condition     = tanium_action.tag.succeeded && tanium_action.tag.results.completed == 8
    error_message = "The action ended with ${jsonencode(tanium_action.tag.results)}."
  }
}

run "leaves_nobody" {
  command = plan

  assert {
    condition     = length(output.untagged) == 0
    error_message = "Still without the tag: ${join(", ", output.untagged)}."
  }
}
