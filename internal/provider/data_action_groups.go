// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// newActionGroupsDataSource returns the data source tanium_action_groups.
func newActionGroupsDataSource() datasource.DataSource {
	return &lookup[actionGroupsModel]{name: "action_groups", schema: actionGroupsSchema, read: readActionGroups}
}

// actionGroupsModel is the configuration and state of the data source tanium_action_groups.
type actionGroupsModel struct {
	namesModel

	ActionGroups []actionGroupModel `tfsdk:"action_groups"`
}

func actionGroupsSchema() schema.Schema {
	element := actionGroupAttributes()
	element["id"], element["name"] = computedText("ID of the action group."), computedText("Name of the action group.")
	return schema.Schema{
		MarkdownDescription: "Finds action groups by name. All conditions that are set must hold.",
		Attributes: namesAttributes("action groups", map[string]schema.Attribute{
			"action_groups": computedObjects("The action groups, ordered by name.", element),
		}),
	}
}

func readActionGroups(ctx context.Context, env *environment, model *actionGroupsModel, diags *diag.Diagnostics) {
	found, err := env.lookup.FindActionGroups(ctx, model.search())
	if err != nil {
		diags.Append(failure("find action groups", "to read action groups", err))
		return
	}
	model.setTruncated(found.Truncated, "action groups", diags)
	model.ActionGroups = []actionGroupModel{}
	for _, group := range found.List {
		model.ActionGroups = append(model.ActionGroups, actionGroupState(group))
	}
}
