# A mocked resource keeps its first values for all runs of a file. Another outcome needs a separate file.

mock_provider "tanium" {
  mock_resource "tanium_action" {
    defaults = {
      succeeded = false
      results = {
        waiting              = 0
        downloading          = 0
        running              = 0
        waiting_to_retry     = 0
        completed            = 1
        pending_verification = 0
        verified             = 0
        failed_verification  = 0
        failed               = 1
        expired              = 0
      }
    }
  }
}

run "reports_a_failed_action" {
  expect_failures = [output.tagged]
}
