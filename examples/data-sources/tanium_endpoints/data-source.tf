# Lists the Windows endpoints that run this program now.
data "tanium_endpoints" "openssh" {
  filter = {
    filters = [
      {
        sensor = { name = "Running Processes with MD5 Hash", column = "MD5 Hash" }
        value  = "4bf0d5083604b3f8c67c6d0dd310e355"
      },
      {
        sensor = { name = "OS Platform" }
        value  = "Windows"
      },
    ]
  }

  source {
    live {}
  }

  sensors = [{
    name   = "Running Processes with MD5 Hash"
    filter = { column = "MD5 Hash", value = "4bf0d5083604b3f8c67c6d0dd310e355" }
  }]
}

output "found" {
  value = "${data.tanium_endpoints.openssh.total_count}: ${join(", ", data.tanium_endpoints.openssh.endpoints[*].name)}"
}
