// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/float64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/objectvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/listplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/objectplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

const redeploys = " Changing this deploys a new action."

func actionSchema(ctx context.Context) schema.Schema {
	replaced := []planmodifier.Object{replaceObject()}
	targets := targetsAttribute()
	targets.PlanModifiers = replaced
	operation := operationAttribute()
	operation.PlanModifiers = replaced
	schedule := scheduleAttribute()
	schedule.PlanModifiers = replaced
	results := resultsAttribute("Endpoints by how far they are with the action last issued, of all `actions` together.")
	results.PlanModifiers = []planmodifier.Object{objectplanmodifier.UseStateForUnknown()}
	return schema.Schema{
		MarkdownDescription: "An action: a package run on the endpoints that its targets choose. It is deployed once, when it is created; followed to its end while " +
			"Terraform applies; and cancelled, as far as it is still open, when it is destroyed. What it did on endpoints stays.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{Computed: true, PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
				MarkdownDescription: "ID of the scheduled action; of the first one, where there are several."},
			"name": schema.StringAttribute{Optional: true, PlanModifiers: []planmodifier.String{replaceString()}, Validators: notEmpty(),
				MarkdownDescription: "Name of the action in Tanium. It need not be unique." + redeploys},
			"comment": schema.StringAttribute{Optional: true, PlanModifiers: []planmodifier.String{replaceString()}, Validators: notEmpty(),
				MarkdownDescription: "Comment on the action in Tanium, such as a ticket." + redeploys},
			"package": schema.SingleNestedAttribute{
				Optional: true, PlanModifiers: replaced, MarkdownDescription: "Package to run. Exactly one of `package` and `operation` is given." + redeploys,
				Validators: []validator.Object{objectvalidator.ExactlyOneOf(path.MatchRoot("operation"))},
				Attributes: map[string]schema.Attribute{
					"id": schema.StringAttribute{Optional: true, Validators: append(notEmpty(), stringvalidator.ExactlyOneOf(path.MatchRelative().AtParent().AtName("name"))),
						MarkdownDescription: "ID of the package. Exactly one of `id` and `name` is given."},
					"name": schema.StringAttribute{Optional: true, Validators: notEmpty(), MarkdownDescription: "Name of the package. IDs differ between Tanium servers, names do not."},
					"parameters": schema.ListAttribute{Optional: true, ElementType: types.StringType,
						MarkdownDescription: "Values of the package's parameters `$1`, `$2` and so on, in order; `null` for the package's default."},
					"sensor_sourced_parameters": schema.MapAttribute{Optional: true, ElementType: types.StringType,
						MarkdownDescription: "Values of the package's sensor-sourced parameters, by name without the bars. In the API nothing is taken from the sensor: the value is what you pass."},
				},
			},
			"operation": operation,
			"targets":   targets,
			"schedule":  schedule,
			"guard":     guardAttribute(),
			"preview":   previewAttribute(),
			"wait":      waitAttribute(),
			"on_failure": policyAttribute("What a finished action that failed by the rules of `wait` does to the apply: `error` fails it, and the next apply deploys the action anew; "+
				"`warn` does not. With `wait.enabled` set to `false` no apply fails; then `error` has to be written for the next apply to deploy a failed action anew.", "error", "warn"),
			"on_timeout": policyAttribute("What an action does to the apply that could not be followed to its end, because time ran out or Tanium did not answer: `error` fails it; "+
				"`warn` does not, and the next apply goes on waiting.", "error", "warn"),
			"on_destroy": policyAttribute("What becomes of the action when the resource is destroyed or replaced: `cancel` deletes the scheduled action and stops the one still open; "+
				"`keep` leaves both.", "cancel", "keep"),
			"on_duplicate": policyAttribute("What to do when the very same deployment is open in Tanium already, such as one that an earlier apply made and could not save: `error` deploys nothing "+
				"and names it; `adopt` takes it over; `ignore` deploys another one.", "error", "adopt", "ignore"),
			"stop_when_finished": schema.BoolAttribute{Optional: true, MarkdownDescription: "Stop the action once it finished and succeeded, as Tanium advises for actions that live long. Not with " +
				"`schedule.reissue_seconds`. Default `false`."},
			"triggers": schema.MapAttribute{Optional: true, ElementType: types.StringType, PlanModifiers: []planmodifier.Map{replaceMap()},
				MarkdownDescription: "Any values. A change of them deploys a new action."},
			"timeouts": timeouts.Attributes(ctx, timeouts.Opts{Create: true, Update: true, Delete: true,
				CreateDescription: "How long to wait for the end of the action. Default: until it has expired.",
				UpdateDescription: "How long to wait for the end of an action, where an earlier apply did not. Default: until it has expired.",
				DeleteDescription: "How long to try to cancel the action. Default `5m`.",
			}),

			"status": schema.StringAttribute{Computed: true, PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
				MarkdownDescription: "Status of the action: `PENDING`, `OPEN`, `CLOSED` or `STOPPED`; null before it is issued. It stays `OPEN` until the action expires, whoever has finished."},
			"finished": schema.BoolAttribute{Computed: true, PlanModifiers: []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
				MarkdownDescription: "Every endpoint it was deployed to is done with the action, or the action is over."},
			"succeeded": schema.BoolAttribute{Computed: true, PlanModifiers: []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
				MarkdownDescription: "The finished action succeeded by the rules of `wait`; null before it is finished."},
			"targeted_endpoint_count": schema.Int64Attribute{Computed: true, PlanModifiers: []planmodifier.Int64{int64planmodifier.UseStateForUnknown()},
				MarkdownDescription: "How many endpoints the targets matched just before the action was deployed."},
			"console_url": schema.StringAttribute{Computed: true, PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
				MarkdownDescription: "Page of the action in the Tanium console; null before it is issued."},
			"results": results,
			"actions": partsAttribute(),
		},
	}
}

func targetsAttribute() schema.SingleNestedAttribute {
	platforms := slices.DeleteFunc(slices.Clone(gateway.AllEndpointPlatform), func(p gateway.EndpointPlatform) bool { return p == gateway.EndpointPlatformUnknown })
	other := path.MatchRelative().AtParent().AtName("computer_group")
	filter := filterAttribute("Endpoints to run on, with the object of the data source `tanium_endpoints`. Sensors, computer groups and combinations of them can be targeted, paths cannot. " +
		"Exclude what is done already, so that nothing runs twice.")
	filter.Validators = []validator.Object{objectvalidator.ConflictsWith(other)}
	return schema.SingleNestedAttribute{
		Required: true, MarkdownDescription: "Endpoints to run on: those in the action group that meet every other condition given." + redeploys,
		Attributes: map[string]schema.Attribute{
			"action_group": schema.SingleNestedAttribute{Required: true, Attributes: namedAttributes(),
				MarkdownDescription: "Action group that bounds the deployment, such as `All Computers`. Without one Tanium would take the group `Default`, which reaches nobody. Give `name` or `id`."},
			"filter": filter,
			"computer_group": schema.SingleNestedAttribute{Optional: true, Attributes: namedAttributes(),
				MarkdownDescription: "Computer group whose members to run on, instead of `filter`. Give `name` or `id`."},
			"endpoint_ids": schema.SetAttribute{Optional: true, ElementType: types.StringType, Validators: []validator.Set{setvalidator.SizeBetween(1, targeting.MaxEndpointIDs)},
				MarkdownDescription: "IDs of endpoints to run on, 1 to 25."},
			"platforms": schema.SetAttribute{Optional: true, ElementType: types.StringType,
				Validators:          []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.ValueStringsAre(oneOf(platforms))},
				MarkdownDescription: "Platforms to run on: `Windows`, `Linux`, `Mac`, `AIX`, `Solaris`."},
		},
	}
}

// namedAttributes names an object by id or name, one of which must be given.
func namedAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"name": schema.StringAttribute{Optional: true, MarkdownDescription: "Name.",
			Validators: append(notEmpty(), stringvalidator.ExactlyOneOf(path.MatchRelative().AtParent().AtName("id")))},
		"id": schema.StringAttribute{Optional: true, MarkdownDescription: "ID.", Validators: notEmpty()},
	}
}

func scheduleAttribute() schema.SingleNestedAttribute {
	seconds := func(least int64, description string) schema.Int64Attribute {
		return schema.Int64Attribute{Optional: true, Validators: []validator.Int64{int64validator.AtLeast(least)}, MarkdownDescription: description}
	}
	return schema.SingleNestedAttribute{
		Optional: true, MarkdownDescription: "When the action runs. Once and now, without it." + redeploys,
		Attributes: map[string]schema.Attribute{
			"start_time": schema.StringAttribute{Optional: true, CustomType: timetypes.RFC3339Type{}, MarkdownDescription: "When the action starts, such as `2026-01-31T22:00:00Z`. Default: now."},
			"end_time": schema.StringAttribute{Optional: true, CustomType: timetypes.RFC3339Type{},
				MarkdownDescription: "When a recurring action is issued no more. Default: when it is destroyed. Only with `reissue_seconds`."},
			"distribute_seconds": seconds(0, "Spread the start over the endpoints, in seconds. Default `0`: all at once."),
			"expire_seconds": seconds(1, "How long an issued action is offered to endpoints, in seconds; one that comes online later does not run it. Default and least: the larger of the "+
				"package's own expiry and its command timeout plus `distribute_seconds`."),
			"reissue_seconds": seconds(1, "Issue the action anew this often, in seconds. It must be more than its expiry. Default: never."),
		},
	}
}

func guardAttribute() schema.SingleNestedAttribute {
	least := func(least int64, description string) schema.Int64Attribute {
		return schema.Int64Attribute{Optional: true, Validators: []validator.Int64{int64validator.AtLeast(least)}, MarkdownDescription: description}
	}
	return schema.SingleNestedAttribute{
		Optional: true, MarkdownDescription: "Whom the deployment may reach. It is checked when Terraform plans, and again just before the action is deployed.",
		Attributes: map[string]schema.Attribute{
			"min_endpoints":      least(0, "Least number of endpoints. Default `1`; `0` allows a deployment that reaches nobody."),
			"max_endpoints":      least(0, "Greatest number of endpoints."),
			"expected_endpoints": least(0, "Number that was looked at before, such as the `total_count` of a data source."),
			"max_growth_percent": schema.Float64Attribute{Optional: true,
				Validators:          []validator.Float64{float64validator.AtLeast(0), float64validator.AlsoRequires(path.MatchRelative().AtParent().AtName("expected_endpoints"))},
				MarkdownDescription: "How many percent more than `expected_endpoints` may be reached. Default `0`."},
			"allowed_endpoint_ids": schema.SetAttribute{Optional: true, ElementType: types.StringType,
				MarkdownDescription: "The only endpoints that may be reached, such as the `ids` of a data source that lists them all."},
		},
	}
}

func previewAttribute() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		Optional: true, MarkdownDescription: "How the endpoints are counted that the deployment would reach.",
		Attributes: map[string]schema.Attribute{
			"source": sourceAttribute("Where the count comes from. Default: `live`, until 99 % have answered or nothing new came for 5 seconds."),
			"notice": schema.BoolAttribute{Optional: true, MarkdownDescription: "Say in the plan how many endpoints would be reached, and what a destruction stops. Default `true`."},
			"sample_size": schema.Int64Attribute{Optional: true, Validators: []validator.Int64{int64validator.Between(0, 100)},
				MarkdownDescription: "How many endpoints the notice names. Default `5`."},
		},
	}
}

func waitAttribute() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		Optional: true, MarkdownDescription: "How the action is followed to its end.",
		Attributes: map[string]schema.Attribute{
			"enabled": schema.BoolAttribute{Optional: true, MarkdownDescription: "Wait for the end of the action. Default `true`; otherwise nothing fails when the action does."},
			"max_failed_percent": schema.Float64Attribute{Optional: true, Validators: []validator.Float64{float64validator.Between(0, 100)},
				MarkdownDescription: "How many percent of the endpoints may fail: run it badly, fail its verification, run out of time or never run it. Default `0`, or any with `max_failed` or `min_completed_percent`."},
			"max_failed": schema.Int64Attribute{Optional: true, Validators: []validator.Int64{int64validator.AtLeast(0)},
				MarkdownDescription: "How many endpoints may fail. With `max_failed_percent`, both must hold."},
			"min_completed_percent": schema.Float64Attribute{Optional: true, Validators: []validator.Float64{float64validator.Between(0, 100)},
				MarkdownDescription: "How many percent of the endpoints must be done well. The wait ends once they are, and the action goes on for the others. Default: the wait ends when all are done, " +
					"well or not."},
			"for_verification": schema.BoolAttribute{Optional: true, MarkdownDescription: "Wait for endpoints to verify that the action had its effect, where the package verifies. Default `true`."},
			"approval": schema.StringAttribute{Optional: true, Validators: []validator.String{stringvalidator.OneOf("wait", approvalContinue, approvalFail)},
				MarkdownDescription: "What to do while the action waits for the approval of another user: `wait`; `continue` ends the apply with a warning, and a later one goes on waiting; `fail` fails it. " +
					"Default `wait`."},
			"poll_interval": schema.StringAttribute{Optional: true, CustomType: timetypes.GoDurationType{}, MarkdownDescription: "How often to look, such as `10s`. Default `5s`."},
		},
	}
}

// policyAttribute has its default in words and not in the schema: a default would write itself into everybody's plan.
func policyAttribute(description string, values ...string) schema.StringAttribute {
	return schema.StringAttribute{Optional: true, Validators: []validator.String{stringvalidator.OneOf(values...)}, MarkdownDescription: description + " Default `" + values[0] + "`."}
}

func resultsAttribute(description string) schema.SingleNestedAttribute {
	counters := map[string]schema.Attribute{}
	for name, description := range counterDescriptions() {
		counters[name] = schema.Int64Attribute{Computed: true, MarkdownDescription: description}
	}
	return schema.SingleNestedAttribute{Computed: true, MarkdownDescription: description + reportedOnly, Attributes: counters}
}

const reportedOnly = " An endpoint that has not reported is in none of the counters."

func counterDescriptions() map[string]string {
	return map[string]string{
		"waiting":              "Have yet to begin.",
		"downloading":          "Fetch the package's files.",
		"running":              "Run the command.",
		"waiting_to_retry":     "Failed, and will try again.",
		"completed":            "Ran the command to its end; final for a package that does not verify.",
		"pending_verification": "Ran the command, and have yet to verify.",
		"verified":             "Verified that it had its effect.",
		"failed_verification":  "Verified that it had not.",
		"failed":               "Failed.",
		"expired":              "Ran out of time.",
	}
}

func partsAttribute() schema.ListNestedAttribute {
	text := func(description string) schema.StringAttribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: description}
	}
	instant := func(description string) schema.StringAttribute {
		return schema.StringAttribute{Computed: true, CustomType: timetypes.RFC3339Type{}, MarkdownDescription: description}
	}
	return schema.ListNestedAttribute{
		Computed: true, PlanModifiers: []planmodifier.List{listplanmodifier.UseStateForUnknown()},
		MarkdownDescription: "The scheduled actions that were made, and the action each issued last. A package makes one.",
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"scheduled_action_id": text("ID of the scheduled action."),
			"action_id":           text("ID of the action last issued; null before the first. It is the one that results belong to."),
			"platforms":           schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "Platforms it covers; null where Tanium does not split by platform."},
			"approved":            schema.BoolAttribute{Computed: true, MarkdownDescription: "The scheduled action may issue actions."},
			"status":              text("Status of the action last issued; `DELETED` where somebody deleted its schedule while it was to go on, and not those for other platforms."),
			"start_time":          instant("When that action started."),
			"expiration_time":     instant("When that action expires."),
			"issue_count":         schema.Int64Attribute{Computed: true, MarkdownDescription: "How many actions were issued."},
			"next_start_time":     instant("When the next action is issued; null for never."),
			"console_url":         text("Page of that action in the Tanium console."),
			"results":             resultsAttribute("Endpoints by how far they are with that action."),
		}},
	}
}

func notEmpty() []validator.String { return []validator.String{stringvalidator.LengthAtLeast(1)} }
