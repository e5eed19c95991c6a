// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/inspect"
	"github.com/tanium-community/terraform-provider-tanium/internal/provider/message"
)

// newTenantDataSource returns the data source tanium_tenant.
func newTenantDataSource() datasource.DataSource {
	return &lookup[tenantModel]{name: "tenant", schema: tenantSchema, read: readTenant}
}

// tenantModel is the state of the data source.
type tenantModel struct {
	User              *tenantUserModel        `tfsdk:"user"`
	Persona           *tenantRefModel         `tfsdk:"persona"`
	ManagementRights  *tenantRightsModel      `tfsdk:"management_rights"`
	Tokens            []tenantTokenModel      `tfsdk:"tokens"`
	ServerTime        types.String            `tfsdk:"server_time"`
	ClockAheadSeconds types.Int64             `tfsdk:"clock_ahead_seconds"`
	ActionGroupCount  types.Int64             `tfsdk:"action_group_count"`
	AllComputers      types.Bool              `tfsdk:"has_all_computers"`
	Sensors           []tenantSensorModel     `tfsdk:"sensors"`
	Differences       []tenantDifferenceModel `tfsdk:"schema_differences"`
	Findings          []tenantFindingModel    `tfsdk:"findings"`
}

type tenantUserModel struct {
	ID          types.String `tfsdk:"id"`
	Username    types.String `tfsdk:"username"`
	DisplayName types.String `tfsdk:"display_name"`
}

type tenantRefModel struct {
	ID   types.String `tfsdk:"id"`
	Name types.String `tfsdk:"name"`
}

type tenantRightsModel struct {
	Unrestricted   types.Bool       `tfsdk:"unrestricted"`
	ComputerGroups []tenantRefModel `tfsdk:"computer_groups"`
}

type tenantTokenModel struct {
	ID               types.String   `tfsdk:"id"`
	Expiration       types.String   `tfsdk:"expiration"`
	Notes            types.String   `tfsdk:"notes"`
	TrustedAddresses []types.String `tfsdk:"trusted_ip_addresses"`
}

type tenantSensorModel struct {
	Name      types.String `tfsdk:"name"`
	Exists    types.Bool   `tfsdk:"exists"`
	Harvested types.Bool   `tfsdk:"harvested"`
}

type tenantDifferenceModel struct {
	Path     types.String   `tfsdk:"path"`
	Missing  types.Bool     `tfsdk:"missing"`
	Expected types.String   `tfsdk:"expected_type"`
	Served   types.String   `tfsdk:"type"`
	Features []types.String `tfsdk:"features"`
}

type tenantFindingModel struct {
	Severity    types.String `tfsdk:"severity"`
	Subject     types.String `tfsdk:"subject"`
	Summary     types.String `tfsdk:"summary"`
	Consequence types.String `tfsdk:"consequence"`
	Remedy      types.String `tfsdk:"remedy"`
}

func tenantSchema() schema.Schema {
	ref := map[string]schema.Attribute{"id": computedText("ID."), "name": computedText("Name.")}
	object := func(description string, attributes map[string]schema.Attribute) schema.SingleNestedAttribute {
		return schema.SingleNestedAttribute{
			Computed: true, Attributes: attributes, MarkdownDescription: description,
		}
	}
	texts := func(description string) schema.ListAttribute {
		return schema.ListAttribute{
			Computed: true, ElementType: types.StringType, MarkdownDescription: description,
		}
	}
	return schema.Schema{
		MarkdownDescription: "Whether this tenant and token allow what the provider does. Each part is read by " +
			"itself: " +
			"one that the token may not read, or that the tenant does not have, is null and a finding. Findings with " +
			"the severity `error` or `warning` are warnings of the plan.",
		Attributes: map[string]schema.Attribute{
			"user": object("User of the token.", map[string]schema.Attribute{
				"id":           computedText("ID."),
				"username":     computedText("Name to log in with."),
				"display_name": computedText("Name to show."),
			}),
			"persona": object("Persona of the token; null for the default persona.", ref),
			"management_rights": object("Endpoints that the token may manage. If they are restricted, a preview may "+
				"count "+
				"fewer than another user sees in the console.", map[string]schema.Attribute{
				"unrestricted":    computedFlag("Whether the token may manage all endpoints."),
				"computer_groups": computedObjects("Computer groups that it may manage; empty if unrestricted.", ref),
			}),
			"tokens": computedObjects("API tokens of the user. Tanium does not tell which of them is in use.",
				map[string]schema.Attribute{
					"id":                   computedText("ID."),
					"expiration":           computedText("End of validity, in RFC 3339."),
					"notes":                computedText("Notes."),
					"trusted_ip_addresses": texts("Addresses and address blocks from which the token may be used."),
				}),
			"server_time": computedText("Time of the server, in RFC 3339. It is another one in each plan."),
			"clock_ahead_seconds": computedCount("Seconds by which the clock of the server is ahead of that of this " +
				"machine; negative if it is behind. Differences of up to two seconds count as none."),
			"action_group_count": computedCount("Number of action groups that the token may read."),
			"has_all_computers": computedFlag("Whether one of them is `All Computers`. A computer group with this " +
				"name " +
				"is something else."),
			"sensors": computedObjects("Sensors that the provider relies on.", map[string]schema.Attribute{
				"name":      computedText("Name."),
				"exists":    computedFlag("Whether the token may read the sensor."),
				"harvested": computedFlag("Whether Tanium stores its readings, which a cached count needs."),
			}),
			"schema_differences": computedObjects("Parts of the schema that the provider uses and that this tenant "+
				"lacks, or "+
				"has with another type.", map[string]schema.Attribute{
				"path": computedText("Part, such as `Query.actions`, `Query.endpoints(sort)` or " +
					"`ActionStatus.CLOSED`."),
				"missing":       computedFlag("Whether the tenant lacks it."),
				"expected_type": computedText("Type that the provider expects; empty for a value of an enumeration."),
				"type":          computedText("Type that the tenant has; empty if it lacks the part."),
				"features":      texts("What of the provider uses it."),
			}),
			"findings": computedObjects("What a user of this tenant and token should "+
				"know.", map[string]schema.Attribute{
				"severity": computedText("`error`: no action can be deployed and awaited. `warning`: a part of the " +
					"provider " +
					"does not work, or may stop to. `info`: nothing fails."),
				"subject":     computedText("What the finding is about."),
				"summary":     computedText("What was found."),
				"consequence": computedText("What follows from it."),
				"remedy":      computedText("What to do."),
			}),
		},
	}
}

// readTenant inspects the tenant.
func readTenant(ctx context.Context, env *environment, model *tenantModel, diags *diag.Diagnostics) {
	report, err := inspect.Tenant(ctx, env.client(), env.clock.Now)
	if err != nil {
		diags.Append(message.Failure("inspect the tenant", "", err))
		return
	}
	*model = tenantState(report)
	for _, finding := range report.Findings {
		if finding.Severity != inspect.Info {
			diags.AddWarning(finding.Summary, finding.Consequence+" "+finding.Remedy)
		}
	}
}

// tenantState converts a report.
func tenantState(report inspect.Report) tenantModel {
	model := tenantModel{
		ServerTime:        types.StringValue(report.ServerTime.UTC().Format(time.RFC3339)),
		ClockAheadSeconds: types.Int64Value(int64(report.Distance / time.Second)),
		Findings:          []tenantFindingModel{},
	}
	if user := report.User; user != nil {
		model.User = &tenantUserModel{
			ID: types.StringValue(user.User.Id), Username: types.StringPointerValue(user.User.Username),
			DisplayName: types.StringPointerValue(user.User.DisplayName),
		}
		if persona := user.Persona; persona != nil {
			model.Persona = &tenantRefModel{types.StringValue(persona.Id), types.StringPointerValue(persona.Name)}
		}
	}
	if report.Rights != nil {
		groups := *report.Rights
		model.ManagementRights = &tenantRightsModel{
			Unrestricted: types.BoolValue(len(groups) == 0),
			ComputerGroups: each(&groups, func(group gateway.GroupRef) tenantRefModel {
				return tenantRefModel{types.StringValue(group.Id), types.StringValue(group.Name)}
			}),
		}
	}
	if names := report.ActionGroups; names != nil {
		model.ActionGroupCount = types.Int64Value(int64(len(*names)))
		model.AllComputers = types.BoolValue(false)
		for _, name := range *names {
			if name == inspect.AllComputers {
				model.AllComputers = types.BoolValue(true)
			}
		}
	}
	model.Tokens = each(report.Tokens, func(token gateway.Token) tenantTokenModel {
		return tenantTokenModel{
			ID: types.StringValue(token.Id), Notes: types.StringValue(token.Notes),
			Expiration:       types.StringValue(token.Expiration.UTC().Format(time.RFC3339)),
			TrustedAddresses: each(&token.TrustedIPAddresses, types.StringValue),
		}
	})
	model.Sensors = each(report.Sensors, func(sensor inspect.Sensor) tenantSensorModel {
		return tenantSensorModel{
			types.StringValue(sensor.Name), types.BoolValue(sensor.Exists), types.BoolValue(sensor.Harvested),
		}
	})
	model.Differences = each(report.Differences, func(difference inspect.Difference) tenantDifferenceModel {
		return tenantDifferenceModel{
			Path: types.StringValue(difference.Path()), Missing: types.BoolValue(difference.Missing()),
			Expected: types.StringValue(difference.Type), Served: types.StringValue(difference.Served),
			Features: each(&difference.Features, types.StringValue),
		}
	})
	for _, finding := range report.Findings {
		model.Findings = append(model.Findings, tenantFindingModel{
			types.StringValue(string(finding.Severity)), types.StringValue(finding.Subject),
			types.StringValue(finding.Summary), types.StringValue(finding.Consequence),
			types.StringValue(finding.Remedy),
		})
	}
	return model
}

// each converts the elements of a list; nil for a list that is not known.
func each[From, To any](list *[]From, convert func(From) To) []To {
	if list == nil {
		return nil
	}
	converted := make([]To, len(*list))
	for i, one := range *list {
		converted[i] = convert(one)
	}
	return converted
}
