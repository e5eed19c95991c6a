// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package inspect

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// Severity says how much a finding matters.
type Severity string

// The severities.
const (
	// Info explains what differs between tenants or users. Nothing fails because of it.
	Info Severity = "info"
	// Warning: a part of the provider does not work, or may stop to.
	Warning Severity = "warning"
	// Error: no action can be deployed and awaited.
	Error Severity = "error"
)

// Finding is something about a tenant that a user should know.
type Finding struct {
	Severity Severity
	// Subject is what the finding is about, such as "token" or "schema Query.actions".
	Subject string
	// Summary is what was found, Consequence what follows from it, and Remedy what to do. Each is a
	// sentence or more.
	Summary, Consequence, Remedy string
}

// unread is the finding of a part that could not be read.
func unread(part part, err *gateway.Error) Finding {
	finding := Finding{
		Severity: part.severity, Subject: part.subject, Consequence: part.consequence,
		Summary: fmt.Sprintf("%s could not be read: %s.", part.name, strings.TrimSuffix(err.Error(), ".")),
	}
	switch err.Kind {
	case gateway.KindInvalidDocument:
		finding.Remedy = "Nothing to do: the tenant's schema does not have it."
	case gateway.KindForbidden, gateway.KindRefused, gateway.KindSystem:
		finding.Remedy = fmt.Sprintf("Give the token's user and persona the right to read %s, if you need "+
			"it.", part.right)
	default:
		finding.Remedy = "Try again."
	}
	return finding
}

// checkRights explains why counts may be smaller than those of other users.
func checkRights(groups []gateway.GroupRef) []Finding {
	if len(groups) == 0 {
		return nil
	}
	names := make([]string, len(groups))
	for i, group := range groups {
		names[i] = group.Name
	}
	return []Finding{{
		Severity: Info, Subject: "management rights",
		Summary:     fmt.Sprintf("The token may manage the endpoints of %d computer groups alone.", len(groups)),
		Consequence: "A preview may count fewer endpoints than another user sees in the console.",
		Remedy: "If actions are to reach others, give the token's user and persona more management rights. It has: " +
			strings.Join(firstOf(names, maxNamed), ", ") + ".",
	}}
}

// soon is how long before its expiry a token is a finding.
const soon = 24 * time.Hour

// checkTokens finds a token that expires soon. Which of several is in use is not told.
func checkTokens(tokens []gateway.Token, now time.Time) []Finding {
	valid := slices.DeleteFunc(slices.Clone(tokens), func(token gateway.Token) bool {
		return !token.Expiration.After(now)
	})
	if len(valid) == 0 {
		return nil
	}
	first := slices.MinFunc(valid, func(a, b gateway.Token) int { return a.Expiration.Compare(b.Expiration) })
	left := first.Expiration.Sub(now)
	if left > soon {
		return nil
	}
	summary := fmt.Sprintf("The only token of the user, %s, expires in %s, at %s.", first.Id, left.Round(time.Minute),
		first.Expiration.UTC().Format(time.RFC3339))
	severity := Warning
	if len(valid) > 1 {
		severity = Info
		summary = fmt.Sprintf("Token %s of the user expires in %s, at %s. Tanium does not tell which of the user's %d "+
			"tokens is in "+
			"use.", first.Id, left.Round(time.Minute), first.Expiration.UTC().Format(time.RFC3339), len(valid))
	}
	return []Finding{{
		Severity: severity, Subject: "token", Summary: summary,
		Consequence: "A wait that lasts longer than the token ends with an error. The action continues in Tanium, " +
			"and the " +
			"next apply with a new token resumes the wait.",
		Remedy: "Create or rotate the token in the Tanium console before a long apply.",
	}}
}

// maxDistance is how far clocks may be apart without a finding.
const maxDistance = time.Minute

// checkClock finds a clock that is far from that of the server.
func checkClock(distance time.Duration) []Finding {
	if distance.Abs() <= maxDistance {
		return nil
	}
	direction := "ahead of"
	if distance < 0 {
		direction = "behind"
	}
	return []Finding{{
		Severity: Warning, Subject: "clock",
		Summary: fmt.Sprintf("The clock of the server is %s %s that of this "+
			"machine.", distance.Abs().Round(time.Second),
			direction),
		Consequence: "The provider takes this into account. Times that the configuration computes, such as by " +
			"timestamp(), " +
			"are those of this machine: a start_time may have passed on the server.",
		Remedy: "Synchronize the clock of this machine.",
	}}
}

// checkActionGroups finds a tenant without the action groups that a deployment needs.
func checkActionGroups(names []string) []Finding {
	switch {
	case len(names) == 0:
		return []Finding{{
			Severity: Error, Subject: "action groups",
			Summary:     "There is no action group that the token may read.",
			Consequence: "Each deployment needs one, in targets.action_group.",
			Remedy: "Create an action group in the Tanium console, or give the token's user and persona the right to " +
				"read " +
				"action groups.",
		}}
	case !slices.Contains(names, AllComputers):
		return []Finding{{
			Severity: Info, Subject: "action groups",
			Summary:     fmt.Sprintf("There is no action group %q that the token may read.", AllComputers),
			Consequence: "Examples that use it fail, also if there is a computer group with this name.",
			Remedy:      fmt.Sprintf("Use another action group: %s.", strings.Join(firstOf(names, maxNamed), ", ")),
		}}
	default:
		return nil
	}
}

// maxNamed is the number of groups that a finding names.
const maxNamed = 10

// firstOf returns the first names in their order, and how many more there are.
func firstOf(names []string, most int) []string {
	sorted := slices.Sorted(slices.Values(names))
	if len(sorted) <= most {
		return sorted
	}
	return append(sorted[:most], fmt.Sprintf("and %d more", len(sorted)-most))
}

// checkSensors finds sensors that the provider relies on and that are not there.
func checkSensors(sensors []Sensor, needs []need) []Finding {
	var found []Finding
	for i, sensor := range sensors {
		if sensor.Exists {
			continue
		}
		found = append(found, Finding{
			Severity: needs[i].severity, Subject: "sensor " + sensor.Name,
			Summary:     fmt.Sprintf("There is no sensor %q that the token may read.", sensor.Name),
			Consequence: needs[i].consequence,
			Remedy: "Import the default content of Tanium, or give the token's user and persona the right to read " +
				"the " +
				"sensor's content set.",
		})
	}
	return found
}
