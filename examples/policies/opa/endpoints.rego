# Refuses a deployment that can reach more than limits.max_endpoints endpoints.
package tanium

deny contains message if {
	some deployment in deployments
	most := at_most(deployment)
	most > data.limits.max_endpoints
	message := sprintf(
		"%s: It can reach %d endpoints, and %d are allowed. Narrow targets, lower the guard, or deploy in rings.",
		[deployment.address, most, data.limits.max_endpoints],
	)
}
