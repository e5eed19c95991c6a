// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package message

import (
	"fmt"
	"strings"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
)

// ConsoleLink returns the end of a paragraph with the action's page in the console; empty for none.
func ConsoleLink(url string) string {
	if url != "" {
		return " See " + url
	}
	return ""
}

// ScheduledIDs returns the IDs of the scheduled actions of parts.
func ScheduledIDs(parts []deployment.Part) string {
	return strings.Join(deployment.ScheduledIDs(parts), " and ")
}

// Status returns the status of a deployment, or what it waits for before it has one.
func Status(parts []deployment.Part) string {
	if status := deployment.Status(parts); status != "" {
		return string(status)
	}
	for _, part := range parts {
		if !part.Approved {
			return "waiting for approval"
		}
	}
	return "not issued yet"
}

// PartIDs returns the IDs of a part, as the Tanium console and its logs show them.
func PartIDs(part deployment.Part) string {
	switch {
	case part.ScheduledActionID == "":
		return part.ActionID
	case part.ActionID == "":
		return "(not issued yet) of scheduled action " + part.ScheduledActionID
	}
	return fmt.Sprintf("%s of scheduled action %s", part.ActionID, part.ScheduledActionID)
}

// AllPartIDs returns the IDs of parts.
func AllPartIDs(parts []deployment.Part) string {
	names := make([]string, len(parts))
	for i, part := range parts {
		names[i] = PartIDs(part)
	}
	return strings.Join(names, " and ")
}

// FirstIDs names the first actions and the number of the others.
func FirstIDs(parts []deployment.Part) string {
	const limit = 5
	var names []string
	for _, part := range parts[:min(limit, len(parts))] {
		names = append(names, "action "+PartIDs(part))
	}
	if more := len(parts) - limit; more > 0 {
		names = append(names, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(names, ", ")
}
