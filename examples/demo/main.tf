# Finds a vulnerable program on all Windows endpoints, and ends it.

terraform {
  required_providers {
    tanium = {
      source = "tanium-community/tanium"
    }
  }
}

provider "tanium" {} # configured by TANIUM_URL and TANIUM_API_TOKEN

locals {
  md5 = "4bf0d5083604b3f8c67c6d0dd310e355" # sshd.exe
}

data "tanium_package_spec" "kill" {
  name = "Kill Process - ||Running Processes with MD5 Hash_MD5 Hash||"
}

# Lists the endpoints that run the program. Only endpoints that are online answer.
data "tanium_endpoints" "openssh" {
  filter = {
    filters = [
      { sensor = { name = "Running Processes with MD5 Hash", column = "MD5 Hash" }, value = local.md5 },
      { sensor = { name = "OS Platform" }, value = "Windows" },
    ]
  }
  source {
    live {}
  }
}

resource "tanium_action" "kill" {
  name    = "Kill OpenSSH"
  comment = "INC-4711"

  package {
    name                      = data.tanium_package_spec.kill.name
    sensor_sourced_parameters = { (data.tanium_package_spec.kill.sensor_sourced_parameters[0].name) = local.md5 }
  }

  targets {
    action_group = { name = "All Computers" }
    filter       = data.tanium_endpoints.openssh.filter # the filter of the data source above
  }

  guard { max_endpoints = 10 }
  wait { poll_interval = "1s" }
  on_failure = "warn" # one endpoint fails in this demo
}

# Lists the endpoints that did not succeed. The IDs come from the action, so Terraform reads this after it.
data "tanium_action_results" "kill" {
  action_ids        = tanium_action.kill.actions[*].action_id
  include_completed = false
}

output "results" {
  value = join("\n", concat(
    [for state, count in tanium_action.kill.results : format("%-12s %d of %d", replace(state, "_", " "), count, tanium_action.kill.targeted_endpoint_count) if count > 0],
    [for e in data.tanium_action_results.kill.endpoints : format("%-12s %s", e.name, e.status)],
  ))
}
