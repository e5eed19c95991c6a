# Refuses a deployment to all computers that nothing narrows. A set of platforms does not narrow it enough.
package tanium

deny contains message if {
	some deployment in deployments
	group := deployment.values.targets.action_group.name
	is_everything(group)
	not is_narrowed(deployment.values.targets)
	not deployment.unknown.targets.filter == true # input.rego refuses it
	message := sprintf(
		"%s: It deploys to the action group %q without a filter. Set targets.filter, targets.computer_group or %s.",
		[deployment.address, group, "targets.endpoint_ids"],
	)
}

is_everything(group) if {
	group != null
	some name in data.limits.all_computers
	lower(name) == lower(group)
}

is_narrowed(targets) if targets.filter != null

is_narrowed(targets) if targets.endpoint_ids != null

is_narrowed(targets) if {
	group := targets.computer_group.name
	not is_everything(group)
}
