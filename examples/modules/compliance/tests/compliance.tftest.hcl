# The rings become compliant one after the other, and the next apply deploys nothing.
#
# Run this suite against the simulator:
#
#   tanium-simulator --listen 127.0.0.1:8443 --speed 10 &
#   export TANIUM_URL=http://127.0.0.1:8443 TANIUM_API_TOKEN=token-simulator
#   terraform init && terraform test

variables {
  name = "Owned"
  package = {
    name       = "Custom Tagging - Add Tags"
    parameters = ["Owned"]
  }
  # The endpoint win-print-01, at 77 percent, stays out of compliance: tagging fails there.
  filter = {
    filters = [
      { sensor = { name = "Computer Name" }, op = "STARTS_WITH", value = "win-" },
      { sensor = { name = "Custom Tags" }, value = "Owned", negated = true },
    ]
  }
  rings = [
    { name = "canary", to_percent = 50 },
    { name = "early", to_percent = 80, accept_remaining = 1 },
    { name = "rest", to_percent = 100 },
  ]
  max_endpoints  = 8
  verify_timeout = "20s"
}

run "reset" {
  module {
    source = "../../testing/reset"
  }
}

run "refuses_rings_in_disorder" {
  command = plan

  variables {
    rings = [{ name = "a", to_percent = 50 }, { name = "b", to_percent = 50 }]
  }

  expect_failures = [var.rings]
}

run "refuses_six_rings" {
  command = plan

  variables {
    rings = [for i in range(6) : { name = "ring ${i}", to_percent = i + 1 }]
  }

  expect_failures = [var.rings]
}

run "refuses_half_an_endpoint" {
  command = plan

  variables {
    rings = [{ name = "all", to_percent = 100, accept_remaining = 0.5 }]
  }

  expect_failures = [var.rings]
}

run "refuses_a_limit_of_none" {
  command = plan

  variables {
    max_endpoints = 0
  }

  expect_failures = [var.max_endpoints]
}

# No ring has as many endpoints. All together do.
run "refuses_more_than_the_limit" {
  command = plan

  variables {
    max_endpoints = 7
  }

  expect_failures = [terraform_data.limit]
}

run "deployed_nothing_over_the_limit" {
  command = plan

  module {
    source = "../../testing/deployments"
  }

  variables {
    name_contains = "Owned: "
  }

  assert {
    condition     = output.found == ""
    error_message = "Nothing should have been deployed: ${output.found}."
  }
}

run "becomes_compliant" {
  assert {
    condition     = output.compliant && output.remaining_count == 1
    error_message = "One endpoint should be left, which the second ring accepts: ${jsonencode(output.rings)}."
  }

  assert {
    condition     = [for ring in output.rings : "${ring.name} ${ring.compliant} ${join(" ", ring.remaining)}"] == ["canary true ", "early true win-print-01", "rest true "]
    error_message = "The second ring should name its endpoint: ${jsonencode(output.rings)}."
  }
}

# No endpoint matches any more but the one that the second ring accepts, so a limit of one is enough.
run "stays_compliant" {
  variables {
    max_endpoints = 1
  }

  assert {
    condition     = output.compliant && output.remaining_count == 1
    error_message = "It should have stayed as it was: ${jsonencode(output.rings)}."
  }
}

run "deployed_to_each_once" {
  command = plan

  module {
    source = "../../testing/deployments"
  }

  variables {
    name_contains = "Owned: "
  }

  assert {
    condition     = output.found == "88001 Owned: canary, 88002 Owned: early, 88003 Owned: rest"
    error_message = "Each ring should have been deployed to once, in the order of the rings: ${output.found}."
  }
}

# Other rings have nothing to do either.
run "is_compliant_in_other_rings" {
  variables {
    rings = [{ name = "canary", to_percent = 20 }, { name = "rest", to_percent = 100, accept_remaining = 1 }]
  }

  assert {
    condition     = output.compliant && [for ring in output.rings : ring.remaining_count] == [0, 1]
    error_message = "It should be compliant: ${jsonencode(output.rings)}."
  }
}
