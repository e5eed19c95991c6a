// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package simulator_test

// actionProbes adds the probes of mutations that deploy, stop, delete and approve.
func actionProbes(add func(where, doc, without, with string)) {
	add("Mutation.ping", "mutation { %s }", "a: ping", "b: ping")
	const run = "mutation { actionPerform(input: {%s}) { scheduledActions { platforms scheduledAction { id } } error " +
		"{ message } } }"
	const pack, everyone = `package: {name: "Restart Tanium Client"}`, `targets: {actionGroup: {name: "All Computers"}}`
	whole := pack + ", " + everyone
	for _, where := range []string{"Mutation.actionPerform", "Mutation.actionPerform(input)",
		"ActionPerformInput.package"} {
		add(where, run, whole, `package: {name: "Clean Stale Tanium Client Data"}, `+everyone)
	}
	add("ActionPerformInput.comment", run, whole, whole+`, comment: "INC-4711"`)
	add("ActionPerformInput.metadata", run, whole, whole+`, metadata: [{name: "n", value: "v"}]`)
	add("ActionPerformInput.name", run, whole, whole+`, name: "Restart"`)
	add("ActionPerformInput.operation", run, whole, `operation: {addTags: ["x"]}, `+everyone)
	add("ActionPerformInput.schedule", run, whole, whole+", schedule: {distributeSeconds: 600}")
	add("ActionPerformInput.targets", run, whole, pack+`, targets: {actionGroup: {name: "All Windows"}}`)
	data := func(name, value string) string {
		return whole + `, metadata: [{name: "` + name + `", value: "` + value + `"}]`
	}
	add("MetadataInput.name", run, data("a", "v"), data("b", "v"))
	add("MetadataInput.value", run, data("n", "a"), data("n", "b"))

	const schedule = run
	on := func(schedule string) string { return whole + ", schedule: {" + schedule + "}" }
	add("ActionPerformScheduleInput.distributeSeconds", schedule, on(""), on("distributeSeconds: 600"))
	add("ActionPerformScheduleInput.endTime", schedule, on("reissueSeconds: 3600"),
		on(`reissueSeconds: 3600, endTime: "2026-03-08T00:00:00Z"`))
	add("ActionPerformScheduleInput.expireSeconds", schedule, on(""), on("expireSeconds: 3000"))
	add("ActionPerformScheduleInput.reissueSeconds", schedule, on(""), on("reissueSeconds: 3600"))
	add("ActionPerformScheduleInput.startTime", schedule, on(""), on(`startTime: "2026-03-08T00:00:00Z"`))

	at := func(targets string) string { return pack + ", targets: {" + targets + "}" }
	const all = `actionGroup: {name: "All Computers"}`
	add("ActionTargetsInput.actionGroup", run, at(""), at(all))
	add("ActionTargetsInput.endpoints", run, at(all), at(all+`, endpoints: ["100201"]`))
	add("ActionTargetsInput.platforms", run, at(all), at(all+", platforms: [Linux]"))
	add("ActionTargetsInput.targetGroup", run, at(all), at(all+`, targetGroup: {name: "All Linux"}`))
	add("ActionActionGroupInput.id", run, at("actionGroup: {id: 21}"), at("actionGroup: {id: 22}"))
	add("ActionActionGroupInput.name", run, at(`actionGroup: {name: "All Windows"}`), at(all))
	add("ActionTargetGroupInput.filter", run, at(all),
		at(all+`, targetGroup: {filter: {memberOf: {name: "All Linux"}}}`))
	add("ActionTargetGroupInput.id", run, at(all+", targetGroup: {id: 13}"), at(all+", targetGroup: {id: 14}"))
	add("ActionTargetGroupInput.name", run, at(all+`, targetGroup: {name: "All Linux"}`),
		at(all+`, targetGroup: {name: "All Mac"}`))

	ref := func(fields string) string { return "package: {" + fields + "}, " + everyone }
	add("PackageRefInput.id", run, ref("id: 1243"), ref("id: 1230"))
	add("PackageRefInput.name", run, whole, ref(`name: "Clean Stale Tanium Client Data"`))
	const tags, kill = `name: "Custom Tagging - Add Tags"`, `name: "Kill Process - ||Running Processes||"`
	add("PackageRefInput.params", run, ref(tags), ref(tags+`, params: ["Blue"]`))
	add("PackageRefInput.sensorSourcedParams", run, ref(kill),
		ref(kill+`, sensorSourcedParams: [{name: "Running Processes", value: "cron"}]`))
	sourced := func(name, value string) string {
		return ref(kill + `, sensorSourcedParams: [{name: "` + name + `", value: "` + value + `"}]`)
	}
	add("PackageParamInput.name", run, sourced("Running Processes", "cron"), sourced("Running", "cron"))
	add("PackageParamInput.value", run, sourced("Running Processes", "cron"), sourced("Running Processes", "systemd"))

	do := func(operation string) string { return "operation: {" + operation + "}, " + everyone }
	none := do(`addTags: ["a"]`)
	add("ActionOperationInput.addTags", run, none, do(`addTags: ["b"]`))
	add("ActionOperationInput.removeTags", run, none, do(`removeTags: ["Pilot"]`))
	add("ActionOperationInput.startService", run, none, do(`startService: "Spooler"`))
	add("ActionOperationInput.stopService", run, do(`startService: "Spooler"`), do(`stopService: "Spooler"`))
	add("ActionOperationInput.restartService", run, none, do(`restartService: "Spooler"`))
	add("ActionOperationInput.reboot", run, none, do("reboot: {}"))
	add("ActionOperationInput.changeClientSetting", run,
		none, do(`changeClientSetting: {name: LogVerbosityLevel, value: "1"}`))
	add("ActionOperationInput.collectActiveDirectoryInfo", run, none, do("collectActiveDirectoryInfo: {}"))
	add("ActionOperationRebootInput.randomDelaySeconds", run, do("reboot: {}"), do("reboot: {randomDelaySeconds: -1}"))
	add("ActionOperationChangeClientSettingInput.name", run,
		do(`changeClientSetting: {name: LogVerbosityLevel, value: "1"}`),
		do(`changeClientSetting: {name: HotCachePercentage, value: "1"}`))
	add("ActionOperationChangeClientSettingInput.value", run,
		do(`changeClientSetting: {name: LogVerbosityLevel, value: "1"}`),
		do(`changeClientSetting: {name: LogVerbosityLevel, value: "2"}`))
	add("ActionOperationCollectActiveDirectoryInfoInput.minimumMinutesBetweenRuns", run,
		do("collectActiveDirectoryInfo: {}"), do("collectActiveDirectoryInfo: {minimumMinutesBetweenRuns: -1}"))

	const once = "mutation { actionCreate(input: {%s}) { action { id } error { message } } }"
	for _, where := range []string{"Mutation.actionCreate", "Mutation.actionCreate(input)",
		"ActionCreateInput.package"} {
		add(where, once, whole, `package: {name: "Clean Stale Tanium Client Data"}, `+everyone)
	}
	add("ActionCreateInput.comment", once, whole, whole+`, comment: "INC-4711"`)
	add("ActionCreateInput.metadata", once, whole, whole+`, metadata: [{name: "n", value: "v"}]`)
	add("ActionCreateInput.name", once, whole, whole+`, name: "Restart"`)
	add("ActionCreateInput.schedule", once, whole, whole+", schedule: {distributeSeconds: 600}")
	add("ActionCreateInput.targets", once, whole, pack+`, targets: {actionGroup: {name: "All Windows"}}`)
	add("ActionScheduleInput.distributeSeconds", once, on(""), on("distributeSeconds: 600"))
	add("ActionScheduleInput.expireSeconds", once, on(""), on("expireSeconds: 3000"))
	add("ActionScheduleInput.startTime", once, on(""), on(`startTime: "2026-03-08T00:00:00Z"`))

	const again = "mutation { scheduledActionCreate(input: {%s}) { scheduledAction { id } error { message } } }"
	recurring := on("reissueSeconds: 3600")
	for _, where := range []string{"Mutation.scheduledActionCreate", "Mutation.scheduledActionCreate(input)",
		"ScheduledActionCreateInput.package"} {
		add(where, again, recurring,
			`package: {name: "Clean Stale Tanium Client Data"}, schedule: {reissueSeconds: 3600}, `+everyone)
	}
	add("ScheduledActionCreateInput.comment", again, recurring, recurring+`, comment: "INC-4711"`)
	add("ScheduledActionCreateInput.metadata", again, recurring, recurring+`, metadata: [{name: "n", value: "v"}]`)
	add("ScheduledActionCreateInput.name", again, recurring, recurring+`, name: "Restart"`)
	add("ScheduledActionCreateInput.schedule", again, recurring, on("reissueSeconds: 7200"))
	add("ScheduledActionCreateInput.targets", again, recurring, pack+
		`, schedule: {reissueSeconds: 3600}, targets: {actionGroup: {name: "All Windows"}}`)
	add("ScheduledActionScheduleInput.distributeSeconds", again,
		recurring, on("reissueSeconds: 3600, distributeSeconds: 600"))
	add("ScheduledActionScheduleInput.endTime", again, recurring,
		on(`reissueSeconds: 3600, endTime: "2026-03-08T00:00:00Z"`))
	add("ScheduledActionScheduleInput.expireSeconds", again, recurring, on("reissueSeconds: 3600, expireSeconds: 3000"))
	add("ScheduledActionScheduleInput.reissueSeconds", again, recurring, on("reissueSeconds: 7200"))
	add("ScheduledActionScheduleInput.startTime", again, recurring,
		on(`reissueSeconds: 3600, startTime: "2026-03-08T00:00:00Z"`))

	for name, ids := range map[string][2]string{
		"actionStop":             {"6112010", "6112011"},
		"scheduledActionDelete":  {"88001", "88002"},
		"scheduledActionApprove": {"88001", "88002"},
	} {
		for _, where := range []string{"Mutation." + name, "Mutation." + name + "(ref)"} {
			add(where, "mutation { "+name+"(ref: {id: %s}) { id error { message } } }", ids[0], ids[1])
		}
	}
}

// contentProbes adds the probes of groups, registrations and tokens.
func contentProbes(add func(where, doc, without, with string)) {
	const group = `mutation { actionGroupCreate(input: {%s}) { group { id } error { message } } }`
	const linux = `name: "New", visibility: ALL, computerGroups: [{name: "All Linux"}]`
	for _, where := range []string{"Mutation.actionGroupCreate", "Mutation.actionGroupCreate(input)",
		"ActionGroupCreateInput.name"} {
		add(where, group, linux, `name: "Newer", visibility: ALL, computerGroups: [{name: "All Linux"}]`)
	}
	add("ActionGroupCreateInput.any", group, linux, linux+", any: true")
	add("ActionGroupCreateInput.computerGroups", group,
		linux, `name: "New", visibility: ALL, computerGroups: [{name: "All Mac"}]`)
	add("ActionGroupCreateInput.userGroups", group,
		`name: "New", visibility: USER_GROUPS, userGroups: [{name: "A"}], computerGroups: []`,
		`name: "New", visibility: USER_GROUPS, userGroups: [{name: "B"}], computerGroups: []`)
	add("ActionGroupCreateInput.visibility", group, linux,
		`name: "New", visibility: ADMIN, computerGroups: [{name: "All Linux"}]`)

	const computers = `mutation { computerGroupCreate(input: {%s}) { group { id } error { message } } }`
	const filter = `filter: {sensor: {name: "Is Linux"}, value: "True"}`
	made := `name: "New", managementRightsEnabled: true, ` + filter
	for _, where := range []string{"Mutation.computerGroupCreate", "Mutation.computerGroupCreate(input)",
		"ComputerGroupCreateInput.name"} {
		add(where, computers, made, `name: "Newer", managementRightsEnabled: true, `+filter)
	}
	add("ComputerGroupCreateInput.contentSetRef", computers, made, made+`, contentSetRef: {name: "Base"}`)
	add("ComputerGroupCreateInput.filter", computers,
		made, `name: "New", managementRightsEnabled: true, filter: {sensor: {name: "Shoe Size"}, value: "43"}`)
	add("ComputerGroupCreateInput.managementRightsEnabled", computers, made,
		`name: "New", managementRightsEnabled: false, contentSetRef: {name: "Base"}, `+filter)
	for name, refs := range map[string][2]string{
		"actionGroupDelete":   {`name: "Linux and Mac"`, `name: "Virtual Windows Servers"`},
		"computerGroupDelete": {`name: "Virtual Windows Servers"`, `name: "No such group"`},
	} {
		for _, where := range []string{"Mutation." + name, "Mutation." + name + "(ref)"} {
			add(where, "mutation { "+name+"(ref: {%s}) { id error { message } } }", refs[0], refs[1])
		}
	}

	const harvest = `mutation { sensorHarvest(input: {%s}) { cursor success error { message } } }`
	const uptime = `name: "Uptime", harvest: true, integrationName: "example-probe"`
	for _, where := range []string{"Mutation.sensorHarvest", "Mutation.sensorHarvest(input)",
		"SensorHarvestInput.name"} {
		add(where, harvest, uptime, `name: "CPU Consumption", harvest: true, integrationName: "example-probe"`)
	}
	add("SensorHarvestInput.harvest", harvest, uptime,
		`name: "Uptime", harvest: false, integrationName: "example-probe"`)
	add("SensorHarvestInput.integrationName", harvest,
		uptime, `name: "Uptime", harvest: true, integrationName: "tanium-probe"`)
	add("SensorHarvestInput.cursor", harvest, uptime, uptime+`, cursor: "nothing"`)
	tagged := func(value string) string {
		return `name: "Custom Tag Exists", harvest: true, integrationName: "example-probe", parameters: [{name: ` +
			`"tag", value: "` + value + `"}]`
	}
	add("SensorHarvestInput.parameters", harvest, tagged("Pilot"), tagged("Web"))

	const grant = `mutation { apiTokenGrant(input: {%s}) { token { id notes expiration } error { message } } }`
	const trusted = `trustedIPAddresses: ["127.0.0.1"]`
	for _, where := range []string{"Mutation.apiTokenGrant", "Mutation.apiTokenGrant(input)",
		"APITokenGrantInput.trustedIPAddresses"} {
		add(where, grant, trusted, `trustedIPAddresses: ["10.0.0.0/8"]`)
	}
	add("APITokenGrantInput.expiresInDays", grant, trusted, trusted+", expiresInDays: 1")
	add("APITokenGrantInput.notes", grant, trusted, trusted+`, notes: "mine"`)
	add("APITokenGrantInput.personaName", grant, trusted, trusted+`, personaName: "Helper"`)
	for _, where := range []string{"Mutation.apiTokenRotate", "Mutation.apiTokenRotate(input)",
		"APITokenRotateInput.tokenString"} {
		add(where, `mutation { apiTokenRotate(input: {tokenString: "%s"}) { token { id } error { message } } }`,
			"nobody's", "token-simulator")
	}
	for _, where := range []string{"Mutation.apiTokenRevoke", "Mutation.apiTokenRevoke(input)",
		"APITokenRevokeInput.id"} {
		add(where, `mutation { apiTokenRevoke(input: {id: %s}) { error { message } } }`, "99", "98")
	}
}
