// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/provider/message"
)

// approve approves the deployment of a scheduled action, whose ID is given at a path. It reports
// what is not approved. The result has what was done.
func (e *environment) approve(
	ctx context.Context, id string, at path.Path, diags *diag.Diagnostics,
) deployment.ApprovalResult {
	approval, err := deployment.Approve(ctx, e.client(), e.clock, id)
	switch {
	case err != nil:
		summary, detail := message.FailureText("read scheduled action "+id, message.RightToRead, err)
		diags.AddError(summary, detail+"\n\nNothing was approved.")
	case approval.Failed != nil:
		diags.Append(message.NotApproved(approval))
	case !approval.Found:
		diags.Append(message.NothingToApprove(id, at))
	}
	return approval
}
