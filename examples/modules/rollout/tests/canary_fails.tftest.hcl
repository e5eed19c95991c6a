# The canary fails: nothing follows, and nothing is deployed again until its attempt is increased or the failure is accepted.

variables {
  name = "Canary"
  package = {
    name       = "Custom Tagging - Add Tags"
    parameters = ["Rollout"]
  }
  # The endpoint win-print-01, at 77 percent, fails.
  filter = { sensor = { name = "Computer Name" }, op = "STARTS_WITH", value = "win-" }
  rings = [
    { name = "canary", to_percent = 80, max_endpoints = 20 },
    { name = "rest", to_percent = 100, max_endpoints = 20 },
  ]
}

run "reset" {
  module {
    source = "../../testing/reset"
  }
}

run "stops_at_the_canary" {
  expect_failures = [terraform_data.gate_1]
}

run "stops_there_again" {
  command         = plan
  expect_failures = [terraform_data.gate_1]
}

run "deployed_once" {
  command = plan

  module {
    source = "../../testing/deployments"
  }

  variables {
    name_contains = "Canary: "
  }

  assert {
    condition     = output.found == "88001 Canary: canary"
    error_message = "Only the canary should have been deployed to, once: ${output.found}."
  }
}

# Another attempt fails too.
run "tries_the_canary_again" {
  variables {
    rings = [
      { name = "canary", to_percent = 80, max_endpoints = 20, attempt = 2 },
      { name = "rest", to_percent = 100, max_endpoints = 20 },
    ]
  }

  expect_failures = [terraform_data.gate_1]
}

# The accepted failure does not deploy the canary again.
run "accepts_the_failure" {
  variables {
    rings = [
      { name = "canary", to_percent = 80, max_endpoints = 20, max_failed_percent = 20, attempt = 2 },
      { name = "rest", to_percent = 100, max_endpoints = 20 },
    ]
  }

  assert {
    condition     = length(output.rings) == 2 && alltrue(output.rings[*].succeeded)
    error_message = "The rollout should have continued: ${jsonencode(output.rings)}."
  }
}

run "deployed_to_the_rest_once" {
  command = plan

  module {
    source = "../../testing/deployments"
  }

  variables {
    name_contains = "Canary: "
  }

  assert {
    condition     = output.found == "88002 Canary: canary, 88003 Canary: rest"
    error_message = "The first attempt at the canary should have been deleted, and the second not repeated: ${output.found}."
  }
}
