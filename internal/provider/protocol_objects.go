// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/provider/message"
)

// checkObjects returns an error if a destroy or a replacement would cancel a scheduled action of
// another object in the state that stays, in whichever order Terraform plans the two. It returns a
// warning if an import brings a scheduled action into the state that another object has. It checks
// nothing in a stack, which is the client that accepts deferred changes: a stack plans the same
// object twice in one run of the provider, first as it stays and then its destroy.
func (s *server) checkObjects(
	req *tfprotov6.PlanResourceChangeRequest, prior actionModel,
	planned *tfprotov6.PlanResourceChangeResponse,
) (warned []*tfprotov6.Diagnostic) {
	env, client := s.configured(), req.ClientCapabilities
	parts := prior.parts()
	if env == nil || hasError(planned.Diagnostics) || client != nil && client.DeferralAllowed {
		return nil
	}
	ids := deployment.ScheduledIDs(parts)
	if twice := env.dispatcher.Share(ids, importedPrivate(req.PriorPrivate)); len(twice) > 0 {
		warned = append(warned, protocolDiagnostic(message.NoticeShared(twice)))
	}
	var shared []string
	switch {
	case !isNull(req.ProposedNewState) && len(planned.RequiresReplace) == 0:
		shared = env.dispatcher.PlanKeep(ids)
	case prior.OnDestroy.ValueString() != policyKeep && (!over(parts) || scheduleFrom(prior.Schedule).Recurring()):
		shared = env.dispatcher.PlanCancel(ids)
	}
	if len(shared) == 0 {
		return warned
	}
	return append(warned, protocolDiagnostic(message.SharedAction(shared)))
}

// protocolDiagnostic returns a diagnostic without a path as the protocol has it.
func protocolDiagnostic(from diag.Diagnostic) *tfprotov6.Diagnostic {
	severity := tfprotov6.DiagnosticSeverityWarning
	if from.Severity() == diag.SeverityError {
		severity = tfprotov6.DiagnosticSeverityError
	}
	return &tfprotov6.Diagnostic{Severity: severity, Summary: from.Summary(), Detail: from.Detail()}
}

// isNull reports an encoded null.
func isNull(encoded *tfprotov6.DynamicValue) bool {
	if encoded == nil {
		return false
	}
	null, err := encoded.IsNull()
	return err == nil && null
}
