// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// newComputerGroupsDataSource returns the data source tanium_computer_groups.
func newComputerGroupsDataSource() datasource.DataSource {
	return &lookup[computerGroupsModel]{
		name: "computer_groups", schema: computerGroupsSchema, read: readComputerGroups,
	}
}

// computerGroupsModel is the configuration and state of the data source tanium_computer_groups.
type computerGroupsModel struct {
	namesModel

	ComputerGroups []computerGroupModel `tfsdk:"computer_groups"`
}

func computerGroupsSchema() schema.Schema {
	element := computerGroupAttributes()
	element["id"] = computedText("ID of the computer group.")
	element["name"] = computedText("Name of the computer group.")
	return schema.Schema{
		MarkdownDescription: "Finds computer groups by name. All conditions that are set must hold.",
		Attributes: namesAttributes("computer groups", map[string]schema.Attribute{
			"computer_groups": computedObjects("The computer groups, ordered by name.", element),
		}),
	}
}

func readComputerGroups(ctx context.Context, env *environment, model *computerGroupsModel, diags *diag.Diagnostics) {
	found, err := env.lookup.FindComputerGroups(ctx, model.search())
	if err != nil {
		diags.Append(failure("find computer groups", "to read computer groups", err))
		return
	}
	model.setTruncated(found.Truncated, "computer groups", diags)
	model.ComputerGroups = []computerGroupModel{}
	for _, group := range found.List {
		model.ComputerGroups = append(model.ComputerGroups, computerGroupState(group))
	}
}
