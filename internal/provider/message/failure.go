// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package message

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// Environment variables that supply an argument the configuration does not set.
const (
	EnvURL                = "TANIUM_URL"
	EnvAPIToken           = "TANIUM_API_TOKEN"
	EnvAPITokenFile       = "TANIUM_API_TOKEN_FILE"
	EnvClientCertificate  = "TANIUM_CLIENT_CERTIFICATE"
	EnvClientKey          = "TANIUM_CLIENT_KEY"
	EnvCACertificate      = "TANIUM_CA_CERTIFICATE"
	EnvInsecureSkipVerify = "TANIUM_INSECURE_SKIP_VERIFY"
	EnvRequestTimeout     = "TANIUM_REQUEST_TIMEOUT"
)

// Environment variables of a record for a bug report.
const (
	// EnvRecord is the folder of the record; no record without it.
	EnvRecord = "TANIUM_RECORD"
	// EnvRecordNames keeps the names in a record.
	EnvRecordNames = "TANIUM_RECORD_NAMES"
)

// Rights in Tanium. Each completes "the right …" in a message.
const (
	RightToRead    = "to read actions, packages, sensors and groups"
	rightToDeploy  = "to write actions, on the package and the computer groups in question"
	RightToCancel  = "to stop and delete actions"
	rightToApprove = "to approve actions"
)

// Failure returns an error diagnostic: what failed, what the server said, and what to do. The
// subject completes "Cannot …", the permission "the right …".
func Failure(subject, permission string, err error) diag.Diagnostic {
	summary, detail := FailureText(subject, permission, err)
	return diag.NewErrorDiagnostic(summary, detail)
}

// ReadFailure is Failure for a read. The token may lack RightToRead.
func ReadFailure(subject string, err error) diag.Diagnostic {
	return Failure(subject, RightToRead, err)
}

// FailureText returns the summary and detail of Failure, for a diagnostic that adds to them.
func FailureText(subject, permission string, err error) (summary, detail string) {
	return "Cannot " + subject, Explain(Cause(err), permission, err)
}

// Explain returns a text about an error, and what to do if its chain has an error of the gateway.
func Explain(text error, permission string, err error) string {
	var known *gateway.Error
	if !errors.As(err, &known) {
		return strings.TrimSuffix(text.Error(), ".") + "."
	}
	next := Advice(known, permission) + plaintextHint(known)
	if next == "" {
		return text.Error() + "."
	}
	return fmt.Sprintf("%s.\n\n%s", text, next)
}

// Cause returns the gateway's error in a chain, or else the whole error.
func Cause(err error) error {
	var known *gateway.Error
	if errors.As(err, &known) {
		return known
	}
	return err
}

// plaintextHint returns a hint for a request that was sent by plain HTTP and got no usable answer.
func plaintextHint(failure *gateway.Error) string {
	if !failure.Plaintext || !failure.Sent || (failure.StatusCode != 0 && failure.StatusCode != http.StatusBadRequest) {
		return ""
	}
	return " The address begins with http://. If the server expects HTTPS, write https://."
}

// Advice returns what to do about a failure, by its kind.
func Advice(failure *gateway.Error, permission string) string {
	switch failure.Kind {
	case gateway.KindCanceled: // the caller says what to do after an interrupt or a timeout
		return ""
	case gateway.KindUnauthenticated:
		return "The token is wrong, expired or revoked, or it must not be used from this machine's address. Tanium " +
			"gives the same answer in each case. A token begins with \"token-\", and is valid for 7 days unless " +
			"configured otherwise. " + tokenAdvice(failure)
	case gateway.KindForbidden:
		return "The token's user and persona may lack the right " + permission +
			", or a firewall in front of Tanium rejects the request."
	case gateway.KindUntrusted:
		return "If a private certificate authority signed the server's certificate, set the authority's certificate " +
			"in ca_certificate or " + EnvCACertificate + ". If the server or a proxy in front of it requires a " +
			"client certificate, set client_certificate and client_key."
	case gateway.KindNotGateway:
		address := "Check url or " + EnvURL + ". In Tanium Cloud, use the address of the API, such as " +
			"https://example-api.cloud.tanium.com, not that of the console."
		if failure.MayRejectToken() {
			return "A login page may be the answer to a token that is wrong, expired or revoked. " +
				tokenAdvice(failure) + " If the token is valid, the address may be wrong. " + address
		}
		return address
	case gateway.KindUnreachable:
		return "Check url or " + EnvURL + ", and that the server is running and reachable from this machine. " +
			"Then try again."
	case gateway.KindThrottled:
		return throttledAdvice(failure.Throttled)
	case gateway.KindUnavailable, gateway.KindUnreadable:
		return "Check that the server is running and reachable from this machine, and try again."
	case gateway.KindInvalidDocument:
		return "This Tanium version may be too old for this provider. Report the message to the provider's " +
			"maintainers, or use a newer version of Tanium."
	case gateway.KindRefused, gateway.KindSystem:
		if failure.Retryable || failure.TimedOut {
			return "The failure may pass. Try again."
		}
		return "If the message does not say what is wrong, the token's user and persona may lack the right " +
			permission + "."
	default:
		return "Try again."
	}
}

// tokenAdvice returns what to do about a token that is not accepted.
func tokenAdvice(failure *gateway.Error) string {
	switch {
	case failure.TokenFile == "":
		return "Set a valid token in api_token or " + EnvAPIToken + "."
	case failure.TokenFileError != nil:
		return fmt.Sprintf("The token was read from the file %q, given as api_token_file or %s. The provider tried to "+
			"read it again, but the file %s. Write a valid token to it, and run Terraform again.",
			failure.TokenFile, EnvAPITokenFile, failure.TokenFileError)
	default:
		return fmt.Sprintf("The token is from the file %q, given as api_token_file or %s. The provider read it again, "+
			"and found no token that is accepted. Write a valid token to it, and run Terraform again.",
			failure.TokenFile, EnvAPITokenFile)
	}
}

// throttledAdvice returns what to do about a request that was throttled, although it was repeated
// for a time; zero if it was not.
func throttledAdvice(repeated time.Duration) string {
	text := "Tanium, or a proxy in front of it, limits how many requests it answers. "
	if repeated > 0 {
		text += fmt.Sprintf("The provider asked again for %s. ", max(repeated.Round(time.Second), time.Second))
	}
	return text + "Run fewer pipelines at the same time, or lower Terraform's -parallelism, and try again."
}

// Report adds an error for each problem at its attribute. The text has the path within the
// attribute, because Terraform shows a wrong line for a path into a dynamic attribute and, up to
// 1.11, for a path into a list.
func Report(problems []catalog.Problem, diags *diag.Diagnostics) {
	for _, problem := range problems {
		if len(problem.Path) == 0 {
			diags.AddError(problem.Summary, problem.Detail)
			continue
		}
		detail := problem.Detail
		if len(problem.Path) > 1 {
			detail = fmt.Sprintf("%s: %s", problem.Path, detail)
		}
		diags.AddAttributeError(AttributePath(dynamicRoot(problem.Path)), problem.Summary, detail)
	}
}

// dynamicRoot cuts a path at its dynamic attribute. Terraform looks for the last step of a path in
// the innermost block that it finds: it would show an error in sensors[0].filter at another
// attribute named filter, and one in filter.filters[0] at the first line of the block.
func dynamicRoot(steps catalog.Path) catalog.Path {
	dynamic := []any{"filter", "sensors", "action_group", "computer_group"}
	for i, step := range steps {
		if slices.Contains(dynamic, step) {
			return steps[:i+1]
		}
	}
	return steps
}

// AttributePath converts a path.
func AttributePath(steps catalog.Path) path.Path {
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
