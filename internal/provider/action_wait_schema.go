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
				"a.id]`. An operation makes several: `flatten([for a in tanium_action.x : " +
				"a.actions[*].scheduled_action_id])`. When they change, the next apply waits for the new ones.",
		},
		"targeted_endpoint_count": atLeast(0, "Number of endpoints that the actions were deployed to in all, such as "+
			"`sum([for a in tanium_action.x : a.targeted_endpoint_count])`. Tanium does not report it. "+
			"The actions are finished once as many endpoints are done. Without it, they are finished when they have "+
			"expired or were stopped."),
		"poll_interval": pollIntervalAttribute(),
		"on_failure": policyAttribute("What to do when more endpoints fail than allowed. `error` fails the apply, "+
			"and the next apply waits and judges again; `warn` does neither. An action that failed is deployed again "+
			"only where its own `on_failure` is `error`, written out.", policyError, policyWarn),
		"on_timeout": policyAttribute("What to do when the wait ends before the actions finish, because time ran out "+
			"or Tanium did not answer. `error` fails the apply; `warn` does not. Either way, the next apply resumes "+
			"waiting.", policyError, policyWarn),

		"finished": schema.BoolAttribute{
			Computed:            true,
			MarkdownDescription: "All actions are over, or all endpoints are done.",
		},
		"succeeded": schema.BoolAttribute{
			Computed:            true,
			MarkdownDescription: "No more endpoints failed than allowed; null before they are finished.",
		},
		"results": resultsAttribute("Number of endpoints in each state of all actions together."),
		"actions": partsAttribute(),
	} {
		attributes[name] = attribute
	}
	return schema.Schema{
		MarkdownDescription: "Waits for many actions together, and judges them together. " +
			"Deploy them with `wait { enabled = false }`: they then run side by side, whatever Terraform's " +
			"parallelism is. It waits when it is created, and again when `scheduled_action_ids` change or an earlier " +
			"wait was interrupted. It never waits in a plan, a refresh or a destroy. " +
			"Destroying it does nothing in Tanium.",
		Attributes: attributes,
		Blocks: map[string]schema.Block{
			"timeouts": timeoutsBlock(ctx, timeouts.Opts{
				Create: true, Update: true,
				CreateDescription: "How long to wait. Default: until the last of the actions has expired.",
				UpdateDescription: "How long to wait, where an earlier apply did not see the actions finish. " +
					"Default: until the last of them has expired.",
			}),
		},
	}
}
