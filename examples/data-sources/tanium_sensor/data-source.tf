data "tanium_sensor" "processes" {
  name = "Running Processes with MD5 Hash"
}

output "columns" {
  value = data.tanium_sensor.processes.columns[*].name
}
