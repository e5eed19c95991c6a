# Run this suite against the simulator:
#
#   tanium-simulator --listen 127.0.0.1:8443 --speed 10 &
#   export TANIUM_URL=http://127.0.0.1:8443 TANIUM_API_TOKEN=token-simulator
#   terraform init && terraform test

variables {
  process = "sshd.exe"
}

run "reset" {
  module {
    source = "../../testing/reset"
  }
}

run "finds_the_process" {
  command = plan

  assert {
    condition     = length(output.endpoints) == 5 && length(output.endpoints) <= var.max_endpoints
    error_message = "Five endpoints that are online should run sshd.exe: ${jsonencode(output.endpoints)}."
  }
}

# The precondition fails before the provider checks the guard.
run "refuses_too_many_endpoints" {
  command = plan

  variables {
    max_endpoints = 4
  }

  expect_failures = [tanium_action.kill]
}

run "refuses_a_path" {
  command = plan

  variables {
    process = "C:\\Windows\\System32\\OpenSSH\\sshd.exe"
  }

  expect_failures = [var.process]
}

run "refuses_a_percentage_above_100" {
  command = plan

  variables {
    max_failed_percent = 200
  }

  expect_failures = [var.max_failed_percent]
}

run "ends_it" {
  variables {
    computer_group = "Virtual Windows Servers"
    filter         = { sensor = { name = "Computer Name" }, op = "STARTS_WITH", value = "win-web-" }
  }

  assert {
    condition     = output.targeted_endpoint_count == 2 && output.results.completed == 2
    error_message = "The action ended with ${jsonencode(output.results)}."
  }

  assert {
    condition     = length(output.scheduled_action_id) > 0 && length(output.console_url) > 0
    error_message = "The scheduled action or its console page is not known."
  }
}

# Without the limits, the action reaches the endpoints that still run the process.
run "ends_it_on_the_others" {
  variables {
    comment = "INC-1"
  }

  assert {
    condition     = output.targeted_endpoint_count == 3 && output.results.completed == 3
    error_message = "The action ended with ${jsonencode(output.results)}."
  }
}

# The same configuration keeps the action. Another deployment would reach no endpoint and fail.
run "finds_no_process_and_deploys_nothing" {
  variables {
    comment = "INC-1"
  }

  assert {
    condition     = length(output.endpoints) == 0
    error_message = "Still running on ${jsonencode(output.endpoints)}."
  }

  assert {
    condition     = output.targeted_endpoint_count == 3
    error_message = "The action is another one, on ${output.targeted_endpoint_count} endpoints."
  }
}
