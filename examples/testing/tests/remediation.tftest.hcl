# Run this suite against the simulator, as often as you like:
#
#   tanium-simulator --listen 127.0.0.1:8443 --speed 10 &
#   export TANIUM_URL=http://127.0.0.1:8443 TANIUM_API_TOKEN=token-simulator
#   terraform init && terraform test

# Resets the fleet to its state at the start of the simulator.
run "reset" {
  module {
    source = "./reset"
  }
}

run "finds_untagged_workstations" {
  command = plan

  assert {
    condition     = length(output.untagged) == 8
    error_message = "Eight workstations should be online without a tag, not ${length(output.untagged)}."
  }
}

# The precondition fails before the provider checks the guard.
run "refuses_too_many_endpoints" {
  command = plan

  variables {
    max_endpoints = 3
  }

  expect_failures = [tanium_action.tag]
}

run "tags_them" {
  assert {
    condition     = tanium_action.tag.succeeded && tanium_action.tag.results.completed == 8
    error_message = "The action ended with ${jsonencode(tanium_action.tag.results)}."
  }
}

run "leaves_no_workstation_untagged" {
  command = plan

  assert {
    condition     = length(output.untagged) == 0
    error_message = "Still without the tag: ${join(", ", output.untagged)}."
  }
}
