// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

// Package inspect examines a tenant: whose token it is, what the token may do, whether the clocks
// agree, and which objects and parts of the schema are there that the provider relies on.
//
// It imports gateway, and deployment and targeting for the names of their sensors. It does not
// depend on Terraform.
package inspect

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

// AllComputers is the action group of the examples. A tenant has it once default content is
// imported (API.md#action-groups).
const AllComputers = "All Computers"

// Report is what is known of a tenant. A part that could not be read is nil, and is a finding.
type Report struct {
	User *gateway.UserContext
	// Rights are the computer groups that the token may manage; empty if that is not limited.
	Rights *[]gateway.GroupRef
	// Tokens are those of the user. Which of them is in use is not told.
	Tokens *[]gateway.Token
	// ServerTime is the time of the server, and Distance how far it is ahead of the local time.
	ServerTime time.Time
	Distance   time.Duration
	// ActionGroups are the names of the action groups.
	ActionGroups *[]string
	// Sensors are those that the provider relies on.
	Sensors *[]Sensor
	// Differences are the parts of the schema that the provider uses and the tenant lacks, or has
	// with another type.
	Differences *[]Difference
	// Findings are in the order of the parts.
	Findings []Finding
}

// Sensor is a sensor that the provider relies on.
type Sensor struct {
	Name string
	// Exists reports that the tenant has it, and Harvested that Tanium stores its readings.
	Exists, Harvested bool
}

// part is a part of a report that is read by itself.
type part struct {
	subject, name string
	// right is what the token must be allowed to read.
	right string
	// severity and consequence are those of the finding that the part could not be read.
	severity    Severity
	consequence string
	// read reads the part into the report, and returns what is to be found about it.
	read func(ctx context.Context, client *gateway.Client, report *Report, now time.Time) ([]Finding, error)
}

// Tenant reads each part by itself. The error is of a server that does not answer as a gateway, or
// that rejects the token: no part can be read then.
func Tenant(ctx context.Context, client *gateway.Client, now func() time.Time) (Report, error) {
	var report Report
	for _, part := range parts() {
		found, err := part.read(ctx, client, &report, client.ClockDistance().Server(now()))
		var failure *gateway.Error
		switch {
		case err == nil:
			report.Findings = append(report.Findings, found...)
		case errors.As(err, &failure) && degrades(failure.Kind):
			report.Findings = append(report.Findings, unread(part, failure))
		default:
			return Report{}, err
		}
	}
	distance := client.ClockDistance() // as the answers show it
	report.ServerTime, report.Distance = distance.Server(now()), time.Duration(distance)
	report.Findings = append(report.Findings, checkClock(report.Distance)...)
	return report, nil
}

// degrades reports whether a failure concerns one part alone: a right or a field that is missing.
// Other failures concern the connection or the token.
func degrades(kind gateway.Kind) bool {
	switch kind {
	case gateway.KindForbidden, gateway.KindRefused, gateway.KindSystem, gateway.KindInvalidDocument,
		gateway.KindUnavailable, gateway.KindUnexpectedStatus, gateway.KindUnreadable:
		return true
	default:
		return false
	}
}

// parts returns the parts in their order.
func parts() []part {
	return []part{
		{"user", "The user of the token", "its own user", Info, "It is not known whose token it is.", readUser},
		{"management rights", "The management rights", "its own rights", Info,
			"It is not known whether previews count fewer endpoints than another user sees in the " +
				"console.", readRights},
		{"token", "The tokens of the user", "API tokens", Info,
			"No plan can warn that the token expires before an action ends.", readTokens},
		{"action groups", "The action groups", "action groups", Error,
			"Each deployment needs one, in targets.action_group.", readActionGroups},
		{"sensors", "The sensors", "sensors", Error,
			"Filters cannot be checked, and failed endpoints cannot be named.", readSensors},
		{"schema", "The schema", "the schema by introspection", Info,
			"It is not known which fields the tenant lacks. A request that uses one fails, and names it.", readSchema},
	}
}

func readUser(ctx context.Context, client *gateway.Client, report *Report, _ time.Time) ([]Finding, error) {
	user, err := client.CurrentUser(ctx)
	if err == nil && user.User.Id != "" { // an answer may be null
		report.User = &user
	}
	return nil, err
}

func readRights(ctx context.Context, client *gateway.Client, report *Report, _ time.Time) ([]Finding, error) {
	groups, err := client.ManagementRights(ctx)
	if err != nil {
		return nil, err
	}
	if groups == nil {
		return nil, nil // the answer is null, where an empty list means no limit
	}
	report.Rights = &groups
	return checkRights(groups), nil
}

func readTokens(ctx context.Context, client *gateway.Client, report *Report, now time.Time) ([]Finding, error) {
	tokens, err := client.MyTokens(ctx)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(tokens, func(a, b gateway.Token) int { return gateway.CompareIDs(a.Id, b.Id) })
	report.Tokens = &tokens
	if client.TokenFile() != "" {
		return nil, nil // a wait reads a renewed token
	}
	return checkTokens(tokens, now), nil
}

func readActionGroups(ctx context.Context, client *gateway.Client, report *Report, _ time.Time) ([]Finding, error) {
	names, err := client.ActionGroupNames(ctx)
	if err != nil {
		return nil, err
	}
	report.ActionGroups = &names
	return checkActionGroups(names), nil
}

// need is a sensor that the provider relies on.
type need struct {
	name        string
	severity    Severity
	consequence string
}

// needs returns the sensors that the provider relies on.
func needs() []need {
	all := []need{
		{deployment.StatusSensor, Warning, "The error of a failed action names no endpoints, and " +
			"tanium_action_results lists " +
			"none."},
		{deployment.LogSensor, Warning, "The error of a failed action has no lines of the endpoints' logs."},
		{targeting.ShareSensor, Warning, "provider::tanium::share, and the modules that deploy in rings, do not work."},
	}
	for _, platform := range gateway.AllEndpointPlatform {
		severity := Warning
		switch platform {
		case gateway.EndpointPlatformUnknown:
			continue
		case gateway.EndpointPlatformAix, gateway.EndpointPlatformSolaris:
			severity = Info
		}
		all = append(all, need{targeting.PlatformSensor(platform).Name, severity, fmt.Sprintf(
			"Endpoints cannot be counted for targets with platforms = [%q].", platform)})
	}
	return all
}

func readSensors(ctx context.Context, client *gateway.Client, report *Report, _ time.Time) ([]Finding, error) {
	needs := needs()
	wanted := gateway.Wanted{Sensors: make([]string, len(needs))}
	for i, need := range needs {
		wanted.Sensors[i] = need.name
	}
	found, err := client.LookUp(ctx, wanted)
	if err != nil {
		return nil, err
	}
	sensors := make([]Sensor, len(needs))
	for i, need := range needs {
		sensors[i] = Sensor{Name: need.name}
		if sensor := found.Sensors[i]; sensor != nil {
			sensors[i].Exists, sensors[i].Harvested = true, sensor.Harvested
		}
	}
	report.Sensors = &sensors
	return checkSensors(sensors, needs), nil
}

func readSchema(ctx context.Context, client *gateway.Client, report *Report, _ time.Time) ([]Finding, error) {
	uses, err := gateway.Uses()
	if err != nil {
		return nil, err
	}
	var types []string
	for _, use := range uses {
		if !slices.Contains(types, use.Kind) {
			types = append(types, use.Kind)
		}
	}
	served, err := client.ServerSchema(ctx, types)
	if err != nil {
		return nil, err
	}
	differences := compare(uses, served)
	report.Differences = &differences
	return checkSchema(differences), nil
}
