// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package inspect

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// Difference is a part of the schema that the provider uses and the tenant lacks, or has with
// another type.
type Difference struct {
	gateway.Use

	// Served is the type that the tenant has; empty if it lacks the part.
	Served string
	// Features are what of the provider uses the part, in the order of their names.
	Features []string
}

// Missing reports that the tenant lacks the part.
func (d Difference) Missing() bool { return d.Served == "" }

// compare returns the differences between what the provider uses and what a server has.
func compare(uses []gateway.Use, served gateway.ServerSchema) []Difference {
	differences := []Difference{}
	for _, use := range uses {
		kind, there := served[use.Path()]
		if there && compatible(use, kind) {
			continue
		}
		difference := Difference{Use: use, Served: kind}
		for _, operation := range use.Operations {
			if feature := features()[operation]; !slices.Contains(difference.Features, feature) {
				difference.Features = append(difference.Features, feature)
			}
		}
		slices.Sort(difference.Features)
		differences = append(differences, difference)
	}
	return differences
}

// compatible reports whether the provider can use a part that a server has with a type. What is
// read may be null or not: the provider tolerates both. What is sent may not be required where the
// provider leaves it out.
func compatible(use gateway.Use, served string) bool {
	bare := func(kind string) string { return strings.ReplaceAll(kind, "!", "") }
	if bare(use.Type) != bare(served) {
		return false
	}
	return !use.Input || !strings.HasSuffix(served, "!") || strings.HasSuffix(use.Type, "!")
}

// Features of the provider. Those that core lists are needed to deploy an action and to await it.
const (
	deploys    = "deploying actions"
	awaits     = "waiting for actions, and refreshing them"
	cancels    = "cancelling actions"
	searches   = "the search for identical deployments"
	counts     = "previews, guards, remediations and tanium_endpoints"
	looksUp    = "checking packages, groups and sensors"
	approves   = "approvals"
	drift      = "the drift of recurring actions, imports and tanium_scheduled_actions"
	groups     = "tanium_action_group and tanium_computer_group, singular and plural"
	packages   = "tanium_package_specs"
	details    = "last_updated_by and content_set_name of tanium_package_spec"
	sensors    = "tanium_sensors"
	missing    = "telling an action that does not exist from one that the token may not read"
	inspecting = "tanium_tenant"
)

// core are the features without which no action can be deployed and awaited.
func core() []string { return []string{deploys, awaits, cancels, searches, counts, looksUp} }

// optional are the features that the provider does without if the tenant does not have them.
func optional() []string { return []string{missing, details, inspecting} }

// features returns the feature of the provider that each document serves.
func features() map[string]string {
	return map[string]string{
		"PerformAction": deploys, "GetAction": awaits, "GetScheduledAction": awaits, "GetDeployment": awaits,
		"StopAction": cancels, "DeleteScheduledAction": cancels, "DeleteAndStop": cancels,
		"ListScheduledActions": searches, "Endpoints": counts,
		"GetActionGroup": looksUp, "GetComputerGroup": looksUp, "PackageSpecs": looksUp, "Sensors": looksUp,
		"ActionGroupNames": looksUp, "ComputerGroupNames": looksUp, "PackageSpecNames": looksUp, "SensorNames": looksUp,
		"ApproveScheduledAction": approves, "CountActions": missing,
		"GetScheduledActionDetails": drift, "FindScheduledActions": drift, "GetScheduledActionTerms": drift,
		"GetActionGroupDetails": groups, "GetComputerGroupDetails": groups, "FindActionGroups": groups,
		"FindComputerGroups": groups, "PackageSpecDetails": details, "FindPackageSpecs": packages,
		"FindSensors": sensors, "CurrentUser": inspecting, "ManagementRights": inspecting, "MyTokens": inspecting,
	}
}

// checkSchema explains what each difference costs.
func checkSchema(differences []Difference) []Finding {
	found := make([]Finding, len(differences))
	for i, difference := range differences {
		found[i] = Finding{
			Severity: difference.severity(), Subject: "schema " + difference.Path(),
			Summary:     fmt.Sprintf("The tenant's schema does not have %s.", difference.Path()),
			Consequence: "These fail: " + strings.Join(difference.Features, "; ") + ".",
			Remedy: "Update the tenant, if its version is old. Otherwise Tanium has changed: report it to the " +
				"provider, with " +
				"this finding.",
		}
		if !difference.Missing() {
			found[i].Summary = fmt.Sprintf("The tenant's schema has %s as %s, where the provider expects "+
				"%s.", difference.Path(),
				difference.Served, difference.Type)
		}
		switch {
		case difference.severity() == Info:
			found[i].Consequence = "The provider does without: " + strings.Join(difference.Features, "; ") + "."
		case difference.Input:
			found[i].Consequence = "Requests that send it fail. These " +
				"may: " + strings.Join(difference.Features, "; ") + "."
		}
	}
	return found
}

// severity is that of the features that need the part. What is sent is mostly optional.
func (d Difference) severity() Severity {
	among := func(features []string) func(string) bool {
		return func(feature string) bool { return slices.Contains(features, feature) }
	}
	needed := slices.DeleteFunc(slices.Clone(d.Features), among(optional()))
	switch {
	case len(needed) == 0:
		return Info
	case !d.Input && slices.ContainsFunc(needed, among(core())):
		return Error
	default:
		return Warning
	}
}
