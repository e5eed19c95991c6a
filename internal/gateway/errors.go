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
	"strings"

	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Kind says what went wrong with a request, so that a caller decides on it and never on words.
type Kind int

// The kinds of failure, by how far the request got (API.md#status-codes).
const (
	// KindUnreachable: no answer came. See Error.Sent for whether the request may have arrived.
	KindUnreachable Kind = iota + 1
	// KindCanceled: the caller gave up, by interrupt or deadline.
	KindCanceled
	// KindUnauthenticated: 401. The token is missing, expired or revoked, or used from an address
	// that is not trusted: Tanium answers the same to all of these.
	KindUnauthenticated
	// KindForbidden: 403, by Tanium's permissions or by a firewall before it.
	KindForbidden
	// KindNotGateway: something answered that is not the API Gateway: 404, a redirect, a page
	// instead of JSON.
	KindNotGateway
	// KindThrottled: 429.
	KindThrottled
	// KindUnavailable: 5xx.
	KindUnavailable
	// KindInvalidDocument: 400. The tenant's schema does not have what was asked for.
	KindInvalidDocument
	// KindUnexpectedStatus: any other status.
	KindUnexpectedStatus
	// KindUnreadable: the answer broke off or is no GraphQL answer.
	KindUnreadable
	// KindUntrusted: the TLS handshake failed, by the certificate or by what either side speaks.
	// Nothing was sent.
	KindUntrusted
	// KindRefused: 200 with GraphQL errors: Tanium understood the request and refused or failed to
	// carry it out.
	KindRefused
	// KindSystem: the payload of a mutation carries a SystemError (API.md#failed-mutations).
	KindSystem
)

// Error is everything that can go wrong with a request. Every method of Client returns it, or nil.
type Error struct {
	// Operation is the name of the GraphQL operation.
	Operation string
	// Kind is what went wrong.
	Kind Kind
	// StatusCode is the HTTP status, 0 when no answer came.
	StatusCode int
	// Message is the server's own words, or the network's; bounded, in one line. May be empty.
	Message string
	// Retryable is SystemError.retryable: the same request may succeed later. KindSystem only.
	Retryable bool
	// TimedOut is SystemError.timedOut: whether the request took effect is unknown. KindSystem
	// only.
	TimedOut bool
	// Location is where a redirect pointed to. KindNotGateway only, else empty.
	Location string
	// Plaintext reports that the request was made by plain HTTP.
	Plaintext bool
	// Sent reports that a byte of the request may have reached the server.
	Sent bool

	cause error
}

// Error says what failed and the server's own words.
func (e *Error) Error() string {
	var text strings.Builder
	if e.Operation != "" {
		text.WriteString(e.Operation)
		text.WriteString(": ")
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

// Unwrap gives the network's error, for errors.Is; nil where the server answered.
func (e *Error) Unwrap() error { return e.cause }

// Ambiguous reports whether a mutation that ended in this error may have taken effect all the same.
// Once a byte of it may have reached the server, no status says that it did not: something between
// may have put its own answer in place of the server's. Neither does an error in the answer, which
// may be one of reading what was made.
func (e *Error) Ambiguous() bool { return e.Sent }

// Refused reports an answer that says the mutation was not carried out. It is likely to be so, and
// not certain: see Ambiguous.
func (e *Error) Refused() bool {
	switch e.Kind {
	case KindRefused, KindUnauthenticated, KindForbidden, KindThrottled, KindInvalidDocument:
		return true
	case KindSystem:
		return !e.TimedOut
	case KindNotGateway:
		return e.StatusCode != http.StatusOK // a page in place of an answer may follow the effect
	default:
		return false
	}
}

// Transient reports whether the same read may well succeed a moment later.
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

// Overloaded reports a failure that a request which asks for less may avoid: no answer in time,
// half of one, or a service behind the gateway that fails.
func (e *Error) Overloaded() bool {
	switch e.Kind {
	case KindThrottled, KindUnavailable, KindUnreadable:
		return true
	default:
		return e.hung()
	}
}

// hung reports a request that was not answered in time.
func (e *Error) hung() bool {
	var network net.Error
	return e.Kind == KindUnreachable && errors.As(e.cause, &network) && network.Timeout()
}

// String names the kind in words fit for the middle of a sentence.
func (k Kind) String() string {
	switch k {
	case KindUnreachable:
		return "no answer from Tanium"
	case KindCanceled:
		return "given up before Tanium answered"
	case KindUnauthenticated:
		return "Tanium does not accept the API token"
	case KindForbidden:
		return "Tanium denies access"
	case KindNotGateway:
		return "the address is not that of a Tanium API Gateway"
	case KindThrottled:
		return "too many requests"
	case KindUnavailable:
		return "Tanium is unavailable"
	case KindInvalidDocument:
		return "this Tanium version does not know the request"
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

// wrap turns what genqlient and the HTTP client return into an Error, once.
func wrap(operation string, err error) error {
	if err == nil {
		return nil
	}
	var known *Error
	if errors.As(err, &known) { // from the transport, which has seen the status
		known.Operation = operation
		return known
	}
	var refused gqlerror.List
	if errors.As(err, &refused) {
		return &Error{
			Operation:  operation,
			Kind:       KindRefused,
			StatusCode: http.StatusOK,
			Message:    messages(refused),
			Sent:       true,
		}
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return &Error{Operation: operation, Kind: KindCanceled, Sent: true, cause: err}
	}
	// What is left is a body that passed as JSON by its content type and did not decode.
	return &Error{
		Operation:  operation,
		Kind:       KindUnreadable,
		StatusCode: http.StatusOK,
		Message:    oneLine(err.Error()),
		Sent:       true,
		cause:      err,
	}
}

// systemError turns the error of a mutation's payload into an Error; nil stays nil.
func systemError(operation string, failure *SystemError) error {
	if failure == nil {
		return nil
	}
	return &Error{
		Operation:  operation,
		Kind:       KindSystem,
		StatusCode: http.StatusOK,
		Message:    oneLine(Deref(failure.Message)),
		Retryable:  Deref(failure.Retryable),
		TimedOut:   Deref(failure.TimedOut),
		Sent:       true,
	}
}

// messages joins what a GraphQL answer says, the errors of arguments included: one client has seen
// Tanium put those into extensions.argumentErrors.
func messages(list gqlerror.List) string {
	var said []string
	for _, failure := range list {
		if failure.Message != "" {
			said = append(said, failure.Message)
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
				said = append(said, argument.Message)
			}
		}
	}
	return oneLine(strings.Join(said, "; "))
}

// maxMessage bounds what of a server's words is kept, in bytes: enough for a sentence, too little
// for a page.
const maxMessage = 600

// oneLine makes a server's words fit for a message: one line, bounded.
func oneLine(words string) string {
	words = strings.Join(strings.Fields(strings.ToValidUTF8(words, "�")), " ")
	if len(words) > maxMessage {
		words = strings.ToValidUTF8(words[:maxMessage], "") + "…"
	}
	return words
}

// IsRefused reports a request that Tanium understood and refused: KindRefused. It may mean that
// there is no such thing, where null is not what an unknown ID is answered with.
func IsRefused(err error) bool {
	var failure *Error
	return errors.As(err, &failure) && failure.Kind == KindRefused
}

// Optional leaves an empty text out of a request: a pointer to it, or nil.
func Optional[T ~string](value T) *T {
	if value == "" {
		return nil
	}
	return &value
}

// Deref is what a pointer points to; the zero value for nil.
func Deref[T any](value *T) T {
	if value == nil {
		var zero T
		return zero
	}
	return *value
}
