// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Kind is the kind of a failure. Callers decide by it, not by the text of an error.
type Kind int

// The kinds (API.md#status-codes).
const (
	// KindUnreachable: no answer came. See Error.Sent for whether the request may have arrived.
	KindUnreachable Kind = iota + 1
	// KindCanceled: an interrupt or a deadline of the caller ended the request.
	KindCanceled
	// KindUnauthenticated: status 401. The token is missing, expired or revoked, or its use is not
	// allowed from this address. Tanium's answer does not distinguish these.
	KindUnauthenticated
	// KindForbidden: status 403, from Tanium's permissions or from a firewall before it.
	KindForbidden
	// KindNotGateway: the answer is not from the API Gateway: 404, a redirect, or a page instead of
	// JSON.
	KindNotGateway
	// KindThrottled: status 429.
	KindThrottled
	// KindUnavailable: status 5xx.
	KindUnavailable
	// KindInvalidDocument: status 400. The tenant's schema does not have a requested field.
	KindInvalidDocument
	// KindUnexpectedStatus: any other status.
	KindUnexpectedStatus
	// KindUnreadable: the answer is incomplete or is not a GraphQL answer.
	KindUnreadable
	// KindUntrusted: the TLS handshake failed because of a certificate, or because the client and
	// the server support no common version. The server has processed nothing.
	KindUntrusted
	// KindRefused: status 200 with GraphQL errors. Tanium understood the request and refused it or
	// failed to carry it out.
	KindRefused
	// KindSystem: the payload of a mutation has a SystemError (API.md#failed-mutations).
	KindSystem
)

// Error is the failure of a request. Every error of Client's methods is an *Error.
type Error struct {
	Operation string
	Kind      Kind
	// StatusCode is the HTTP status; 0 if no answer came.
	StatusCode int
	// Message is the text of the server or the network, in one line of limited length. It may be
	// empty.
	Message string
	// Retryable is SystemError.retryable: the same request may succeed later. It is set only for
	// KindSystem.
	Retryable bool
	// TimedOut is SystemError.timedOut: it is unknown whether the request took effect. It is set
	// only for KindSystem.
	TimedOut bool
	// Location is the target of a redirect; empty for other failures.
	Location string
	// Page reports that the answer is an HTML page in place of JSON.
	Page bool
	// Plaintext reports that the request was made by HTTP without TLS.
	Plaintext bool
	// Throttled is how long the request paused because Tanium throttled it; zero if it was not
	// repeated.
	Throttled time.Duration
	// TokenFile is the file of a token that may be rejected; empty for none. TokenFileError is why
	// it could not be read again; nil if it could.
	TokenFile      string
	TokenFileError error
	// Sent reports that a byte of the request may have reached the server.
	Sent bool

	cause error
	// header is that of the answer; nil for none.
	header http.Header
	// received is what came in place of a GraphQL answer, for a record.
	received received
}

// Error returns the operation, the kind, the status and the message.
func (e *Error) Error() string {
	var text strings.Builder
	if e.Operation != "" {
		text.WriteString(e.Operation)
		text.WriteString(": ")
	}
	if e.Kind == KindNotGateway && e.MayRejectToken() {
		text.WriteString("Tanium may not accept the API token, or ")
	}
	text.WriteString(e.Kind.String())
	if e.StatusCode != 0 && e.StatusCode != http.StatusOK {
		fmt.Fprintf(&text, " (HTTP %d)", e.StatusCode)
	}
	if e.Message != "" {
		text.WriteString(": ")
		text.WriteString(e.Message)
	}
	return text.String()
}

// Unwrap returns the cause on the client's side, such as a network error; nil for most answers of a
// server.
func (e *Error) Unwrap() error { return e.cause }

// Ambiguous reports whether a mutation with this error may still have taken effect. That is so once
// a byte of it may have reached the server. A status does not prove otherwise, because a proxy may
// have replaced the server's answer. An error in the answer does not prove it either, because it
// may come from reading the new objects.
func (e *Error) Ambiguous() bool { return e.Sent }

// Refused reports whether the answer says that the mutation was not carried out. That is likely but
// not certain: see Ambiguous.
func (e *Error) Refused() bool {
	switch e.Kind {
	case KindRefused, KindUnauthenticated, KindForbidden, KindThrottled, KindInvalidDocument:
		return true
	case KindSystem:
		return !e.TimedOut
	case KindNotGateway:
		return e.StatusCode != http.StatusOK // with 200, the effect is unknown
	default:
		return false
	}
}

// Transient reports whether the same read may succeed a moment later.
func (e *Error) Transient() bool {
	switch e.Kind {
	case KindUnreachable, KindThrottled, KindUnavailable, KindUnreadable:
		return true
	case KindSystem:
		return e.Retryable || e.TimedOut
	default:
		return false
	}
}

// MayRejectToken reports whether the answer may be that to a token which is not accepted: status
// 401 or 403, a redirect to a login page, or an HTML page in place of JSON
// (API.md#rejected-tokens).
func (e *Error) MayRejectToken() bool {
	switch e.Kind {
	case KindUnauthenticated, KindForbidden:
		return true
	case KindNotGateway:
		return e.Page || isLogin(e.Location)
	default:
		return false
	}
}

// isLogin reports whether a redirect leads to a login page: a step of its path says so.
func isLogin(location string) bool {
	target, err := url.Parse(location)
	if err != nil {
		return false
	}
	return slices.ContainsFunc(strings.Split(strings.ToLower(target.Path), "/"), func(step string) bool {
		return step == "openid-connect" || step == "login" || step == "auth"
	})
}

// Overloaded reports a failure that a request which asks for less may avoid: no answer in time,
// half of one, a service behind the gateway that fails, or an answer that is too large for it.
func (e *Error) Overloaded() bool {
	switch e.Kind {
	case KindUnavailable, KindUnreadable:
		return true
	case KindUnexpectedStatus:
		return e.StatusCode == http.StatusRequestEntityTooLarge
	default:
		return e.hung()
	}
}

// hung reports whether the request timed out.
func (e *Error) hung() bool {
	var network net.Error
	return e.Kind == KindUnreachable && errors.As(e.cause, &network) && network.Timeout()
}

// String describes the kind in words that fit into a sentence.
func (k Kind) String() string {
	switch k {
	case KindUnreachable:
		return "no answer from Tanium"
	case KindCanceled:
		return "canceled before Tanium answered"
	case KindUnauthenticated:
		return "Tanium does not accept the API token"
	case KindForbidden:
		return "Tanium denies access"
	case KindNotGateway:
		return "the address is not a Tanium API Gateway"
	case KindThrottled:
		return "Tanium's rate limit was reached"
	case KindUnavailable:
		return "Tanium is unavailable"
	case KindInvalidDocument:
		return "this Tanium version does not support the request"
	case KindUnexpectedStatus:
		return "unexpected status"
	case KindUnreadable:
		return "unreadable answer"
	case KindUntrusted:
		return "no secure connection to Tanium"
	case KindRefused:
		return "Tanium refused the request"
	case KindSystem:
		return "Tanium could not carry out the request"
	default:
		return "unknown failure"
	}
}

// wrap converts an error of genqlient or the HTTP client to an *Error; nil stays nil.
func (m *mask) wrap(operation string, err error) error {
	if err == nil {
		return nil
	}
	var known *Error
	if errors.As(err, &known) { // from the transport, which has the status
		named := *known // callers that share a request have the same error
		named.Operation = operation
		return &named
	}
	var refused gqlerror.List
	if errors.As(err, &refused) {
		return &Error{
			Operation:  operation,
			Kind:       KindRefused,
			StatusCode: http.StatusOK,
			Message:    m.messages(refused),
			Sent:       true,
		}
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return &Error{Operation: operation, Kind: KindCanceled, Sent: true, cause: err}
	}
	// Only a body with the content type of JSON that does not decode remains.
	return &Error{
		Operation:  operation,
		Kind:       KindUnreadable,
		StatusCode: http.StatusOK,
		Message:    m.oneLine(err.Error()),
		Sent:       true,
		cause:      err,
	}
}

// systemError converts the error in a mutation's payload to an *Error; nil stays nil.
func (m *mask) systemError(operation string, failure *SystemError) error {
	if failure == nil {
		return nil
	}
	return &Error{
		Operation:  operation,
		Kind:       KindSystem,
		StatusCode: http.StatusOK,
		Message:    m.oneLine(Deref(failure.Message)),
		Retryable:  Deref(failure.Retryable),
		TimedOut:   Deref(failure.TimedOut),
		Sent:       true,
	}
}

// messages joins the messages of GraphQL errors, including those of arguments: one client has seen
// them in extensions.argumentErrors.
func (m *mask) messages(list gqlerror.List) string {
	var texts []string
	for _, failure := range list {
		if failure.Message != "" {
			texts = append(texts, failure.Message)
		}
		encoded, err := json.Marshal(failure.Extensions["argumentErrors"])
		if err != nil {
			continue
		}
		var arguments []struct {
			Message string `json:"message"`
		}
		if json.Unmarshal(encoded, &arguments) != nil {
			continue
		}
		for _, argument := range arguments {
			if argument.Message != "" {
				texts = append(texts, argument.Message)
			}
		}
	}
	return m.oneLine(strings.Join(slices.Compact(texts), "; ")) // the parts of a document may fail alike
}

// maxMessage is the maximum length of a server's message, in bytes: enough for a sentence, but not
// for a page.
const maxMessage = 600

// oneLine converts a server's text to one line of at most maxMessage bytes and an ellipsis.
func oneLine(text string) string {
	text = strings.Join(strings.Fields(strings.ToValidUTF8(text, "�")), " ")
	if len(text) > maxMessage {
		text = strings.ToValidUTF8(text[:maxMessage], "") + "…"
	}
	return text
}

// IsRefused reports whether an error has the kind KindRefused. If Tanium answers an unknown ID with
// an error instead of null, it may mean that the object does not exist.
func IsRefused(err error) bool {
	var failure *Error
	return errors.As(err, &failure) && failure.Kind == KindRefused
}

// RefusesPage reports whether an error refuses a page of a list and does not tell why: the request
// is wrong, the page is too large, or its cursor has expired. An expired cursor is an error of a
// kind that is not documented (API.md#cursors).
func RefusesPage(err error) bool {
	var failure *Error
	return errors.As(err, &failure) && (failure.Kind == KindRefused || failure.Kind == KindInvalidDocument)
}

// Optional returns a pointer to a text, or nil for an empty text, which a request then omits.
func Optional[T ~string](value T) *T {
	if value == "" {
		return nil
	}
	return &value
}

// Deref returns the value of a pointer; the zero value for nil.
func Deref[T any](value *T) T {
	if value == nil {
		var zero T
		return zero
	}
	return *value
}
