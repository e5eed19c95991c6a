# Refuses forbidden packages, operations and action groups. Names are compared as patterns, in letters of either case.
package tanium

deny contains message if {
	some deployment in deployments
	name := deployment.values.package.name
	pattern := forbidden_by(name, data.limits.forbidden_packages)
	message := refusal(deployment, "package", name, pattern)
}

deny contains message if {
	some deployment in deployments
	some name in operations(deployment)
	pattern := forbidden_by(name, data.limits.forbidden_operations)
	message := refusal(deployment, "operation", name, pattern)
}

deny contains message if {
	some deployment in deployments
	name := deployment.values.targets.action_group.name
	pattern := forbidden_by(name, data.limits.forbidden_action_groups)
	message := refusal(deployment, "action group", name, pattern)
}

# An ID says nothing about the name, and it differs between servers.
deny contains message if {
	some deployment in deployments
	some [argument, object, known] in [
		["package", deployment.values.package, "known_package_ids"],
		["targets.action_group", deployment.values.targets.action_group, "known_action_group_ids"],
	]
	id := sprintf("%v", [object.id])
	object.id != null
	not id in data.limits[known]
	message := sprintf(
		"%s: %s has the ID %s, which cannot be compared with names. Set the name instead, or add the ID to limits.%s.",
		[deployment.address, argument, id, known],
	)
}

operations(deployment) := {name | some name, value in deployment.values.operation; value != null}

forbidden_by(name, patterns) := concat(", ", found) if {
	name != null
	found := {pattern | some pattern in patterns; glob.match(lower(pattern), [], lower(name))}
	count(found) > 0
}

refusal(deployment, what, name, pattern) := sprintf(
	"%s: The %s %q is forbidden (%s). Use another one, or ask the owner of these policies for an exception.",
	[deployment.address, what, name, pattern],
)
