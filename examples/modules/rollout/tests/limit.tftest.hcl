# The plan counts every ring, also those that are not open. More endpoints than the limits allow fail it before anything is deployed.

variables {
  name = "Limit"
  package = {
    name       = "Custom Tagging - Add Tags"
    parameters = ["Rollout"]
  }
  # An endpoint that is done does not match any more. The endpoint win-print-01, in the last ring, fails.
  filter = {
    filters = [
      { member_of = { name = "All Windows" } },
      { sensor = { name = "Custom Tag Exists", params = { tag = "Rollout" } }, value = "False" },
    ]
  }
  rings = [
    { name = "canary", to_percent = 20, max_endpoints = 5, approval = true },
    { name = "early", to_percent = 50, max_endpoints = 5 },
    { name = "rest", to_percent = 100, max_endpoints = 12, max_failed_percent = 10, approval = true },
  ]
  max_endpoints = 17
}

run "reset" {
  module {
    source = "../../testing/reset"
  }
}

run "counts_every_ring_before_the_first" {
  command = plan

  assert {
    condition     = [for ring in output.overview : "${ring.name} ${ring.open} ${ring.endpoint_count}"] == ["canary false 1", "early false 4", "rest false 12"]
    error_message = "The rings should have been counted: ${jsonencode(output.overview)}."
  }

  assert {
    condition     = output.planned_endpoint_count == 17
    error_message = "The rings should have 17 endpoints together: ${output.planned_endpoint_count}."
  }
}

# As an action, it counts the members of the action group alone.
run "counts_within_the_action_group" {
  command = plan

  variables {
    action_group = "All Windows Servers"
  }

  assert {
    condition     = output.planned_endpoint_count == 8
    error_message = "There are 8 servers online: ${output.planned_endpoint_count}."
  }
}

run "refuses_more_than_the_limit" {
  command = plan

  variables {
    approved      = ["canary"]
    max_endpoints = 16
  }

  expect_failures = [terraform_data.limit]
}

run "refuses_a_later_ring_that_is_too_large" {
  command = plan

  variables {
    approved = ["canary"]
    rings = [
      { name = "canary", to_percent = 20, max_endpoints = 5, approval = true },
      { name = "early", to_percent = 50, max_endpoints = 5 },
      { name = "rest", to_percent = 100, max_endpoints = 11, max_failed_percent = 10, approval = true },
    ]
  }

  expect_failures = [terraform_data.limit]
}

run "deploys_to_the_first_rings" {
  variables {
    approved = ["canary"]
  }

  assert {
    condition     = [for ring in output.rings : "${ring.name} ${ring.succeeded} ${ring.targeted_endpoint_count}"] == ["canary true 1", "early true 4"]
    error_message = "The first rings should have succeeded: ${jsonencode(output.rings)}."
  }
}

# The endpoints of the first rings are done and do not match any more. They count all the same.
run "counts_endpoints_that_are_done" {
  command = plan

  variables {
    approved      = ["canary"]
    max_endpoints = 16
  }

  expect_failures = [terraform_data.limit]
}

run "reaches_the_limit" {
  variables {
    approved = ["canary", "rest"]
  }

  assert {
    condition     = output.targeted_endpoint_count == 17 && output.planned_endpoint_count == 17 && output.problem == null
    error_message = "All endpoints should have been reached: ${jsonencode(output.rings)}."
  }
}
