// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/provider/message"
)

// checkServer reports scheduled actions that are not the deployment in the state. IDs are small
// numbers, so another server may have another deployment with the same ID, and a destroy would
// cancel it. It sends requests only if the address differs from those of both console_url and
// actions: somebody may have edited one of them.
func (r *actionResource) checkServer(
	ctx context.Context, model actionModel, parts []deployment.Part,
) (diags diag.Diagnostics) {
	address := r.env.client().Address()
	if model.ConsoleURL.ValueString() == "" || len(parts) == 0 {
		return nil
	}
	page := address.ActionURL(parts[0].ActionID)
	if model.ConsoleURL.ValueString() == page || firstPage(model.Actions) == page {
		return nil
	}
	for _, part := range parts {
		found, err := r.env.client().ScheduledAction(ctx, part.ScheduledActionID)
		switch {
		case err != nil:
			diags.Append(message.ReadFailure("read scheduled action "+part.ScheduledActionID, err))
		case found != nil && !model.mayBe(*found):
			diags.Append(message.OtherServer(model.describe(), model.ConsoleURL.ValueString(), part, *found))
		}
	}
	return diags
}

// firstPage returns the page of the first of the attribute actions; empty for none.
func firstPage(actions types.List) string {
	for _, element := range actions.Elements() {
		if first, ok := element.(types.Object); ok {
			return text(first.Attributes()["console_url"])
		}
	}
	return ""
}

// mayBe returns whether a scheduled action can be the deployment in the state, by its name or, if
// the configuration has no name, by the marker in its comment. The names of the scheduled actions
// of an operation are Tanium's.
func (m actionModel) mayBe(found gateway.ScheduledAction) bool {
	if m.Name.IsNull() || !m.Operation.IsNull() {
		_, marked := deployment.MarkerOf(found.Comment)
		return marked
	}
	return found.Name == m.Name.ValueString()
}
