// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

// tagging returns the arguments of an action that adds a tag.
func tagging() map[string]any {
	return map[string]any{
		"name":    "Tag",
		"package": map[string]any{"name": "Custom Tagging - Add Tags", "parameters": []any{"Blue"}},
		"targets": map[string]any{"action_group": map[string]any{"name": "All Computers"},
			"computer_group": map[string]any{"name": "All Windows Servers"},
			"filter":         nil, "endpoint_ids": []any{"100201", "100202", "100203"}},
	}
}

// merged returns the configuration of tagging with changes.
func merged(changes map[string]any) map[string]any {
	config := tagging()
	for name, value := range changes {
		config[name] = value
	}
	return config
}

// failingTargets are targets of which one fails.
func failingTargets() map[string]any {
	return map[string]any{"action_group": map[string]any{"name": "All Computers"},
		"filter": map[string]any{"sensor": map[string]any{"name": "Computer Name"}, "value": "win-print-01"}}
}

// unwaited is a block wait that does not wait.
func unwaited() map[string]any { return map[string]any{"enabled": false} }

// onOperation is the configuration of an operation on three endpoints, of two sets of platforms.
func onOperation() map[string]any {
	return map[string]any{"operation": map[string]any{"add_tags": []any{"Blue"}},
		"targets": map[string]any{"action_group": map[string]any{"name": "All Computers"},
			"endpoint_ids": []any{"274301", "310011", "420007"}}}
}
