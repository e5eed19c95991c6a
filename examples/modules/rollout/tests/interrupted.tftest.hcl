# The apply ends while the second ring runs, here by a timeout. The next apply waits for that ring, deploys nothing again, and continues.

variables {
  name = "Interrupted"
  package = {
    name       = "Custom Tagging - Add Tags"
    parameters = ["Rollout"]
  }
  filter = { sensor = { name = "Computer Name" }, op = "STARTS_WITH", value = "wks-" }
  rings = [
    { name = "one", to_percent = 30, max_endpoints = 10 },
    { name = "two", to_percent = 70, max_endpoints = 10 },
    { name = "three", to_percent = 100, max_endpoints = 10 },
  ]
}

run "reset" {
  module {
    source = "../../testing/reset"
  }
}

run "ends_in_the_second" {
  variables {
    rings = [
      { name = "one", to_percent = 30, max_endpoints = 10 },
      { name = "two", to_percent = 70, max_endpoints = 10, timeout = "1ms" },
      { name = "three", to_percent = 100, max_endpoints = 10 },
    ]
  }

  expect_failures = [terraform_data.gate_2]
}

run "goes_on" {
  assert {
    condition     = length(output.rings) == 3 && alltrue(output.rings[*].succeeded)
    error_message = "All rings should have succeeded: ${jsonencode(output.rings)}."
  }
}

run "deployed_to_each_once" {
  command = plan

  module {
    source = "../../testing/deployments"
  }

  variables {
    name_contains = "Interrupted: "
  }

  assert {
    condition     = output.found == "88001 Interrupted: one, 88002 Interrupted: two, 88003 Interrupted: three"
    error_message = "Each ring should have been deployed to once: ${output.found}."
  }
}
