// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// failure says what could not be done, what the server said, and what to do. The subject completes
// "Cannot …", the permission "the right …".
func failure(subject, permission string, err error) diag.Diagnostic {
	summary, detail := failureText(subject, permission, err)
	return diag.NewErrorDiagnostic(summary, detail)
}

// failureText is the summary and the detail of failure, for a diagnostic that says more.
func failureText(subject, permission string, err error) (summary, detail string) {
	summary = "Cannot " + subject
	var known *gateway.Error
	if !errors.As(err, &known) {
		return summary, err.Error()
	}
	return summary, fmt.Sprintf("%s.\n\n%s%s", known, advice(known, permission), plaintextHint(known))
}

// plaintextHint is what to add where a server took a request by plain HTTP and gave no answer to
// it.
func plaintextHint(failure *gateway.Error) string {
	if !failure.Plaintext || !failure.Sent || (failure.StatusCode != 0 && failure.StatusCode != http.StatusBadRequest) {
		return ""
	}
	return " The address begins with http://. If the server expects HTTPS, write https://."
}

// advice is what to do about a failure, by its kind.
func advice(failure *gateway.Error, permission string) string {
	switch failure.Kind {
	case gateway.KindUnauthenticated:
		return "The token is wrong, expired or revoked, or this machine's address is not among those it may be used " +
			"from: Tanium answers the same to all of these. Tokens live 7 days unless configured otherwise. " +
			"Give a valid one as api_token or " + envAPIToken + "."
	case gateway.KindForbidden:
		return "The token's user and persona may lack the right " + permission +
			", or a firewall before Tanium refuses the request."
	case gateway.KindUntrusted:
		return "If a private authority has signed the server's certificate, give the authority's certificate as " +
			"ca_certificate or " +
			envCACertificate + "."
	case gateway.KindNotGateway:
		return "Check url or " +
			envURL + ". In Tanium Cloud it is the address of the API, such as https://example-api.cloud.tanium.com, " +
			"not that of the console."
	case gateway.KindUnreachable, gateway.KindUnavailable, gateway.KindThrottled, gateway.KindUnreadable:
		return "Check that the server is up and can be reached from here, and try again."
	case gateway.KindInvalidDocument:
		return "This Tanium version may be too old for this provider."
	case gateway.KindRefused, gateway.KindSystem:
		return "If the message does not say what is wrong, the token's user and persona may lack the right " +
			permission + "."
	default:
		return "Try again; the message above is all that is known."
	}
}

// report adds problems at the attributes they are about, and names the place within the attribute
// in the text: Terraform shows a wrong line where a path leads into a dynamic attribute, and up to
// 1.11 where it leads into a list.
func report(problems []catalog.Problem, diags *diag.Diagnostics) {
	for _, problem := range problems {
		if len(problem.Path) == 0 {
			diags.AddError(problem.Summary, problem.Detail)
			continue
		}
		detail := problem.Detail
		if len(problem.Path) > 1 {
			detail = fmt.Sprintf("%s: %s", problem.Path, detail)
		}
		diags.AddAttributeError(attributePath(dynamicRoot(problem.Path)), problem.Summary, detail)
	}
}

// dynamicRoot ends a path at a dynamic attribute. Terraform looks for the last step of a path in
// the innermost block that it finds: a mistake in sensors[0].filter would be shown at another
// attribute named filter, and one in filter.filters[0] at the block's first line.
func dynamicRoot(steps catalog.Path) catalog.Path {
	dynamic := []any{"filter", "sensors", "action_group", "computer_group"}
	for i, step := range steps {
		if slices.Contains(dynamic, step) {
			return steps[:i+1]
		}
	}
	return steps
}

func attributePath(steps catalog.Path) path.Path {
	at := path.Empty()
	for _, step := range steps {
		switch step := step.(type) {
		case string:
			at = at.AtName(step)
		case int:
			at = at.AtListIndex(step)
		case catalog.Key:
			at = at.AtMapKey(string(step))
		}
	}
	return at
}
