// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/listplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/objectplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/provider/validate"
)

// redeploys ends the description of an argument whose change deploys a new action.
const redeploys = " " + replaceDescription

// actionSchema returns the schema of the resource tanium_action.
func actionSchema(ctx context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Deploys an action, which runs a package or an operation on the targeted endpoints. " +
			"Create deploys the action once and waits for it to finish. Destroy cancels it if it is still open. " +
			"Changes already made on endpoints remain.",
		Attributes: actionAttributes(),
		Blocks: map[string]schema.Block{
			"package":   replacing("package", packageBlock()),
			"operation": replacing("operation", operationBlock()),
			"targets":   replacing("targets", targetsBlock()),
			"schedule":  replacing("schedule", scheduleBlock()),
			"guard":     guardBlock(),
			"preview":   previewBlock(),
			"wait":      waitBlock(),

			"failure_report": failureReportBlock(),
			"timeouts": timeoutsBlock(ctx, timeouts.Opts{
				Create: true, Update: true, Delete: true,
				CreateDescription: "How long to wait for the action to finish. " +
					"Default: the time until it expires, plus two minutes.",
				UpdateDescription: "How long to wait for an action that did not finish during an earlier apply. " +
					"Default: the time until it expires, plus two minutes.",
				DeleteDescription: "How long to wait for the cancellation of the action. Default `5m`.",
			}),
		},
	}
}

// replacing makes a change of a block deploy a new action, and adds that to its description.
func replacing(name string, block schema.SingleNestedBlock) schema.SingleNestedBlock {
	block.MarkdownDescription += redeploys
	block.PlanModifiers = []planmodifier.Object{replaceUnlessSame{decode: deploymentBlocks()[name]}}
	return block
}

// actionAttributes returns the attributes of the resource tanium_action.
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
			MarkdownDescription: "Comment on the action in Tanium, such as a ticket number." + redeploys,
		},
		"on_failure": policyAttribute("What to do if the finished action failed according to `wait`. "+
			"`error` fails the apply, and the next apply deploys the action again, unless somebody stopped it; "+
			"`warn` only warns. With `wait.enabled = false`, a failure has no effect unless `error` is set "+
			"explicitly: the next apply then deploys the failed action again.", policyError, policyWarn),
		"on_timeout": policyAttribute("What to do if the wait ends before the action finishes, because of the "+
			"timeout or because Tanium did not answer. `error` fails the apply; `warn` does not, and the next apply "+
			"resumes waiting.", policyError, policyWarn),
		"on_destroy": policyAttribute("What to do with the action when the resource is destroyed or replaced. "+
			"`cancel` deletes the scheduled action and stops the open action; `keep` leaves both in "+
			"place.", policyCancel,
			policyKeep),
		"on_duplicate": policyAttribute("What to do if the same deployment is already open in Tanium, or has ended "+
			"within the last day, such as one that an earlier apply made and could not save, or one of another "+
			"resource with the same arguments. `error` deploys nothing and names it; `adopt` takes it over and "+
			"warns; `ignore` deploys another one.",
			policyError, policyAdopt, policyIgnore),
		"stop_when_finished": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Stop the action once it succeeded. Tanium recommends this for actions with a long " +
				"expiry. Conflicts with `schedule.reissue_seconds`. Default `false`.",
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

// computedAttributes returns the attributes that the provider sets.
func computedAttributes() map[string]schema.Attribute {
	keepText := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	keepBool := []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()}
	results := resultsAttribute("Number of endpoints in each state, summed over the actions last issued of all " +
		"`actions`.")
	results.PlanModifiers = []planmodifier.Object{objectplanmodifier.UseStateForUnknown()}
	actions := partsAttribute()
	actions.PlanModifiers = []planmodifier.List{listplanmodifier.UseStateForUnknown()}
	return map[string]schema.Attribute{
		"id": schema.StringAttribute{
			Computed:            true,
			PlanModifiers:       keepText,
			MarkdownDescription: "ID of the scheduled action. With several scheduled actions, the ID of the first.",
		},
		"status": schema.StringAttribute{
			Computed:      true,
			PlanModifiers: keepText,
			MarkdownDescription: "Status of the action: `PENDING`, `OPEN`, `CLOSED` or `STOPPED`; " +
				"null before it is issued. It can stay `OPEN` until the action expires, even if every endpoint is " +
				"done.",
		},
		"finished": schema.BoolAttribute{
			Computed:            true,
			PlanModifiers:       keepBool,
			MarkdownDescription: "Whether every targeted endpoint is done with the action, or the action is over.",
		},
		"succeeded": schema.BoolAttribute{
			Computed:            true,
			PlanModifiers:       keepBool,
			MarkdownDescription: "Whether the finished action succeeded according to `wait`; null before it finishes.",
		},
		"targeted_endpoint_count": schema.Int64Attribute{
			Computed:      true,
			PlanModifiers: []planmodifier.Int64{int64planmodifier.UseStateForUnknown()},
			MarkdownDescription: "Number of endpoints that were counted immediately before the deployment. Those " +
				"that were reviewed in the plan are in `guard.reviewed`.",
		},
		"limited_by": schema.SetAttribute{
			Computed:    true,
			ElementType: types.StringType,
			MarkdownDescription: "Arguments of `targets` and `guard` that limit which endpoints the action reaches, " +
				"such " +
				"as `targets.filter`. If one of them was not known in the plan and is null at the apply, the apply " +
				"fails before it deploys: Terraform reports an inconsistent final plan, and names the element that " +
				"is missing.",
		},
		"marker": schema.StringAttribute{
			Computed:      true,
			PlanModifiers: keepText,
			MarkdownDescription: "Marker in the comment of the scheduled actions, by which the provider recognizes " +
				"the deployment; null for an imported action without one.",
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

// timeoutsBlock returns the timeouts block of the library with a description.
func timeoutsBlock(ctx context.Context, options timeouts.Opts) schema.Block {
	block := timeouts.Block(ctx, options)
	if single, ok := block.(schema.SingleNestedBlock); ok {
		single.MarkdownDescription = "Maximum duration of each operation, such as `30m`."
		for name, attribute := range single.Attributes {
			if text, ok := attribute.(schema.StringAttribute); ok {
				text.Validators = []validator.String{validate.Duration{}}
				single.Attributes[name] = text
			}
		}
		return single
	}
	return block
}

// policyAttribute returns an attribute with a fixed set of values, the first of which is the
// default. The schema has no default, because every plan would then show the value.
func policyAttribute(description string, values ...string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true,
		Validators:          []validator.String{validate.Choice(values)},
		MarkdownDescription: description + " Default `" + values[0] + "`.",
	}
}

// resultsAttribute returns an attribute with the counters of an action.
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

// reportedOnly ends the description of the counters.
const reportedOnly = " An endpoint that has not reported may be in none of them, or in `waiting`."

// counterDescriptions returns the names and descriptions of the counters of an action.
func counterDescriptions() map[string]string {
	return map[string]string{
		"waiting":              "Endpoints that have not started.",
		"downloading":          "Endpoints that are downloading the package's files.",
		"running":              "Endpoints that are running the command.",
		"waiting_to_retry":     "Endpoints that failed and will retry.",
		"completed":            "Endpoints that completed the command. Final if the package has no verification.",
		"pending_verification": "Endpoints that completed the command and have not verified its effect.",
		"verified":             "Endpoints that verified the effect.",
		"failed_verification":  "Endpoints whose verification failed.",
		"failed":               "Endpoints that failed.",
		"expired":              "Endpoints that ran out of time.",
	}
}

// partsAttribute returns the attribute with the scheduled actions of deployments.
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
		MarkdownDescription: "Scheduled actions, each with the action it issued last. A package usually creates one.",
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"scheduled_action_id": text("ID of the scheduled action."),
			"action_id": text("ID of the action last issued. `results` are those of this action. " +
				"Null before the first issue."),
			"platforms": schema.ListAttribute{
				Computed:    true,
				ElementType: types.StringType,
				MarkdownDescription: "Platforms that it covers; null if Tanium does not split the deployment by " +
					"platform.",
			},
			"approved": schema.BoolAttribute{
				Computed:            true,
				MarkdownDescription: "Whether the scheduled action may issue actions.",
			},
			"deleted": schema.BoolAttribute{
				Computed:            true,
				MarkdownDescription: "Whether Tanium does not show the scheduled action, or shows it as deleted.",
			},
			"status":          text("Status of the action last issued."),
			"start_time":      instant("Start of the action last issued."),
			"expiration_time": instant("Expiry of the action last issued."),
			"issue_count":     schema.Int64Attribute{Computed: true, MarkdownDescription: "Number of actions issued."},
			"next_start_time": instant("Start of the next action; null if there is none."),
			"console_url":     text("Page of the action last issued in the Tanium console."),
			"results":         resultsAttribute("Number of endpoints in each state of the action last issued."),
		}},
	}
}
