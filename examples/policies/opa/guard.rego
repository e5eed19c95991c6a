# Refuses a deployment without a guard that has an upper limit.
package tanium

deny contains message if {
	some deployment in deployments
	not has_guard(deployment)
	message := sprintf(
		"%s: It has no guard. Set guard { reviewed = data.tanium_action_preview.NAME.reviewed }, or one of: %s.",
		[deployment.address, concat(", ", data.limits.guards)],
	)
}

has_guard(deployment) if {
	some argument in data.limits.guards
	deployment.values.guard[argument] != null
}

has_guard(deployment) if {
	some argument in data.limits.guards
	deployment.unknown.guard[argument] # input.rego refuses it
}
