# With on_failure = "warn", a wrapping module can read why a ring failed. A ring never opens after one that failed.

variables {
  name = "Problem"
  package = {
    name       = "Custom Tagging - Add Tags"
    parameters = ["Rollout"]
  }
  # The endpoint win-print-01, at 77 percent, fails: one of six.
  filter = { sensor = { name = "Computer Name" }, op = "STARTS_WITH", value = "win-" }
  rings = [
    { name = "canary", to_percent = 80, max_endpoints = 20 },
    { name = "rest", to_percent = 100, max_endpoints = 20, approval = true },
  ]
  on_failure = "warn"
}

run "reset" {
  module {
    source = "../../testing/reset"
  }
}

run "says_why" {
  assert {
    condition     = startswith(output.problem, "Ring canary failed: of 6 endpoints, 5 succeeded. The rollout stops before the next ring.")
    error_message = "The problem should be that of the canary: ${jsonencode(output.problem)}."
  }
}

# The approval does not open a ring after one that failed.
run "opens_no_ring_after_it" {
  command = plan

  variables {
    approved = ["rest"]
  }

  expect_failures = [terraform_data.gate_1]
}

run "deployed_to_the_canary_alone" {
  command = plan

  module {
    source = "../../testing/deployments"
  }

  variables {
    name_contains = "Problem: "
  }

  assert {
    condition     = output.found == "88001 Problem: canary"
    error_message = "Only the canary should have been deployed to: ${output.found}."
  }
}

run "fails_by_default" {
  command = plan

  variables {
    on_failure = "error"
  }

  expect_failures = [terraform_data.gate_1]
}

run "has_no_problem_once_it_is_accepted" {
  variables {
    rings = [
      { name = "canary", to_percent = 80, max_endpoints = 20, max_failed = 1 },
      { name = "rest", to_percent = 100, max_endpoints = 20, approval = true },
    ]
  }

  assert {
    condition     = output.problem == null
    error_message = "There should be no problem: ${jsonencode(output.problem)}."
  }
}

# A module that wraps this one has a condition of its own, which expect_failures can name. Its only ring is the last one, so the rollout
# does not stop before another.
run "a_wrapping_module_can_expect_it" {
  module {
    source = "./tests/wrapping"
  }

  expect_failures = [output.tagged]

  assert {
    condition     = startswith(output.problem, "Ring all failed: of 8 endpoints, 7 succeeded. It is the last ring.")
    error_message = "The problem should be that of the last ring: ${jsonencode(output.problem)}."
  }
}
