# The third of five rings fails: the two before it are not deployed to again, and the rollout continues there.

variables {
  name = "Third"
  package = {
    name       = "Custom Tagging - Add Tags"
    parameters = ["Rollout"]
  }
  # The endpoint win-print-01, at 77 percent, fails.
  filter = { member_of = { name = "All Windows" } }
  rings = [
    { name = "one", to_percent = 25, max_endpoints = 10 },
    { name = "two", to_percent = 60, max_endpoints = 10 },
    { name = "three", to_percent = 80, max_endpoints = 10 },
    { name = "four", to_percent = 90, max_endpoints = 10 },
    { name = "five", to_percent = 100, max_endpoints = 10 },
  ]
}

run "reset" {
  module {
    source = "../../testing/reset"
  }
}

run "stops_at_the_third" {
  expect_failures = [terraform_data.gate_3]
}

run "deployed_to_three" {
  command = plan

  module {
    source = "../../testing/deployments"
  }

  variables {
    name_contains = "Third: "
  }

  assert {
    condition     = output.found == "88001 Third: one, 88002 Third: two, 88003 Third: three"
    error_message = "The rings after the third should not have been deployed to: ${output.found}."
  }
}

run "goes_on" {
  variables {
    rings = [
      { name = "one", to_percent = 25, max_endpoints = 10 },
      { name = "two", to_percent = 60, max_endpoints = 10 },
      { name = "three", to_percent = 80, max_endpoints = 10, max_failed_percent = 50 },
      { name = "four", to_percent = 90, max_endpoints = 10 },
      { name = "five", to_percent = 100, max_endpoints = 10 },
    ]
  }

  assert {
    condition     = length(output.rings) == 5 && alltrue(output.rings[*].succeeded)
    error_message = "All rings should have succeeded: ${jsonencode(output.rings)}."
  }

  assert {
    condition     = output.targeted_endpoint_count == sum(output.rings[*].targeted_endpoint_count) && output.targeted_endpoint_count > 10
    error_message = "The rings should have all endpoints together: ${output.targeted_endpoint_count}."
  }
}

run "deployed_to_each_once" {
  command = plan

  module {
    source = "../../testing/deployments"
  }

  variables {
    name_contains = "Third: "
  }

  assert {
    condition     = output.found == "88001 Third: one, 88002 Third: two, 88003 Third: three, 88004 Third: four, 88005 Third: five"
    error_message = "Each ring should have been deployed to once: ${output.found}."
  }
}
