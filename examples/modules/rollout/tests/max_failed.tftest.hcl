# A percentage of a few endpoints allows no failure. A number does.

variables {
  name = "Few"
  package = {
    name       = "Custom Tagging - Add Tags"
    parameters = ["Rollout"]
  }
  # The endpoint win-print-01, at 77 percent, fails: one of six.
  filter = { sensor = { name = "Computer Name" }, op = "STARTS_WITH", value = "win-" }
  rings = [
    { name = "canary", to_percent = 80, max_endpoints = 20, max_failed_percent = 5 },
    { name = "rest", to_percent = 100, max_endpoints = 20 },
  ]
}

run "reset" {
  module {
    source = "../../testing/reset"
  }
}

run "refuses_a_part_of_an_endpoint" {
  command = plan

  variables {
    rings = [{ name = "canary", to_percent = 80, max_endpoints = 20, max_failed = 0.5 }]
  }

  expect_failures = [var.rings]
}

run "a_percentage_of_six_allows_none" {
  expect_failures = [terraform_data.gate_1]
}

run "both_limits_apply" {
  command = plan

  variables {
    rings = [
      { name = "canary", to_percent = 80, max_endpoints = 20, max_failed = 1, max_failed_percent = 5 },
      { name = "rest", to_percent = 100, max_endpoints = 20 },
    ]
  }

  expect_failures = [terraform_data.gate_1]
}

run "a_number_allows_one" {
  variables {
    rings = [
      { name = "canary", to_percent = 80, max_endpoints = 20, max_failed = 1 },
      { name = "rest", to_percent = 100, max_endpoints = 20 },
    ]
  }

  assert {
    condition     = length(output.rings) == 2 && alltrue(output.rings[*].succeeded) && output.rings[0].results.failed == 1
    error_message = "The rollout should have continued: ${jsonencode(output.rings)}."
  }
}

run "deployed_to_each_once" {
  command = plan

  module {
    source = "../../testing/deployments"
  }

  variables {
    name_contains = "Few: "
  }

  assert {
    condition     = output.found == "88001 Few: canary, 88002 Few: rest"
    error_message = "Each ring should have been deployed to once: ${output.found}."
  }
}
