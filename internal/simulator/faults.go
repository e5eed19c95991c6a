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

// Fault is a failure to inject, once or several times.
type Fault struct {
	// Field is the root field that fails; empty for any request.
	Field string `json:"field"`
	Kind  Kind   `json:"kind"`
	// Times is the number of requests that fail; 0 is once, a negative number is for ever.
	Times int `json:"times"`
	// Skip is the number of matching requests to answer first.
	Skip int `json:"skip"`

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

// take returns the fault for a request with these root fields; nil for none.
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

// Fail replaces the list of faults to inject. It rejects a fault that makes no sense.
func (s *Simulator) Fail(list ...Fault) error { return s.instance().faults.set(list) }
