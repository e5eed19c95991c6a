# Ends a process on all Windows endpoints that run it, by the MD5 hash of its file.
locals {
  md5 = "4bf0d5083604b3f8c67c6d0dd310e355"
}

data "tanium_package_spec" "kill" {
  name = "Kill Process - ||Running Processes with MD5 Hash_MD5 Hash||"
}

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

resource "tanium_action" "kill_openssh" {
  name    = "Kill OpenSSH"
  comment = "Kill OpenSSH on Windows"

  package {
    name                      = data.tanium_package_spec.kill.name
    sensor_sourced_parameters = { "Running Processes with MD5 Hash_MD5 Hash" = local.md5 }
  }

  targets {
    action_group = { name = "All Computers" }
    filter       = data.tanium_endpoints.openssh.filter # the same filter as in the data source
  }

  guard {
    max_endpoints = 50 # checked in the plan, and again right before the deployment
  }
}
