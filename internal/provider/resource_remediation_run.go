// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/provider/message"
)

// latest reads the parts of a run that are not over. It returns false, with a diagnostic, if it
// cannot.
func (r *remediationResource) latest(
	ctx context.Context, name string, parts []deployment.Part, diags *diag.Diagnostics,
) bool {
	for i, part := range parts {
		if deployment.Terminal(part.Status) {
			continue // Tanium may have removed it since
		}
		read, err := deployment.Read(ctx, r.env.client(), part, deployment.ReadLatest)
		var another *deployment.Another
		switch {
		case errors.As(err, &another):
			diags.Append(message.OtherDeployment(name, another))
			return false
		case errors.Is(err, deployment.ErrGone):
			parts[i].Deleted = true
		case err != nil:
			diags.Append(message.NotSucceeded(name, part, err))
			return false
		default:
			parts[i] = read
		}
	}
	return true
}

// endRun cancels the last run as far as it is open. It returns false if it cannot, or if somebody
// stopped it: an emergency stop lasts until somebody changes triggers or the deployment.
func (r *remediationResource) endRun(ctx context.Context, c *convergence, diags *diag.Diagnostics) bool {
	name := c.given.request.String()
	if !r.latest(ctx, name, c.parts, diags) {
		return false
	}
	switch {
	case len(c.parts) == 0:
		return true
	case !c.changed && len(deployment.StoppedEarly(c.parts, r.env.serverClock.Now())) > 0:
		diags.Append(message.Halted(name, c.parts, false))
		return false
	case over(c.parts):
		if c.changed {
			c.model.neverRun() // accept.remaining_percent is of the endpoints of the new declaration
		}
		return true
	case !r.cancel(ctx, *c.model, c.parts, diags):
		return false
	}
	c.model.neverRun() // what this provider has stopped was not stopped by somebody
	c.save(remediationRun{})
	return true
}

// cancel cancels the parts of a run that are open, and returns whether it did.
func (r *remediationResource) cancel(
	ctx context.Context, model remediationModel, parts []deployment.Part, diags *diag.Diagnostics,
) bool {
	for _, part := range parts {
		end, ok := r.env.dispatcher.BeginCancel(part.ScheduledActionID, 0)
		if !ok {
			diags.Append(message.NoticeStillManaged(part))
			continue
		}
		done, err := deployment.Cancel(ctx, r.env.client(), part)
		end()
		var another *deployment.Another
		switch {
		case errors.As(err, &another):
			diags.Append(message.OtherDeployment(model.deployment().describe(), another))
			return false
		case err != nil:
			diags.Append(message.NotCancelled(part, err, message.ThenAgain))
			return false
		case done.UnverifiedActionID != "":
			diags.Append(message.NoticeUnverified(part, done.UnverifiedActionID))
		}
	}
	return true
}
