// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/provider/message"
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
		diags.Append(message.Failure("find computer groups", "to read computer groups", err))
		return
	}
	model.setTruncated(found.Truncated, "computer groups", diags)
	model.ComputerGroups = []computerGroupModel{}
	for _, group := range found.List {
		model.ComputerGroups = append(model.ComputerGroups, computerGroupState(group))
	}
}

// newComputerGroupDataSource returns the data source tanium_computer_group.
func newComputerGroupDataSource() datasource.DataSource {
	return &lookup[computerGroupModel]{name: "computer_group", schema: computerGroupSchema, read: readComputerGroup}
}

// computerGroupModel is the data source tanium_computer_group, and an element of
// tanium_computer_groups.
type computerGroupModel struct {
	ID                      types.String `tfsdk:"id"`
	Name                    types.String `tfsdk:"name"`
	Expression              types.String `tfsdk:"expression"`
	Type                    types.String `tfsdk:"type"`
	FilterEnabled           types.Bool   `tfsdk:"filter_enabled"`
	ManagementRightsEnabled types.Bool   `tfsdk:"management_rights_enabled"`
}

func computerGroupSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Computer group: the rule that decides which endpoints belong to it.",
		Attributes:          refAttributes("computer group", computerGroupAttributes()),
	}
}

// computerGroupAttributes returns the attributes besides id and name.
func computerGroupAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"expression":                computedText("Rule of membership, as the text of a question."),
		"type":                      computedText("`STANDARD` for a group with a rule, `MANUAL` for picked endpoints."),
		"filter_enabled":            computedFlag("Whether the group can be used as a filter."),
		"management_rights_enabled": computedFlag("Whether the group can be used for management rights."),
	}
}

func readComputerGroup(ctx context.Context, env *environment, model *computerGroupModel, diags *diag.Diagnostics) {
	ref := refOf(model.ID, model.Name)
	group := lookUpGroup("computer group", ref, func() (*gateway.ComputerGroupDetails, error) {
		return env.client().ComputerGroupDetails(ctx, ref)
	}, func() ([]catalog.Problem, error) { return env.lookup.CheckComputerGroup(ctx, ref, nil) }, diags)
	if group == nil {
		return
	}
	given := model.Name
	*model = computerGroupState(*group)
	if !given.IsNull() {
		model.Name = given // Tanium may ignore case
	}
}

func computerGroupState(group gateway.ComputerGroupDetails) computerGroupModel {
	return computerGroupModel{
		ID: types.StringValue(group.Id), Name: types.StringValue(group.Name),
		Expression: types.StringValue(group.Expression), Type: optionalText(string(group.Type)),
		FilterEnabled:           types.BoolValue(group.FilterEnabled),
		ManagementRightsEnabled: types.BoolValue(group.ManagementRightsEnabled),
	}
}
