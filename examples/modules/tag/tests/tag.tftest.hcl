# Run this suite against the simulator:
#
#   tanium-simulator --listen 127.0.0.1:8443 --speed 10 &
#   export TANIUM_URL=http://127.0.0.1:8443 TANIUM_API_TOKEN=token-simulator
#   terraform init && terraform test

variables {
  tags = ["Wave1"]
  filter = {
    any = true
    filters = [
      { sensor = { name = "Computer Name" }, op = "STARTS_WITH", value = "win-web-" },
      { member_of = { name = "All Mac" } },
      { filters = [{ member_of = { name = "All Linux" } }, { sensor = { name = "Custom Tags" }, value = "Web" }] },
    ]
  }
}

run "reset" {
  module {
    source = "../../testing/reset"
  }
}

run "finds_untagged_endpoints" {
  command = plan

  assert {
    condition     = length(output.endpoints) == 7
    error_message = "Two Windows, two Linux and three Mac endpoints should match: ${jsonencode(output.endpoints)}."
  }
}

# The precondition fails before the provider checks the guard.
run "refuses_too_many_endpoints" {
  command = plan

  variables {
    max_endpoints = 6
  }

  expect_failures = [tanium_action.tag]
}

run "refuses_a_tag_with_a_space" {
  command = plan

  variables {
    tags = ["Wave 1"]
  }

  expect_failures = [var.tags]
}

run "tags_them" {
  assert {
    condition     = output.targeted_endpoint_count == 7 && output.results.completed == 7
    error_message = "The action ended with ${jsonencode(output.results)}."
  }

  assert {
    condition     = length(output.actions) == 2 && output.scheduled_action_id == output.actions[0].scheduled_action_id
    error_message = "Windows should have one scheduled action, and the other platforms another."
  }

  assert {
    condition     = length(output.console_url) > 0
    error_message = "The console page of the action is not known."
  }
}

# All seven endpoints lack the second tag. The changed list deploys a new action.
run "adds_a_second_tag" {
  variables {
    tags = ["Wave1", "Reviewed"]
  }

  assert {
    condition     = output.targeted_endpoint_count == 7 && output.results.completed == 7
    error_message = "The action ended with ${jsonencode(output.results)}."
  }
}

run "leaves_no_endpoint_untagged" {
  command = plan

  variables {
    tags = ["Wave1", "Reviewed"]
  }

  assert {
    condition     = length(output.endpoints) == 0
    error_message = "Still without a tag: ${jsonencode(output.endpoints)}."
  }
}

# Without a filter, the operation reaches every platform. The endpoint win-print-01 fails.
run "tags_every_platform" {
  variables {
    tags               = ["Everywhere"]
    filter             = null
    max_failed_percent = 5
  }

  assert {
    condition     = output.results.failed == 1 && output.results.completed == output.targeted_endpoint_count - 1
    error_message = "The action ended with ${jsonencode(output.results)}."
  }
}
