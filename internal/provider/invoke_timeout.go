// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"errors"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/provider/message"
)

// defaultInvokeTimeout limits an invocation, which sends a few requests. A read that Tanium
// throttles is repeated for as long.
const defaultInvokeTimeout = 5 * time.Minute

// invocationModel is the configuration of an action that does something with a scheduled action.
type invocationModel struct {
	ScheduledActionID types.String   `tfsdk:"scheduled_action_id"`
	Timeouts          timeouts.Value `tfsdk:"timeouts"`
}

// invocationBlocks returns the blocks of invocationModel.
func invocationBlocks(ctx context.Context) map[string]schema.Block {
	return map[string]schema.Block{
		"timeouts": timeouts.BlockWithOpts(ctx, timeouts.Opts{
			InvokeDescription: "How long the invocation may take, such as `10m`. Default `5m`.",
		}),
	}
}

// validateInvocation reports a timeout that is not positive. It skips unknown values.
func validateInvocation(ctx context.Context, config tfsdk.Config, diags *diag.Diagnostics) {
	var model invocationModel
	diags.Append(config.Get(ctx, &model)...)
	if !diags.HasError() {
		message.Report(checkTimeouts(model.Timeouts.Object), diags)
	}
}

// invocationOf returns the ID and the timeout of a configuration. Validation does not see the value
// of a variable, so that an ID that was not given, such as by a variable without a value, is an
// error here.
func invocationOf(
	ctx context.Context, config tfsdk.Config, diags *diag.Diagnostics,
) (id string, timeout time.Duration) {
	var model invocationModel
	diags.Append(config.Get(ctx, &model)...)
	if diags.HasError() {
		return "", 0
	}
	if model.ScheduledActionID.ValueString() == "" {
		diags.AddAttributeError(path.Root("scheduled_action_id"), "Missing ID",
			"The ID of the scheduled action is null or empty. Nothing was done.")
		return "", 0
	}
	message.Report(checkTimeouts(model.Timeouts.Object), diags)
	timeout, invalid := model.Timeouts.Invoke(ctx, defaultInvokeTimeout)
	diags.Append(invalid...)
	return model.ScheduledActionID.ValueString(), timeout
}

// expired returns whether a bounded context has ended by its timeout, not by an interrupt.
func expired(ctx, bounded context.Context) bool {
	return ctx.Err() == nil && errors.Is(bounded.Err(), context.DeadlineExceeded)
}
