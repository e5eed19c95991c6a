// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package record

import (
	"slices"
	"strings"
)

// statusSensor is the sensor whose values the provider evaluates. They are IDs and states.
const statusSensor = "Action Statuses"

// field is a field of Tanium's schema whose text is replaced.
type field struct {
	// path ends the path of the field: names of fields, without the indexes of lists.
	path string
	kind Kind
}

// fields lists the fields by their kind. Of several that match, the first one counts. Names of
// packages, sensors, groups and content sets are not in it: the provider looks them up, and they
// are part of what a bug is about.
func fields() []field {
	return []field{
		{"endpoints.edges.node.name", Endpoint},
		{"ipAddress", Address}, {"ipAddresses", Address}, {"trustedIPAddresses", Address},
		{"macAddress", Text}, {"macAddresses", Text},
		{"user.name", User}, {"persona.name", User}, {"lastLoggedInUser", User}, {"lastUpdatedBy", User},
		{"email", User}, {"displayName", User}, {"username", User}, {"tokens.notes", Text},
		{"comment", comment},
		{"input.name", Text}, {"scheduledAction.name", Text}, {"scheduledActions.edges.node.name", Text},
		{"action.name", Text}, {"actions.edges.node.name", Text},
		{"domainName", Text}, {"entityProviderName", Text}, {"department", Text}, {"phoneNumber", Text},
		{"expression", Text}, {"metadata.value", Text},
		{"command", Text}, {"params.defaultValue", Parameter}, {"parameters.defaultValue", Text},
		{"package.params", Parameter}, {"package.params.value", Parameter},
		{"sensorSourcedParams.value", Parameter},
		{"operation.addTags", Parameter}, {"operation.removeTags", Parameter},
		{"operation.startService", Parameter}, {"operation.stopService", Parameter},
		{"operation.restartService", Parameter}, {"operation.changeClientSetting.value", Parameter},
		{"columns.values", Text}, {"sensorReadings.values", Text}, {"params.value", Text},
	}
}

// kindOf returns the kind of the text in a field of an object.
func kindOf(path []string, object map[string]any) Kind {
	if path[len(path)-1] == "value" && (slices.Contains(path, "filter") || slices.Contains(path, "filters")) &&
		!slices.Contains(path, "params") {
		return filterKind(path[0], object)
	}
	if path[len(path)-1] == "values" && sensorOf(object) == statusSensor {
		return kept
	}
	joined := "." + strings.Join(path, ".")
	for _, each := range fields() {
		if strings.HasSuffix(joined, "."+each.path) {
			return each.kind
		}
	}
	return kept
}

// filterKind returns the kind of the value of a filter in an operation. A filter compares a field,
// a sensor or the name of an object.
func filterKind(operation string, filter map[string]any) Kind {
	path, _ := filter["path"].(string)
	switch {
	case sensorOf(filter) == statusSensor:
		return kept
	case path == "" || path == "creator.user.name":
		return Text
	case path == "comment":
		return comment
	case path == "name":
		ofAction := strings.Contains(operation, "Action") || operation == "Endpoints"
		if ofAction {
			return Text
		}
		return kept
	case operation == "Endpoints" && path != "id":
		return Text
	default:
		return kept
	}
}

// sensorOf returns the name of the sensor of an object.
func sensorOf(object map[string]any) string {
	sensor, _ := object["sensor"].(map[string]any)
	name, _ := sensor["name"].(string)
	return name
}
