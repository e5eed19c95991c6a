// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/float64validator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/listplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/provider/validate"
)

// maxRemaining is the maximum number of remaining endpoints that the state names.
const maxRemaining = 100

// defaultVerifyTimeout is the default of verify.timeout.
const defaultVerifyTimeout = 10 * time.Minute

// remediationModel is the configuration, plan and state of the resource tanium_remediation.
type remediationModel struct {
	Name      types.String   `tfsdk:"name"`
	Comment   types.String   `tfsdk:"comment"`
	Package   types.Object   `tfsdk:"package"`
	Operation types.Object   `tfsdk:"operation"`
	Targets   types.Object   `tfsdk:"targets"`
	Schedule  types.Object   `tfsdk:"schedule"`
	Guard     types.Object   `tfsdk:"guard"`
	Preview   types.Object   `tfsdk:"preview"`
	Accept    types.Object   `tfsdk:"accept"`
	Verify    types.Object   `tfsdk:"verify"`
	Report    types.Object   `tfsdk:"failure_report"`
	OnDestroy types.String   `tfsdk:"on_destroy"`
	Triggers  types.Map      `tfsdk:"triggers"`
	Timeouts  timeouts.Value `tfsdk:"timeouts"`

	ID                    types.String `tfsdk:"id"`
	Compliant             types.Bool   `tfsdk:"compliant"`
	RemainingCount        types.Int64  `tfsdk:"remaining_count"`
	Remaining             types.List   `tfsdk:"remaining"`
	RemainingTruncated    types.Bool   `tfsdk:"remaining_truncated"`
	UnverifiedCount       types.Int64  `tfsdk:"unverified_count"`
	Unverified            types.List   `tfsdk:"unverified"`
	TargetedEndpointCount types.Int64  `tfsdk:"targeted_endpoint_count"`
	LimitedBy             types.Set    `tfsdk:"limited_by"`
	Marker                types.String `tfsdk:"marker"`
	ConsoleURL            types.String `tfsdk:"console_url"`
	Actions               types.List   `tfsdk:"actions"`
}

// remediationSchema returns the schema of the resource tanium_remediation. Its blocks are those of
// tanium_action, without what has no meaning for it.
func remediationSchema(ctx context.Context) schema.Schema {
	targets, guard, preview, schedule := targetsBlock(), guardBlock(), previewBlock(), scheduleBlock()
	targets.MarkdownDescription = "Required. Endpoints that are out of compliance: those in the action group that " +
		"meet all other conditions. Write the filter so that an endpoint no longer matches once it is remediated."
	guard.PlanModifiers = nil
	for _, name := range []string{"min_endpoints", "reviewed", "expected_endpoints", "max_growth_percent"} {
		delete(guard.Attributes, name)
	}
	delete(preview.Blocks, "wait_for")
	for _, name := range []string{"start_time", "end_time", "reissue_seconds"} {
		delete(schedule.Attributes, name)
	}
	schedule.MarkdownDescription = "How the action is spread over the endpoints, and when it expires."
	return schema.Schema{
		MarkdownDescription: "Declares that no endpoint matches `targets`. A refresh counts those that do, and the " +
			"plan names them. An apply deploys the package or operation to them once, and counts again until no more " +
			"are left than `accept` allows. If nobody matches, nothing is deployed.",
		Attributes: remediationAttributes(),
		Blocks: map[string]schema.Block{
			"package":   packageBlock(),
			"operation": operationBlock(),
			"targets":   targets,
			"schedule":  schedule,
			"guard":     guard,
			"preview":   preview,
			"accept":    acceptBlock(),
			"verify": schema.SingleNestedBlock{
				MarkdownDescription: "How the result of the action is verified.",
				Attributes: map[string]schema.Attribute{
					"timeout": schema.StringAttribute{
						Optional: true, Validators: []validator.String{validate.Duration{}},
						MarkdownDescription: "How long endpoints may take to leave `targets` after the action, such " +
							"as `30m`. Default `10m`.",
					},
				},
			},
			"failure_report": failureReportBlock(),
			"timeouts": timeoutsBlock(ctx, timeouts.Opts{
				Create: true, Update: true, Delete: true,
				CreateDescription: "How long to wait for the action to finish. " +
					"Default: the time until it expires, plus two minutes.",
				UpdateDescription: "How long to wait for the action to finish. " +
					"Default: the time until it expires, plus two minutes.",
				DeleteDescription: "How long to wait for the cancellation of the action. Default `5m`.",
			}),
		},
	}
}

// acceptBlock returns the block accept.
func acceptBlock() schema.SingleNestedBlock {
	return schema.SingleNestedBlock{
		MarkdownDescription: "What counts as compliant although an endpoint may still match.",
		Attributes: map[string]schema.Attribute{
			"remaining": atLeast(0, "Number of endpoints that may remain. Default `0`."),
			"remaining_percent": schema.Float64Attribute{
				Optional: true, Validators: []validator.Float64{float64validator.Between(0, 100)},
				MarkdownDescription: "Percentage of the endpoints of the last action that may remain after it. It " +
					"has no effect before an action. If `remaining` is also set, the larger number counts.",
			},
			"unverified": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Accept endpoints that the action was sent to and that do not answer " +
					"afterwards. Default `false`: nobody knows whether they are remediated, and the apply fails.",
			},
		},
	}
}

// remediationAttributes returns the attributes of the resource tanium_remediation.
func remediationAttributes() map[string]schema.Attribute {
	keepText := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	keepNumber := []planmodifier.Int64{int64planmodifier.UseStateForUnknown()}
	keepFlag := []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()}
	keepList := []planmodifier.List{listplanmodifier.UseStateForUnknown()}
	text := func(description string) schema.StringAttribute {
		return schema.StringAttribute{Computed: true, PlanModifiers: keepText, MarkdownDescription: description}
	}
	number := func(description string) schema.Int64Attribute {
		return schema.Int64Attribute{Computed: true, PlanModifiers: keepNumber, MarkdownDescription: description}
	}
	flag := func(description string) schema.BoolAttribute {
		return schema.BoolAttribute{Computed: true, PlanModifiers: keepFlag, MarkdownDescription: description}
	}
	endpoints := func(description string) schema.ListNestedAttribute {
		return schema.ListNestedAttribute{
			Computed: true, PlanModifiers: keepList, MarkdownDescription: description,
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"id":          schema.StringAttribute{Computed: true, MarkdownDescription: "Endpoint ID."},
				"name":        schema.StringAttribute{Computed: true, MarkdownDescription: "Computer name."},
				"os_platform": schema.StringAttribute{Computed: true, MarkdownDescription: "Platform."},
			}},
		}
	}
	actions := partsAttribute()
	actions.PlanModifiers = keepList
	actions.MarkdownDescription = "Scheduled actions of the last run, as they were last read; empty before the first."
	return map[string]schema.Attribute{
		"name": schema.StringAttribute{
			Optional: true, Validators: notEmpty(),
			MarkdownDescription: "Name of the actions in Tanium. It need not be unique.",
		},
		"comment": schema.StringAttribute{
			Optional: true, Validators: notEmpty(),
			MarkdownDescription: "Comment on the actions in Tanium, such as a ticket number.",
		},
		"on_destroy": policyAttribute("What to do with an action that is still open when the resource is destroyed. "+
			"`cancel` deletes the scheduled action and stops the open action; `keep` leaves both in place.",
			policyCancel, policyKeep),
		"triggers": schema.MapAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Arbitrary values; changing any of them counts again, and runs the action on " +
				"the endpoints that match, also after somebody stopped it.",
		},
		"id":                  text("Identity of the resource. It is not an ID in Tanium."),
		"compliant":           flag("Whether no more endpoints match than `accept` allows, and no run is unfinished."),
		"remaining_count":     number("Number of endpoints that match, by the last complete count."),
		"remaining":           endpoints("The first endpoints that match, in the order of their IDs."),
		"remaining_truncated": flag("Whether more endpoints match than `remaining` names."),
		"unverified_count": number("Number of endpoints that the last action was sent to and that did not answer " +
			"afterwards; null if no action was verified."),
		"unverified": endpoints("Endpoints that did not answer, if they are known by name: the next apply asks them " +
			"again."),
		"targeted_endpoint_count": number("Number of endpoints that were counted immediately before the last " +
			"deployment; null before the first."),
		"limited_by":  actionAttributes()["limited_by"],
		"marker":      text("Marker in the comment of the scheduled actions of the last run; null before the first."),
		"console_url": text("Page of the last action in the Tanium console; null before the first."),
		"actions":     actions,
	}
}
