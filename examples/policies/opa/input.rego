# Refuses what cannot be judged: another input than a plan, missing limits, and values that the plan does not know.
package tanium

# A pipeline asks for this, because it is also undefined if the policies were not loaded.
allow if count(deny) == 0

deny contains message if {
	not input.planned_values
	message := "The input is not the JSON of a plan. Give the output of: terraform show -json PLAN"
}

deny contains message if {
	some name in {
		"guards", "max_endpoints", "all_computers", "forbidden_packages", "forbidden_operations",
		"forbidden_action_groups", "known_package_ids", "known_action_group_ids",
	}
	not is_set(name)
	message := sprintf("The limit %s is missing or has the wrong type. Load data.json, and set limits.%s.", [name, name])
}

is_set(name) if is_array(data.limits[name])

is_set("max_endpoints") if is_number(data.limits.max_endpoints)

deny contains message if {
	some deployment in deployments
	walk(deployment.unknown, [path, true])
	is_judged(path)
	message := sprintf(
		"%s: %s is not known in the plan. Apply first what it depends on, with -target, or set it to a known value.",
		[deployment.address, dotted(path)],
	)
}

is_judged(path) if path[0] in {"guard", "operation"}

is_judged(path) if {
	path in {
		["package"], ["package", "name"], ["package", "id"], ["targets"], ["targets", "filter"],
		["schedule"], ["schedule", "reissue_seconds"], ["schedule", "end_time"],
	}
}

is_judged(path) if {
	path[0] == "targets"
	path[1] in {"action_group", "computer_group", "endpoint_ids"}
}

# Path of an argument as people write it, such as package.parameters[1].
dotted(path) := trim_prefix(concat("", [part | some step in path; part := dotted_part(step)]), ".")

dotted_part(step) := sprintf("[%d]", [step]) if is_number(step)

dotted_part(step) := sprintf(".%s", [step]) if is_string(step)
