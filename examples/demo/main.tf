# A vulnerable program is found, whoever runs it, and killed.

terraform {
  required_providers {
    tanium = {
      source = "tanium-community/tanium"
    }
  }
}

provider "tanium" {} # TANIUM_URL and TANIUM_API_TOKEN

locals {
  md5 = "4bf0d5083604b3f8c67c6d0dd310e355" # sshd.exe
}

data "tanium_package_spec" "kill" {
  name = "Kill Process - ||Running Processes with MD5 Hash_MD5 Hash||"
}

# Whom does it concern? Only those who are online answer. Nothing below hangs on the answer, since it changes as soon as the process is gone: the plan
# says whom the action would reach.
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
    filter       = data.tanium_endpoints.openssh.filter # the very filter that was looked at
  }

  guard { max_endpoints = 10 }
  wait { poll_interval = "1s" }
}

output "results" {
  value = join("\n", concat(
    ["", format("%-22s %s", "action", tanium_action.kill.actions[0].action_id), format("%-22s %s", "targeted", tanium_action.kill.targeted_endpoint_count)],
    [for state, count in tanium_action.kill.results : format("%-22s %d", replace(state, "_", " "), count) if count > 0],
    [format("%-22s %s", "succeeded", tanium_action.kill.succeeded), ""],
  ))
}
