// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// planDestroy plans the destroy of an action. ok is false for a plan that is left to the framework.
func (s *server) planDestroy(
	ctx context.Context, req *tfprotov6.PlanResourceChangeRequest,
) (planned *tfprotov6.PlanResourceChangeResponse, ok bool) {
	if req.TypeName != actionTypeName || !isNull(req.ProposedNewState) || importedPrivate(req.PriorPrivate) {
		return nil, false
	}
	state, ok := s.state(ctx, req.PriorState)
	parts, read := state.parts(ctx)
	identity, known := s.identity(req.PriorIdentity, nil)
	if !ok || !read || !known || state.recurring {
		return nil, false
	}
	planned = &tfprotov6.PlanResourceChangeResponse{
		PlannedState:    req.ProposedNewState,
		PlannedPrivate:  req.PriorPrivate,
		PlannedIdentity: identity,
	}
	if !state.over && !state.silent {
		notice := noticeCancel(parts, state.kept)
		planned.Diagnostics = []*tfprotov6.Diagnostic{{
			Severity: tfprotov6.DiagnosticSeverityWarning,
			Summary:  notice.Summary(),
			Detail:   notice.Detail(),
		}}
	}
	return planned, true
}

// isNull reports an encoded null.
func isNull(encoded *tfprotov6.DynamicValue) bool {
	if encoded == nil {
		return false
	}
	null, err := encoded.IsNull()
	return err == nil && null
}
