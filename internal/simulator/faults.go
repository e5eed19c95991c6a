// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/graph"
)

// Fault is a failure to inject, once or several times.
type Fault struct {
	// Field is the root field that fails; empty for any request.
	Field string `json:"field"`
	Kind  Kind   `json:"kind"`
	// Times is the number of requests that fail; 0 is once, -1 is for ever.
	Times int `json:"times"`
	// Skip is the number of matching requests to answer first.
	Skip int `json:"skip"`
	// FirstAbove limits the fault to requests for a page of more objects than this, as where a page
	// is too large for a server (API.md#limits); 0 for no limit.
	FirstAbove int `json:"first_above"`

	// Code and RetryAfter (in seconds) apply to Status.
	Code       int  `json:"code"`
	RetryAfter *int `json:"retry_after"`
	// Milliseconds applies to Delay.
	Milliseconds int `json:"milliseconds"`
	// Message and Extensions apply to GraphQLError. Message also applies to SystemError.
	Message    string         `json:"message"`
	Extensions map[string]any `json:"extensions"`
	// Retryable and TimedOut apply to SystemError.
	Retryable bool `json:"retryable"`
	TimedOut  bool `json:"timed_out"`
	// Effect executes the request in spite of the fault. It applies to Status, Garbage, Redirect,
	// GraphQLError and SystemError.
	Effect bool `json:"effect"`
	// Location applies to Redirect.
	Location string `json:"location"`
}

// Kind is the kind of a fault.
type Kind string

// The kinds of faults.
const (
	DropBefore   Kind = "drop_before"   // the connection is closed and nothing is executed
	DropAfter    Kind = "drop_after"    // the request is executed and the connection closed without an answer
	Status       Kind = "status"        // an HTTP status
	Delay        Kind = "delay"         // a late answer
	GraphQLError Kind = "graphql_error" // an error in the GraphQL answer
	SystemError  Kind = "system_error"  // an error in the payload of a mutation
	Truncate     Kind = "truncate"      // half of the answer is sent and the connection closed
	Garbage      Kind = "garbage"       // HTML with status 200
	Redirect     Kind = "redirect"      // a redirect
)

// maxMilliseconds limits a delay to a day.
const maxMilliseconds = 24 * 60 * 60 * 1000

// check reports a fault that makes no sense. The error names the field.
func (f Fault) check() error {
	if f.Field != "" && !graph.HasRootField(f.Field) {
		return fmt.Errorf("field: the schema has no query or mutation %q", f.Field)
	}
	if f.Times < -1 {
		return fmt.Errorf("times must be at least 0, or -1 for ever, not %d", f.Times)
	}
	if f.Skip < 0 {
		return fmt.Errorf("skip must be at least 0, not %d", f.Skip)
	}
	if f.FirstAbove < 0 {
		return fmt.Errorf("first_above must be at least 0, not %d", f.FirstAbove)
	}
	if err := f.checkKind(); err != nil {
		return err
	}
	return f.checkOthers()
}

// checkKind checks the fields that the kind needs.
func (f Fault) checkKind() error {
	switch f.Kind {
	case DropBefore, DropAfter, Truncate, Garbage, GraphQLError:
	case Delay:
		if f.Milliseconds < 0 || f.Milliseconds > maxMilliseconds {
			return fmt.Errorf("milliseconds must be from 0 to %d, not %d", maxMilliseconds, f.Milliseconds)
		}
	case Status:
		// a status below 200 is no answer: the client waits for another one
		if f.Code < http.StatusOK || http.StatusText(f.Code) == "" {
			return fmt.Errorf("code must be an HTTP status from 200, not %d", f.Code)
		}
		if f.RetryAfter != nil && *f.RetryAfter < 0 {
			return fmt.Errorf("retry_after must be at least 0, not %d", *f.RetryAfter)
		}
	case Redirect:
		if _, err := url.Parse(f.Location); f.Location == "" || err != nil {
			return fmt.Errorf("location must be a URL, not %q", f.Location)
		}
	case SystemError:
		if !graph.HasSystemError(f.Field) {
			return fmt.Errorf("field: the kind %s needs a mutation, which %q is not", f.Kind, f.Field)
		}
	default:
		return fmt.Errorf("kind: unknown kind %q, must be one of %s", f.Kind, kinds())
	}
	return nil
}

// checkOthers rejects fields that have no effect on a fault of the kind.
func (f Fault) checkOthers() error {
	for _, field := range []struct {
		name  string
		given bool
		kinds []Kind
	}{
		{"code", f.Code != 0, []Kind{Status}},
		{"retry_after", f.RetryAfter != nil, []Kind{Status}},
		{"milliseconds", f.Milliseconds != 0, []Kind{Delay}},
		{"message", f.Message != "", []Kind{GraphQLError, SystemError}},
		{"extensions", f.Extensions != nil, []Kind{GraphQLError}},
		{"retryable", f.Retryable, []Kind{SystemError}},
		{"timed_out", f.TimedOut, []Kind{SystemError}},
		{"effect", f.Effect, []Kind{Status, Garbage, Redirect, GraphQLError, SystemError}},
		{"location", f.Location != "", []Kind{Redirect}},
	} {
		if field.given && !slices.Contains(field.kinds, f.Kind) {
			return fmt.Errorf("%s has no effect on the kind %s", field.name, f.Kind)
		}
	}
	return nil
}

// kinds lists the kinds for a message.
func kinds() string {
	return fmt.Sprintf("%s, %s, %s, %s, %s, %s, %s, %s, %s", DropBefore, DropAfter, Status, Delay, GraphQLError,
		SystemError, Truncate, Garbage, Redirect)
}

// executes reports whether the request is executed before the fault applies.
func (f *Fault) executes() bool {
	switch f.Kind {
	case DropAfter, Truncate, GraphQLError, SystemError: // graph.Fail handles Effect for the last two
		return true
	case Status, Garbage, Redirect:
		return f.Effect
	default:
		return false
	}
}

// failure returns the failure of a GraphQL field; nil for none.
func (f *Fault) failure() *graph.Failure {
	switch f.Kind {
	case GraphQLError:
		return &graph.Failure{Field: f.Field, Message: f.message(), Extensions: f.Extensions, Effect: f.Effect}
	case SystemError:
		message := f.message()
		return &graph.Failure{
			Field:  f.Field,
			Effect: f.Effect,
			System: &graph.SystemError{Message: &message, Retryable: &f.Retryable, TimedOut: &f.TimedOut},
		}
	default:
		return nil
	}
}

func (f *Fault) message() string {
	if f.Message == "" {
		return "simulated failure"
	}
	return f.Message
}

// reply returns the answer that replaces the real one; false for kinds that keep or change the real
// one.
func (f *Fault) reply() (reply, bool) {
	switch f.Kind {
	case Status:
		answer := refusal(f.Code, http.StatusText(f.Code))
		if f.RetryAfter != nil {
			answer.header.Set("Retry-After", strconv.Itoa(*f.RetryAfter))
		}
		return answer, true
	case Garbage:
		return reply{
			status: http.StatusOK,
			header: http.Header{"Content-Type": {"text/html; charset=utf-8"}},
			body:   []byte("<!DOCTYPE html><title>Tanium</title><p>Sign in"),
		}, true
	case Redirect:
		return reply{status: http.StatusTemporaryRedirect, header: http.Header{"Location": {f.Location}}}, true
	default:
		return reply{}, false
	}
}

// faults is the list of faults to inject.
type faults struct {
	mutex sync.Mutex
	list  []Fault
}

// set replaces the list.
func (f *faults) set(list []Fault) error {
	list = slices.Clone(list) // the faults count down
	for i := range list {
		if err := list[i].check(); err != nil {
			return fmt.Errorf("fault %d: %w", i+1, err)
		}
		if list[i].Times == 0 {
			list[i].Times = 1
		}
	}
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.list = list
	return nil
}

// pending returns the faults that are still to inject.
func (f *faults) pending() []Fault {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	left := []Fault{}
	for _, fault := range f.list {
		if fault.Times != 0 {
			left = append(left, fault)
		}
	}
	return left
}

// take returns the fault for a request with these root fields, and with this largest page; nil for
// none.
func (f *faults) take(fields []string, first int) *Fault {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	for i := range f.list {
		fault := &f.list[i]
		small := fault.FirstAbove > 0 && first <= fault.FirstAbove
		if fault.Times == 0 || small || (fault.Field != "" && !slices.Contains(fields, fault.Field)) {
			continue
		}
		if fault.Skip > 0 {
			fault.Skip--
			continue
		}
		if fault.Times > 0 {
			fault.Times--
		}
		taken := *fault
		return &taken
	}
	return nil
}

// Fail replaces the list of faults to inject. It rejects a fault that makes no sense.
func (s *Simulator) Fail(list ...Fault) error { return s.instance().faults.set(list) }

// Faults returns the faults that are still to inject. Their Times is the number of requests that
// are left to fail.
func (s *Simulator) Faults() []Fault { return s.instance().faults.pending() }
