// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"sync"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/graph"
)

// Fault is something that goes wrong, once or several times.
type Fault struct {
	// Field is the root field that it happens to; empty for any request.
	Field string `json:"field"`
	Kind  Kind   `json:"kind"`
	// Times it happens; 0 is once, less is for ever.
	Times int `json:"times"`
	// Skip so many requests before.
	Skip int `json:"skip"`

	// Code and RetryAfter, in seconds, are those of Status.
	Code       int  `json:"code"`
	RetryAfter *int `json:"retry_after"`
	// Milliseconds of Delay.
	Milliseconds int `json:"milliseconds"`
	// Message and Extensions are those of GraphQLError; Message is also SystemError's.
	Message    string         `json:"message"`
	Extensions map[string]any `json:"extensions"`
	// Retryable and TimedOut are SystemError's.
	Retryable bool `json:"retryable"`
	TimedOut  bool `json:"timed_out"`
	// Effect: what is asked is done all the same. It is a choice for Status, Garbage, Redirect and
	// SystemError.
	Effect bool `json:"effect"`
	// Location of Redirect.
	Location string `json:"location"`
}

// Kind of a fault.
type Kind string

// The kinds of faults.
const (
	DropBefore   Kind = "drop_before"   // the connection is closed, and nothing done
	DropAfter    Kind = "drop_after"    // it is done, and the connection closed unanswered
	Status       Kind = "status"        // an HTTP status
	Delay        Kind = "delay"         // a late answer
	GraphQLError Kind = "graphql_error" // an error in the GraphQL answer
	SystemError  Kind = "system_error"  // an error in the payload of a mutation
	Truncate     Kind = "truncate"      // half of the answer, and the connection closed
	Garbage      Kind = "garbage"       // HTML with status 200
	Redirect     Kind = "redirect"      // a redirect
)

func (f Fault) check() error {
	switch f.Kind {
	case DropBefore, DropAfter, Delay, Truncate, Garbage, GraphQLError:
	case Status:
		if http.StatusText(f.Code) == "" {
			return fmt.Errorf("a fault of kind %q needs the code of an HTTP status, not %d", f.Kind, f.Code)
		}
	case Redirect:
		if f.Location == "" {
			return fmt.Errorf("a fault of kind %q needs a location", f.Kind)
		}
	case SystemError:
		if !graph.HasSystemError(f.Field) {
			return fmt.Errorf("a fault of kind %q needs a mutation as its field, which %q is not", f.Kind, f.Field)
		}
	default:
		return fmt.Errorf("unknown kind of fault %q", f.Kind)
	}
	return nil
}

// happens reports that what is asked is done.
func (f *Fault) executes() bool {
	switch f.Kind {
	case DropAfter, Truncate, GraphQLError, SystemError: // the last two decide field by field
		return true
	case Status, Garbage, Redirect:
		return f.Effect
	default:
		return false
	}
}

// failure is what the field of a GraphQL answer is to say; nil for the truth.
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

// reply in place of the true one; none for kinds that change that.
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

// faults to come.
type faults struct {
	mutex sync.Mutex
	list  []Fault
}

// set replaces the list.
func (f *faults) set(list []Fault) error {
	for i := range list {
		if err := list[i].check(); err != nil {
			return err
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

// take is the fault that happens to a request; nil for none.
func (f *faults) take(fields []string) *Fault {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	for i := range f.list {
		fault := &f.list[i]
		if fault.Times == 0 || (fault.Field != "" && !slices.Contains(fields, fault.Field)) {
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

// Fail makes things go wrong from now on; it replaces what was to go wrong before. An error names a
// fault that makes no sense.
func (s *Simulator) Fail(list ...Fault) error { return s.instance().faults.set(list) }
