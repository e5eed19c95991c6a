// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/listplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/objectplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

const redeploys = " Changing this deploys a new action."

func actionSchema(ctx context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Deploys an action: a package or an operation, run on the endpoints that its targets " +
			"select. Create deploys it once and waits for it to finish. Destroy cancels it if it is still open. " +
			"Changes already made on endpoints remain.",
		Attributes: actionAttributes(),
		Blocks: map[string]schema.Block{
			"package": replacing(packageBlock(), func(object types.Object) any {
				return samePackage(packageFrom(object))
			}),
			"operation": replacing(operationBlock(), func(object types.Object) any { return operationFrom(object) }),
			"targets":   replacing(targetsBlock(), func(object types.Object) any { return targetsFrom(object) }),
			"schedule": replacing(scheduleBlock(), func(object types.Object) any {
				return sameSchedule(scheduleFrom(object))
			}),
			"guard":   guardBlock(),
			"preview": previewBlock(),
			"wait":    waitBlock(),
			"timeouts": timeoutsBlock(ctx, timeouts.Opts{
				Create: true, Update: true, Delete: true,
				CreateDescription: "How long to wait for the action to finish. Default: until it has expired.",
				UpdateDescription: "How long to wait for an action that an earlier apply did not see finish. " +
					"Default: until it has expired.",
				DeleteDescription: "How long to try to cancel the action. Default `5m`.",
			}),
		},
	}
}

// replacing deploys a new action when what a block says changes.
func replacing(block schema.SingleNestedBlock, decode func(types.Object) any) schema.SingleNestedBlock {
	block.MarkdownDescription += redeploys
	block.PlanModifiers = []planmodifier.Object{replaceUnlessSame{decode: decode}}
	return block
}

func actionAttributes() map[string]schema.Attribute {
	attributes := computedAttributes()
	for name, attribute := range map[string]schema.Attribute{
		"name": schema.StringAttribute{
			Optional:            true,
			Validators:          notEmpty(),
			PlanModifiers:       []planmodifier.String{replaceString()},
			MarkdownDescription: "Name of the action in Tanium. It need not be unique." + redeploys,
		},
		"comment": schema.StringAttribute{
			Optional:            true,
			Validators:          notEmpty(),
			PlanModifiers:       []planmodifier.String{replaceString()},
			MarkdownDescription: "Comment on the action in Tanium, such as a ticket." + redeploys,
		},
		"on_failure": policyAttribute("What to do when a finished action failed by the rules of `wait`. "+
			"`error` fails the apply, and the next apply deploys the action again; `warn` does neither. "+
			"With `wait.enabled = false` nothing is done about a failure, unless `error` is written out: "+
			"the next apply then deploys the failed action again.", policyError, policyWarn),
		"on_timeout": policyAttribute("What to do when the wait ends before the action finishes, because time ran "+
			"out or Tanium did not answer. `error` fails the apply; `warn` does not, and the next apply resumes "+
			"waiting.", policyError, policyWarn),
		"on_destroy": policyAttribute("What to do with the action when the resource is destroyed or replaced. "+
			"`cancel` deletes the scheduled action and stops the open one; `keep` leaves both.", policyCancel,
			policyKeep),
		"on_duplicate": policyAttribute("What to do when the same deployment is already open in Tanium, such as one "+
			"that an earlier apply made and could not save. `error` deploys nothing and names it; "+
			"`adopt` takes it over and says so; `ignore` deploys another one.", policyError, policyAdopt, policyIgnore),
		"stop_when_finished": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Stop the action once it finished and succeeded, as Tanium advises for actions that " +
				"live long. Not with `schedule.reissue_seconds`. Default `false`.",
		},
		"triggers": schema.MapAttribute{
			Optional:            true,
			ElementType:         types.StringType,
			PlanModifiers:       []planmodifier.Map{replaceMap()},
			MarkdownDescription: "Arbitrary values; changing any of them deploys a new action.",
		},
	} {
		attributes[name] = attribute
	}
	return attributes
}

func computedAttributes() map[string]schema.Attribute {
	keepText := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	keepBool := []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()}
	results := resultsAttribute("Number of endpoints in each state of the action last issued, of all `actions` " +
		"together.")
	results.PlanModifiers = []planmodifier.Object{objectplanmodifier.UseStateForUnknown()}
	actions := partsAttribute()
	actions.PlanModifiers = []planmodifier.List{listplanmodifier.UseStateForUnknown()}
	return map[string]schema.Attribute{
		"id": schema.StringAttribute{
			Computed:            true,
			PlanModifiers:       keepText,
			MarkdownDescription: "ID of the scheduled action; of the first one, where there are several.",
		},
		"status": schema.StringAttribute{
			Computed:      true,
			PlanModifiers: keepText,
			MarkdownDescription: "Status of the action: `PENDING`, `OPEN`, `CLOSED` or `STOPPED`; " +
				"null before it is issued. It stays `OPEN` until the action expires, even when every endpoint is done.",
		},
		"finished": schema.BoolAttribute{
			Computed:            true,
			PlanModifiers:       keepBool,
			MarkdownDescription: "Every targeted endpoint is done with the action, or the action is over.",
		},
		"succeeded": schema.BoolAttribute{
			Computed:            true,
			PlanModifiers:       keepBool,
			MarkdownDescription: "The finished action succeeded by the rules of `wait`; null before it is finished.",
		},
		"targeted_endpoint_count": schema.Int64Attribute{
			Computed:            true,
			PlanModifiers:       []planmodifier.Int64{int64planmodifier.UseStateForUnknown()},
			MarkdownDescription: "Number of endpoints that the targets matched right before the action was deployed.",
		},
		"console_url": schema.StringAttribute{
			Computed:            true,
			PlanModifiers:       keepText,
			MarkdownDescription: "Page of the action in the Tanium console; null before it is issued.",
		},
		"results": results,
		"actions": actions,
	}
}

// timeoutsBlock is the library's block with a description.
func timeoutsBlock(ctx context.Context, options timeouts.Opts) schema.Block {
	block := timeouts.Block(ctx, options)
	if single, ok := block.(schema.SingleNestedBlock); ok {
		single.MarkdownDescription = "How long operations may take, as durations such as `30m`."
		return single
	}
	return block
}

// policyAttribute has its default in words and not in the schema: a default would write itself into
// everybody's plan.
func policyAttribute(description string, values ...string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true,
		Validators:          []validator.String{stringvalidator.OneOf(values...)},
		MarkdownDescription: description + " Default `" + values[0] + "`.",
	}
}

func resultsAttribute(description string) schema.SingleNestedAttribute {
	counters := map[string]schema.Attribute{}
	for name, description := range counterDescriptions() {
		counters[name] = schema.Int64Attribute{Computed: true, MarkdownDescription: description}
	}
	return schema.SingleNestedAttribute{
		Computed:            true,
		MarkdownDescription: description + reportedOnly,
		Attributes:          counters,
	}
}

const reportedOnly = " An endpoint that has not reported is in none of the counters."

func counterDescriptions() map[string]string {
	return map[string]string{
		"waiting":              "Endpoints that have not started.",
		"downloading":          "Endpoints that are downloading the package's files.",
		"running":              "Endpoints that are running the command.",
		"waiting_to_retry":     "Endpoints that failed and will retry.",
		"completed":            "Endpoints that ran the command to its end; final for a package that does not verify.",
		"pending_verification": "Endpoints that ran the command and have not verified its effect.",
		"verified":             "Endpoints that verified the effect.",
		"failed_verification":  "Endpoints whose verification failed.",
		"failed":               "Endpoints that failed.",
		"expired":              "Endpoints that ran out of time.",
	}
}

func partsAttribute() schema.ListNestedAttribute {
	text := func(description string) schema.StringAttribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: description}
	}
	instant := func(description string) schema.StringAttribute {
		return schema.StringAttribute{
			Computed:            true,
			CustomType:          timetypes.RFC3339Type{},
			MarkdownDescription: description,
		}
	}
	return schema.ListNestedAttribute{
		Computed:            true,
		MarkdownDescription: "The scheduled actions, and the action that each issued last. A package makes one.",
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"scheduled_action_id": text("ID of the scheduled action."),
			"action_id": text("ID of the action last issued, which the results belong to; " +
				"null before the first."),
			"platforms": schema.ListAttribute{
				Computed:            true,
				ElementType:         types.StringType,
				MarkdownDescription: "Platforms it covers; null where Tanium does not split by platform.",
			},
			"approved": schema.BoolAttribute{
				Computed:            true,
				MarkdownDescription: "The scheduled action may issue actions.",
			},
			"deleted": schema.BoolAttribute{
				Computed:            true,
				MarkdownDescription: "Tanium does not show the scheduled action, or shows it as deleted.",
			},
			"status":          text("Status of the action last issued."),
			"start_time":      instant("When that action started."),
			"expiration_time": instant("When that action expires."),
			"issue_count":     schema.Int64Attribute{Computed: true, MarkdownDescription: "Number of actions issued."},
			"next_start_time": instant("When the next action is issued; null for never."),
			"console_url":     text("Page of that action in the Tanium console."),
			"results":         resultsAttribute("Number of endpoints in each state of that action."),
		}},
	}
}
