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
		diags.Append(message.Failure("find action groups", "to read action groups", err))
		return
	}
	model.setTruncated(found.Truncated, "action groups", diags)
	model.ActionGroups = []actionGroupModel{}
	for _, group := range found.List {
		model.ActionGroups = append(model.ActionGroups, actionGroupState(group))
	}
}

// newActionGroupDataSource returns the data source tanium_action_group.
func newActionGroupDataSource() datasource.DataSource {
	return &lookup[actionGroupModel]{name: "action_group", schema: actionGroupSchema, read: readActionGroup}
}

// actionGroupModel is the data source tanium_action_group, and an element of tanium_action_groups.
type actionGroupModel struct {
	ID             types.String    `tfsdk:"id"`
	Name           types.String    `tfsdk:"name"`
	Any            types.Bool      `tfsdk:"any"`
	Visibility     types.String    `tfsdk:"visibility"`
	ComputerGroups []groupRefModel `tfsdk:"computer_groups"`
}

// groupRefModel is a computer group of an action group.
type groupRefModel struct {
	ID   types.String `tfsdk:"id"`
	Name types.String `tfsdk:"name"`
}

func actionGroupSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Action group: the computer groups that limit where an action may run.",
		Attributes:          refAttributes("action group", actionGroupAttributes()),
	}
}

// actionGroupAttributes returns the attributes besides id and name.
func actionGroupAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"any": computedFlag("Whether one of the computer groups is enough. If false, an endpoint must be in all of " +
			"them."),
		"visibility": computedText("Who sees the action group: `ALL`, `ADMIN` or `USER_GROUPS`."),
		"computer_groups": computedObjects("Computer groups, in Tanium's order.", map[string]schema.Attribute{
			"id": computedText("ID of the computer group."), "name": computedText("Name of the computer group."),
		}),
	}
}

func readActionGroup(ctx context.Context, env *environment, model *actionGroupModel, diags *diag.Diagnostics) {
	ref := refOf(model.ID, model.Name)
	group := lookUpGroup("action group", ref, func() (*gateway.ActionGroupDetails, error) {
		return env.client().ActionGroupDetails(ctx, ref)
	}, func() ([]catalog.Problem, error) { return env.lookup.CheckActionGroup(ctx, ref, nil) }, diags)
	if group == nil {
		return
	}
	given := model.Name
	*model = actionGroupState(*group)
	if !given.IsNull() {
		model.Name = given // Tanium may ignore case
	}
}

func actionGroupState(group gateway.ActionGroupDetails) actionGroupModel {
	model := actionGroupModel{
		ID: types.StringValue(group.Id), Name: types.StringValue(group.Name), Any: types.BoolValue(group.Any),
		Visibility: optionalText(string(group.Visibility)), ComputerGroups: []groupRefModel{},
	}
	for _, computers := range group.ComputerGroups {
		model.ComputerGroups = append(model.ComputerGroups,
			groupRefModel{ID: types.StringValue(computers.Id), Name: types.StringValue(computers.Name)})
	}
	return model
}
