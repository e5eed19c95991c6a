// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
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
			diags.Append(failure("read scheduled action "+part.ScheduledActionID, rightToRead, err))
		case found != nil && !model.mayBe(*found):
			diags.Append(otherServer(model.describe(), model.ConsoleURL.ValueString(), part, *found))
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

// otherDeployment returns the error of a scheduled action with the marker of another deployment.
func otherDeployment(name string, found *deployment.Another) diag.Diagnostic {
	return diag.NewErrorDiagnostic("Scheduled action is another deployment",
		fmt.Sprintf("The state has %s. Tanium shows another deployment as scheduled action %s, with the marker %s in "+
			"its comment. This happens if url or %s names another server, the server was restored, or the simulator "+
			"was reset. Nothing was changed in Tanium. Check the address first. If the action is gone, "+
			"run \"terraform state rm ADDRESS\" with the address of the resource.",
			name, found.ScheduledActionID, found.Marker, envURL))
}

// otherServer returns the error of a scheduled action that is another deployment.
func otherServer(name, page string, part deployment.Part, found gateway.ScheduledAction) diag.Diagnostic {
	return diag.NewErrorDiagnostic("Scheduled action is another deployment",
		fmt.Sprintf("The state has %s with the page %s. On the server that is configured now, scheduled action %s is "+
			"%q. Check url or %s. Nothing was changed in Tanium. If the action does not exist any more, run "+
			"\"terraform state rm ADDRESS\" with the address of the resource.", name, page, part.ScheduledActionID,
			found.Name, envURL))
}
