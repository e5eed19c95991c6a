# Another attempt reaches only the endpoint that is left, because the others are done. The percentage is of the ring.

variables {
  name = "Retry"
  package = {
    name       = "Custom Tagging - Add Tags"
    parameters = ["Rollout"]
  }
  # The endpoint win-print-01, at 77 percent, fails: one of six.
  filter = {
    filters = [
      { sensor = { name = "Computer Name" }, op = "STARTS_WITH", value = "win-" },
      { sensor = { name = "Custom Tag Exists", params = { tag = "Rollout" } }, value = "False" },
    ]
  }
  rings = [
    { name = "canary", to_percent = 80, max_endpoints = 20, max_failed_percent = 10 },
    { name = "rest", to_percent = 100, max_endpoints = 20 },
  ]
}

run "reset" {
  module {
    source = "../../testing/reset"
  }
}

run "one_of_six_is_too_many" {
  expect_failures = [terraform_data.gate_1]
}

# 10 % of six endpoints allow none.
run "another_attempt_fails_too" {
  variables {
    rings = [
      { name = "canary", to_percent = 80, max_endpoints = 20, max_failed_percent = 10, attempt = 2 },
      { name = "rest", to_percent = 100, max_endpoints = 20 },
    ]
  }

  expect_failures = [terraform_data.gate_1]
}

# 20 % of six endpoints allow one, although it is all that this attempt reaches.
run "the_percentage_is_of_the_ring" {
  variables {
    rings = [
      { name = "canary", to_percent = 80, max_endpoints = 20, max_failed_percent = 20, attempt = 3 },
      { name = "rest", to_percent = 100, max_endpoints = 20 },
    ]
  }

  assert {
    condition     = output.rings[0].targeted_endpoint_count == 1 && output.rings[0].results.failed == 1 && output.rings[0].succeeded
    error_message = "The attempt should have reached one endpoint: ${jsonencode(output.rings[0])}."
  }

  assert {
    condition     = [for ring in output.overview : ring.endpoint_count] == [6, 2] && output.targeted_endpoint_count == 8
    error_message = "The canary should have six endpoints still: ${jsonencode(output.overview)}, ${output.targeted_endpoint_count}."
  }

  assert {
    condition     = length(output.rings) == 2 && output.rings[1].succeeded
    error_message = "The rollout should have continued: ${jsonencode(output.rings)}."
  }
}

# All endpoints count for the limit, also those that the last attempt did not reach.
run "the_limit_is_for_all_attempts" {
  command = plan

  variables {
    max_endpoints = 7
    rings = [
      { name = "canary", to_percent = 80, max_endpoints = 20, max_failed_percent = 20, attempt = 4 },
      { name = "rest", to_percent = 100, max_endpoints = 20 },
    ]
  }

  expect_failures = [terraform_data.limit]
}

# Another package begins again, with the endpoints that match now.
run "another_package_counts_again" {
  command = plan

  variables {
    package = { name = "Custom Tagging - Add Tags", parameters = ["Other"] }
  }

  assert {
    condition     = [for ring in output.overview : ring.endpoint_count] == [1, 0]
    error_message = "The rings should have been counted again: ${jsonencode(output.overview)}."
  }
}
