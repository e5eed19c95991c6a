# Run this suite against the simulator:
#
#   tanium-simulator --listen 127.0.0.1:8443 --speed 10 &
#   export TANIUM_URL=http://127.0.0.1:8443 TANIUM_API_TOKEN=token-simulator
#   terraform init && terraform test

variables {
  endpoint_ids = ["274301", "274315"]
}

run "reset" {
  module {
    source = "../../testing/reset"
  }
}

run "finds_the_endpoints" {
  command = plan

  assert {
    condition     = toset(output.endpoints) == toset(["wks-001", "wks-003"])
    error_message = "The IDs should be those of wks-001 and wks-003: ${jsonencode(output.endpoints)}."
  }
}

run "refuses_a_name" {
  command = plan

  variables {
    endpoint_ids = ["wks-001"]
  }

  expect_failures = [var.endpoint_ids]
}

run "refuses_ids_with_a_group" {
  command = plan

  variables {
    computer_group = "All Windows Servers"
  }

  expect_failures = [var.endpoint_ids]
}

# The precondition fails before the provider checks the guard.
run "refuses_too_many_endpoints" {
  command = plan

  variables {
    endpoint_ids   = null
    computer_group = "All Windows"
  }

  expect_failures = [tanium_action.quarantine]
}

run "quarantines_them" {
  assert {
    condition     = output.targeted_endpoint_count == 2 && output.verified_count == 2
    error_message = "The action ended with ${jsonencode(output.results)}."
  }

  assert {
    condition     = length(output.scheduled_action_id) > 0 && length(output.console_url) > 0
    error_message = "The scheduled action or its console page is not known."
  }
}

# The endpoint win-print-01 runs the package and does not verify the quarantine.
run "quarantines_a_group" {
  variables {
    endpoint_ids       = null
    computer_group     = "All Windows Servers"
    max_failed_percent = 20
  }

  assert {
    condition     = output.targeted_endpoint_count == 8 && output.verified_count == 7 && output.failed_verification_count == 1
    error_message = "The action ended with ${jsonencode(output.results)}."
  }
}
