// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/provider/message"
)

// newScheduledActionsDataSource returns the data source tanium_scheduled_actions. It finds what the
// list resource tanium_action finds, for a Terraform or OpenTofu without queries.
func newScheduledActionsDataSource() datasource.DataSource {
	return &lookup[scheduledActionsModel]{
		name: "scheduled_actions", schema: scheduledActionsSchema, read: readScheduledActions,
	}
}

// scheduledActionsModel is the configuration and state of the data source.
type scheduledActionsModel struct {
	searchModel

	MaxResults       types.Int64            `tfsdk:"max_results"`
	Truncated        types.Bool             `tfsdk:"truncated"`
	IDs              []types.String         `tfsdk:"ids"`
	ScheduledActions []scheduledActionModel `tfsdk:"scheduled_actions"`
}

// scheduledActionModel is an element of scheduled_actions.
type scheduledActionModel struct {
	ID            types.String      `tfsdk:"id"`
	Name          types.String      `tfsdk:"name"`
	Comment       types.String      `tfsdk:"comment"`
	PackageName   types.String      `tfsdk:"package_name"`
	Creator       types.String      `tfsdk:"creator"`
	ActionGroup   types.String      `tfsdk:"action_group"`
	Approved      types.Bool        `tfsdk:"approved"`
	Recurring     types.Bool        `tfsdk:"recurring"`
	Open          types.Bool        `tfsdk:"open"`
	StartTime     timetypes.RFC3339 `tfsdk:"start_time"`
	EndTime       timetypes.RFC3339 `tfsdk:"end_time"`
	NextStartTime timetypes.RFC3339 `tfsdk:"next_start_time"`
	IssueCount    types.Int64       `tfsdk:"issue_count"`
	ActionID      types.String      `tfsdk:"action_id"`
	Status        types.String      `tfsdk:"status"`
	ConsoleURL    types.String      `tfsdk:"console_url"`
}

func scheduledActionsSchema() schema.Schema {
	attributes := map[string]schema.Attribute{
		"max_results": schema.Int64Attribute{
			Optional:   true,
			Validators: []validator.Int64{int64validator.AtLeast(1)},
			MarkdownDescription: fmt.Sprintf("Maximum number of scheduled actions. Default `%d`.",
				defaultMaxResults),
		},
		"truncated": computedFlag("Whether more scheduled actions were found than `max_results`."),
		"ids": schema.ListAttribute{
			Computed: true, ElementType: types.StringType,
			MarkdownDescription: "IDs of the scheduled actions, in their order.",
		},
		"scheduled_actions": computedObjects("The scheduled actions, in the order of their IDs.",
			scheduledActionAttributes()),
	}
	texts, flags := searchAttributes()
	for name, attribute := range texts {
		attributes[name] = attribute
	}
	for name, attribute := range flags {
		attributes[name] = attribute
	}
	return schema.Schema{
		MarkdownDescription: "Finds scheduled actions. All conditions that are set must hold. With Terraform 1.14 or " +
			"later, `terraform query` finds them too and writes their import.",
		Attributes: attributes,
	}
}

// scheduledActionAttributes returns the attributes of an element of scheduled_actions.
func scheduledActionAttributes() map[string]schema.Attribute {
	instant := func(description string) schema.StringAttribute {
		return schema.StringAttribute{
			Computed: true, CustomType: timetypes.RFC3339Type{}, MarkdownDescription: description,
		}
	}
	text, flag := computedText, computedFlag
	return map[string]schema.Attribute{
		"id":              text("ID of the scheduled action."),
		"name":            text("Name; null for none."),
		"comment":         text("Comment, without the marker of this provider; null for none."),
		"package_name":    text("Name of the package that it runs; null if Tanium does not show it."),
		"creator":         text("Name of the user who created it; null if Tanium does not show it."),
		"action_group":    text("Name of the action group; null if Tanium does not show it."),
		"approved":        flag("Whether it may issue actions."),
		"recurring":       flag("Whether it issues actions again."),
		"open":            flag("Whether it may issue an action, or its last action is open."),
		"start_time":      instant("First start; null if Tanium does not show it."),
		"end_time":        instant("Time after which a recurring action is not issued again; null for none."),
		"next_start_time": instant("Time of the next issue; null for none."),
		"issue_count":     computedCount("Number of actions issued so far."),
		"action_id":       text("ID of the last action; null before the first."),
		"status":          text("Status of the last action; null before the first."),
		"console_url":     text("Page of the last action in the Tanium console; null before the first."),
	}
}

func readScheduledActions(
	ctx context.Context, env *environment, model *scheduledActionsModel, diags *diag.Diagnostics,
) {
	most := defaultMaxResults
	if !model.MaxResults.IsNull() {
		most = int(model.MaxResults.ValueInt64())
	}
	found, truncated, err := model.search(most).Find(ctx, env.client(), nil)
	if err != nil {
		diags.Append(message.ReadFailure("find scheduled actions", err))
		return
	}
	if truncated && model.MaxResults.IsNull() {
		diags.AddAttributeWarning(path.Root("max_results"), "Not all scheduled actions are listed",
			fmt.Sprintf("More than %d scheduled actions were found. To change the limit, set max_results.", most))
	}
	model.Truncated = types.BoolValue(truncated)
	model.IDs = make([]types.String, len(found))
	model.ScheduledActions = make([]scheduledActionModel, len(found))
	for i, one := range found {
		model.IDs[i] = types.StringValue(one.Scheduled.Id)
		model.ScheduledActions[i] = scheduledActionState(one, env.client().Address())
	}
}

// scheduledActionState returns an element of scheduled_actions.
func scheduledActionState(found deployment.FoundAction, address gateway.Address) scheduledActionModel {
	part, details := found.Part(), found.Details
	return scheduledActionModel{
		ID:            types.StringValue(part.ScheduledActionID),
		Name:          optionalText(found.Scheduled.Name),
		Comment:       optionalText(deployment.Unmarked(found.Scheduled.Comment)),
		PackageName:   optionalText(gateway.Deref(details.Package.Name)),
		Creator:       optionalText(gateway.Deref(details.Creator.User.Name)),
		ActionGroup:   optionalText(gateway.Deref(details.Targets.ActionGroup.Name)),
		Approved:      types.BoolValue(part.Approved),
		Recurring:     types.BoolValue(found.Recurring()),
		Open:          types.BoolValue(found.Open()),
		StartTime:     timetypes.NewRFC3339TimePointerValue(details.StartTime),
		EndTime:       timetypes.NewRFC3339TimePointerValue(details.EndTime),
		NextStartTime: timetypes.NewRFC3339TimePointerValue(part.NextStartTime),
		IssueCount:    types.Int64Value(int64(part.IssueCount)),
		ActionID:      optionalText(part.ActionID),
		Status:        optionalText(string(part.Status)),
		ConsoleURL:    actionURL(part.ActionID, address),
	}
}
