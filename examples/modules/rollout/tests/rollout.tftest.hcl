# All is well: the rings follow each other, one waits for an approval, and a second apply deploys nothing.
#
# Run this suite against the simulator:
#
#   tanium-simulator --listen 127.0.0.1:8443 --speed 10 &
#   export TANIUM_URL=http://127.0.0.1:8443 TANIUM_API_TOKEN=token-simulator
#   terraform init && terraform test

variables {
  name = "Tag all"
  package = {
    name       = "Custom Tagging - Add Tags"
    parameters = ["Rollout"]
  }
  filter = { member_of = { name = "All Windows" } }
  # The endpoint win-print-01, at 77 percent, fails.
  rings = [
    { name = "canary", to_percent = 20, max_endpoints = 10 },
    { name = "early", to_percent = 50, max_endpoints = 10, bake_time = "1s" },
    { name = "most", to_percent = 90, max_endpoints = 20, max_failed_percent = 20, approval = true },
    { name = "rest", to_percent = 100, max_endpoints = 10 },
  ]
}

run "reset" {
  module {
    source = "../../testing/reset"
  }
}

run "refuses_rings_in_disorder" {
  command = plan

  variables {
    rings = [{ name = "a", to_percent = 50, max_endpoints = 1 }, { name = "b", to_percent = 50, max_endpoints = 1 }]
  }

  expect_failures = [var.rings]
}

run "refuses_six_rings" {
  command = plan

  variables {
    rings = [for i in range(6) : { name = "ring ${i}", to_percent = i + 1, max_endpoints = 1 }]
  }

  expect_failures = [var.rings]
}

run "refuses_an_unknown_approval" {
  command = plan

  variables {
    approved = ["moist"]
  }

  expect_failures = [var.approved]
}

run "refuses_an_unknown_approval_in_tanium" {
  command = plan

  variables {
    tanium_approval = "fail"
  }

  expect_failures = [var.tanium_approval]
}

run "refuses_an_unknown_on_failure" {
  command = plan

  variables {
    on_failure = "ignore"
  }

  expect_failures = [var.on_failure]
}

run "refuses_a_negative_sample" {
  command = plan

  variables {
    sample_size = -1
  }

  expect_failures = [var.sample_size]
}

run "stops_for_the_approval" {
  assert {
    condition     = [for ring in output.rings : "${ring.name} ${ring.succeeded}"] == ["canary true", "early true"]
    error_message = "The first two rings should have succeeded: ${jsonencode(output.rings)}."
  }

  assert {
    condition     = output.waiting_for_approval == "most"
    error_message = "The third ring should wait for an approval."
  }
}

run "goes_on_once_approved" {
  variables {
    approved = ["most"]
  }

  assert {
    condition     = length(output.rings) == 4 && alltrue(output.rings[*].succeeded)
    error_message = "All rings should have succeeded: ${jsonencode(output.rings)}."
  }

  assert {
    condition     = output.rings[2].results.failed == 1
    error_message = "One endpoint should have failed, which max_failed_percent accepts: ${jsonencode(output.rings[2])}."
  }

  assert {
    condition     = output.waiting_for_approval == null
    error_message = "No ring should wait for an approval."
  }
}

run "deploys_nothing_again" {
  variables {
    approved = ["most"]
  }

  assert {
    condition     = length(output.rings) == 4 && alltrue(output.rings[*].succeeded)
    error_message = "All rings should be as they were: ${jsonencode(output.rings)}."
  }
}

run "counts_the_deployments" {
  command = plan

  module {
    source = "../../testing/deployments"
  }

  variables {
    name_contains = "Tag all: "
  }

  assert {
    condition     = output.found == "88001 Tag all: canary, 88002 Tag all: early, 88003 Tag all: most, 88004 Tag all: rest"
    error_message = "Each ring should have one scheduled action, in the order of the rings: ${output.found}."
  }
}

# Another package replaces the rings in turn. The first one does not finish, so the old actions stay until the rollout continues.
run "keeps_later_rings_if_a_changed_one_fails" {
  variables {
    approved = ["most"]
    package  = { name = "Custom Tagging - Add Tags", parameters = ["Other"] }
    rings = [
      { name = "canary", to_percent = 20, max_endpoints = 10, timeout = "1ms" },
      { name = "early", to_percent = 50, max_endpoints = 10, bake_time = "1s" },
      { name = "most", to_percent = 90, max_endpoints = 20, max_failed_percent = 20, approval = true },
      { name = "rest", to_percent = 100, max_endpoints = 10 },
    ]
  }

  expect_failures = [terraform_data.gate_1]
}

run "deployed_to_the_first_ring_alone" {
  command = plan

  module {
    source = "../../testing/deployments"
  }

  variables {
    name_contains = "Tag all: "
  }

  assert {
    condition     = output.found == "88001 Tag all: canary, 88002 Tag all: early, 88003 Tag all: most, 88004 Tag all: rest, 88005 Tag all: canary"
    error_message = "No action should have been cancelled: ${output.found}."
  }
}
