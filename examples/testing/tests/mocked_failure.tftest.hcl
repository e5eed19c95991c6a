# A mocked resource keeps its first values for all runs of a file. Another outcome needs a separate file.

mock_provider "tanium" {
  mock_resource "tanium_action" {
    defaults = {
      succeeded = false
      results   = { completed = 1, failed = 1 }
    }
  }
}

run "reports_a_failed_action" {
  expect_failures = [output.tagged]
}
