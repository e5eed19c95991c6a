# No Windows server runs sshd.exe. The plan names the servers that do, and the apply ends the process there and verifies it.
resource "tanium_remediation" "sshd" {
  name = "No sshd on Windows servers"

  package {
    name                      = "Kill Process - ||Running Processes||"
    sensor_sourced_parameters = { "Running Processes" = "sshd.exe" }
  }

  targets {
    action_group = { name = "All Computers" }
    filter = { filters = [
      { sensor = { name = "Running Processes" }, value = "sshd.exe" },
      { member_of = { name = "All Windows Servers" } },
    ] }
  }

  guard { max_endpoints = 50 }
}
