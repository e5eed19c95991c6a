// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	resourceschema "github.com/hashicorp/terraform-plugin-framework/resource/schema"
)

// deploySchema returns the schema of the action tanium_action_deploy. Its blocks are those of the
// resource tanium_action, which an action can use as well.
func deploySchema(ctx context.Context) schema.Schema {
	schedule := scheduleBlock()
	schedule.Attributes["reissue_seconds"] = atLeast(1, "Not supported: a recurring action requires the resource "+
		"`tanium_action`, which keeps it in the state.")
	schedule.Attributes["end_time"] = described(schedule.Attributes["end_time"],
		"Not supported, like `reissue_seconds`.")
	work := packageBlock()
	for _, name := range []string{"parameters_wo", "sensor_sourced_parameters_wo", "parameters_wo_version"} {
		// The framework refuses a write-only attribute of an action in every version of Terraform.
		delete(work.Attributes, name)
	}
	preview, wait := previewBlock(), waitBlock()
	preview.Attributes["notice"] = described(preview.Attributes["notice"], "Show notices in the plan: how many "+
		"endpoints the deployment would reach, when a scheduled action starts, and whether the package's command is "+
		"for other operating systems than theirs. Default `true`.")
	wait.Attributes["enabled"] = described(wait.Attributes["enabled"], "Wait for the action to finish. Default "+
		"`true`. With `false`, the invocation ends once the action is deployed, and a failure of the action does not "+
		"fail it.")
	wait.Attributes["approval"] = described(wait.Attributes["approval"], "What to do while the action requires the "+
		"approval of another user. `wait` waits for it; `continue` ends the invocation with a warning; `fail` fails "+
		"it. Default `wait`.")
	return schema.Schema{
		MarkdownDescription: "Deploys an action, which runs a package or an operation on the targeted endpoints, and " +
			"waits for it to finish. Each invocation deploys the action once. The state does not record it: the " +
			"resource `tanium_action` keeps the action in the state, resumes waiting for it and cancels it on " +
			"destroy. Requires Terraform 1.14 or later.",
		Attributes: map[string]schema.Attribute{
			"name": schema.StringAttribute{
				Optional:            true,
				Validators:          notEmpty(),
				MarkdownDescription: "Name of the action in Tanium. It need not be unique.",
			},
			"comment": schema.StringAttribute{
				Optional:            true,
				Validators:          notEmpty(),
				MarkdownDescription: "Comment on the action in Tanium, such as a ticket number.",
			},
			"on_failure": policyAttribute("What to do if the finished action failed according to `wait`. `error` "+
				"fails the invocation, and Terraform does not apply the resources that depend on the one that "+
				"triggered it; `warn` only warns.",
				policyError, policyWarn),
			"on_timeout": policyAttribute("What to do if the wait ends before the action finishes, because of the "+
				"timeout or because Tanium did not answer. `error` fails the invocation; `warn` only warns. The "+
				"action continues in Tanium in both cases.", policyError, policyWarn),
			"on_duplicate": policyAttribute("What to do if the same deployment is in Tanium and not finished, such "+
				"as one of an invocation that was interrupted. `error` deploys nothing and names the open "+
				"deployment; `adopt` waits for it instead and warns; `ignore` deploys another one. The same holds for "+
				"an action that is triggered several times in one run.",
				policyError, policyAdopt, policyIgnore),
			"on_interrupt": policyAttribute("What to do with the action if the invocation is interrupted, such as "+
				"with Ctrl-C. `cancel` deletes the scheduled action and stops the open action; `keep` leaves both "+
				"in place and names their IDs. An adopted deployment is kept in both cases, because another run made "+
				"it.", policyCancel, policyKeep),
		},
		Blocks: map[string]schema.Block{
			"package":   work,
			"operation": operationBlock(),
			"targets":   targetsBlock(),
			"schedule":  schedule,
			"guard":     guardBlock(),
			"preview":   preview,
			"wait":      wait,

			"failure_report": failureReportBlock(),
			"timeouts": timeouts.BlockWithOpts(ctx, timeouts.Opts{
				InvokeDescription: "How long to wait for the action to finish, such as `30m`. Default: until it " +
					"expires, plus two minutes.",
			}),
		},
	}
}

// described returns an attribute with another description.
func described(attribute resourceschema.Attribute, description string) resourceschema.Attribute {
	switch attribute := attribute.(type) {
	case resourceschema.StringAttribute:
		attribute.MarkdownDescription = description
		return attribute
	case resourceschema.BoolAttribute:
		attribute.MarkdownDescription = description
		return attribute
	default:
		return attribute
	}
}
