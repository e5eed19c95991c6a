// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// actionWaitSchema returns the schema of the resource tanium_action_wait.
func actionWaitSchema(ctx context.Context) schema.Schema {
	attributes := policyAttributes()
	for name, attribute := range map[string]schema.Attribute{
		"scheduled_action_ids": schema.ListAttribute{
			Required:    true,
			ElementType: types.StringType,
			Validators: []validator.List{listvalidator.SizeAtLeast(1), listvalidator.UniqueValues(),
				listvalidator.NoNullValues(),
				listvalidator.ValueStringsAre(notEmpty()...)},
			MarkdownDescription: "IDs of the scheduled actions to wait for, such as `[for a in tanium_action.x : " +
				"a.id]`. An operation creates several: `flatten([for a in tanium_action.x : " +
				"a.actions[*].scheduled_action_id])`. When they change, the next apply waits for the new ones.",
		},
		"targeted_endpoint_count": atLeast(0, "Total number of endpoints that the actions were deployed to, such as "+
			"`sum([for a in tanium_action.x : a.targeted_endpoint_count])`. Tanium does not report it. "+
			"The actions are finished once this number of endpoints is done. Without it, or with `0`, they are "+
			"finished once they have expired or were stopped."),
		"poll_interval": pollIntervalAttribute(),
		"on_failure": policyAttribute("What to do if more endpoints fail than allowed. `error` fails the apply, "+
			"and the next apply waits and evaluates the results again; `warn` only warns. A failed action is "+
			"deployed again "+
			"only if `on_failure = \"error\"` is set explicitly on its `tanium_action`.", policyError, policyWarn),
		"on_timeout": policyAttribute("What to do if the wait ends before the actions finish, because of the timeout "+
			"or because Tanium did not answer. `error` fails the apply; `warn` does not. Either way, the next apply "+
			"resumes waiting.", policyError, policyWarn),

		"finished": schema.BoolAttribute{
			Computed:            true,
			MarkdownDescription: "Whether all actions are over, or all endpoints are done.",
		},
		"succeeded": schema.BoolAttribute{
			Computed:            true,
			MarkdownDescription: "Whether no more endpoints failed than allowed; null before the actions finish.",
		},
		"results": resultsAttribute("Number of endpoints in each state, summed over all actions."),
		"actions": partsAttribute(),
	} {
		attributes[name] = attribute
	}
	return schema.Schema{
		MarkdownDescription: "Waits for many actions together and evaluates their results together. " +
			"Deploy the actions with `wait { enabled = false }`, so that they run at the same time regardless of " +
			"Terraform's parallelism. The resource waits when it is created, and again if `scheduled_action_ids` " +
			"changes or an earlier wait was interrupted. It does not wait during plan, refresh or destroy. " +
			"Destroying it changes nothing in Tanium.",
		Attributes: attributes,
		Blocks: map[string]schema.Block{
			"failure_report": failureReportBlock(),
			"timeouts": timeoutsBlock(ctx, timeouts.Opts{
				Create: true, Update: true,
				CreateDescription: "How long to wait. Default: until the last of the actions expires.",
				UpdateDescription: "How long to wait for actions that did not finish during an earlier apply. " +
					"Default: until the last of them expires.",
			}),
		},
	}
}
