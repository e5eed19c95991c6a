data "tanium_sensors" "processes" {
  name_contains = "Processes"
}

# The source cached has the readings of these.
output "harvested" {
  value = [for sensor in data.tanium_sensors.processes.sensors : sensor.name if sensor.harvested]
}
