# A mocked resource keeps its first values for all runs of a file, so that another outcome needs a file of its own.

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
