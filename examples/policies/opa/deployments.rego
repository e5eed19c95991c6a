# Deployments of a plan: what the other files judge.
package tanium

# A resource deploys when it is created or replaced. An update in place, a destroy and an import deploy nothing.
deployments contains deployment if {
	some resource in input.resource_changes
	resource.type == "tanium_action"
	"create" in resource.change.actions
	deployment := {
		"address": resource.address,
		"values": resource.change.after,
		"unknown": resource.change.after_unknown,
		"sensitive": resource.change.after_sensitive,
	}
}

# The Terraform action deploys whenever it is invoked.
deployments contains deployment if {
	some invocation in input.action_invocations
	invocation.type == "tanium_action_deploy"
	deployment := {
		"address": invocation.address,
		"values": invocation.config_values,
		"unknown": invocation.config_unknown,
		"sensitive": invocation.config_sensitive,
	}
}

# Endpoints that each deployment would reach, by ID. They are null if the plan does not name them.
reach contains {"address": deployment.address, "at_most": most, "endpoints": endpoints} if {
	some deployment in deployments
	most := at_most(deployment)
	endpoints := object.get(deployment.values, ["guard", "reviewed", "endpoints"], null)
}

# Highest number of endpoints that a deployment can reach: the lowest of its limits; null without one.
at_most(deployment) := min(endpoint_limits(deployment.values))

at_most(deployment) := null if count(endpoint_limits(deployment.values)) == 0

endpoint_limits(values) := {limit |
	some limit in [
		object.get(values, ["guard", "max_endpoints"], null),
		grown(values, length(object.get(values, ["guard", "reviewed", "endpoints"], null))),
		grown(values, object.get(values, ["guard", "expected_endpoints"], null)),
		length(object.get(values, ["guard", "allowed_endpoint_ids"], null)),
		length(object.get(values, ["targets", "endpoint_ids"], null)),
	]
	limit != null
}

grown(_, null) := null

grown(values, number) := floor((number * (100 + growth)) / 100) if {
	number != null
	growth := object.get(values, ["guard", "max_growth_percent"], null)
	growth != null
}

grown(values, number) := number if object.get(values, ["guard", "max_growth_percent"], null) == null

length(null) := null

length(collection) := count(collection) if collection != null
