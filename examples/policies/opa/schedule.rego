# Refuses a recurring deployment without an end.
package tanium

deny contains message if {
	some deployment in deployments
	schedule := deployment.values.schedule
	schedule.reissue_seconds != null
	object.get(schedule, "end_time", null) == null
	not deployment.unknown.schedule.end_time # input.rego refuses it
	message := sprintf(
		"%s: It recurs every %d seconds without an end. Set schedule.end_time.",
		[deployment.address, schedule.reissue_seconds],
	)
}
