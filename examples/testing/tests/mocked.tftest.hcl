# Runs without Tanium. Terraform mocks the answers of the provider. The provider still checks the form of the arguments.

mock_provider "tanium" {
  mock_data "tanium_endpoints" {
    defaults = {
      total_count = 2
    }
  }

  mock_resource "tanium_action" {
    defaults = {
      succeeded = true
      results = {
        waiting              = 0
        downloading          = 0
        running              = 0
        waiting_to_retry     = 0
        completed            = 2
        pending_verification = 0
        verified             = 0
        failed_verification  = 0
        failed               = 0
        expired              = 0
      }
    }
  }
}

run "refuses_a_tag_of_two_words" {
  command = plan

  variables {
    tag = "Needs Reboot"
  }

  expect_failures = [var.tag]
}

run "refuses_too_many_endpoints" {
  command = plan

  override_data {
    target = data.tanium_endpoints.untagged
    values = { total_count = 11 }
  }

  expect_failures = [tanium_action.tag]
}

run "accepts_a_success" {
  assert {
    condition     = output.tagged == 2
    error_message = "The mock should have 2 completed endpoints, not ${output.tagged}."
  }
}
