// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"strings"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
)

// consoleLink returns the end of a paragraph with the action's page in the console; empty for none.
func consoleLink(url string) string {
	if url != "" {
		return " See " + url
	}
	return ""
}

// scheduledIDs returns the IDs of the scheduled actions of parts.
func scheduledIDs(parts []deployment.Part) string {
	return strings.Join(deployment.ScheduledIDs(parts), " and ")
}

// status returns the status of a deployment, or what it waits for before it has one.
func status(parts []deployment.Part) string {
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

// partIDs returns the IDs of a part, as the Tanium console and its logs show them.
func partIDs(part deployment.Part) string {
	switch {
	case part.ScheduledActionID == "":
		return part.ActionID
	case part.ActionID == "":
		return "(not issued yet) of scheduled action " + part.ScheduledActionID
	}
	return fmt.Sprintf("%s of scheduled action %s", part.ActionID, part.ScheduledActionID)
}

// allPartIDs returns the IDs of parts.
func allPartIDs(parts []deployment.Part) string {
	names := make([]string, len(parts))
	for i, part := range parts {
		names[i] = partIDs(part)
	}
	return strings.Join(names, " and ")
}
