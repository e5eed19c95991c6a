// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// invocations are the invocations of actions that are under way. It is safe for concurrent use.
type invocations struct {
	mutex    sync.Mutex
	underway map[chan struct{}]bool
}

// begin records an invocation until the returned function is called.
func (i *invocations) begin() (end func()) {
	i.mutex.Lock()
	defer i.mutex.Unlock()
	if i.underway == nil {
		i.underway = map[chan struct{}]bool{}
	}
	done := make(chan struct{})
	i.underway[done] = true
	return func() {
		i.mutex.Lock()
		defer i.mutex.Unlock()
		delete(i.underway, done)
		close(done)
	}
}

// wait waits until the invocations that are under way have ended, or the context ends.
func (i *invocations) wait(ctx context.Context) {
	i.mutex.Lock()
	var ends []chan struct{}
	for done := range i.underway {
		ends = append(ends, done)
	}
	i.mutex.Unlock()
	for _, done := range ends {
		select {
		case <-done:
		case <-ctx.Done():
			return
		}
	}
}

// InvokeAction validates the configuration of a deployment, and records the invocation until its
// last event is sent. Terraform validates the configuration of an action before the plan only, when
// values may be unknown: an empty list of endpoint IDs would then deploy to the whole action group.
// The other actions have an ID only, and check it themselves.
func (s *server) InvokeAction(
	ctx context.Context, req *tfprotov6.InvokeActionRequest,
) (*tfprotov6.InvokeActionServerStream, error) {
	end := s.invocations.begin() // first: an interrupt may come at once
	stream, err := s.validatedInvocation(ctx, req)
	if err != nil {
		end()
		return nil, err
	}
	return &tfprotov6.InvokeActionServerStream{Events: func(push func(tfprotov6.InvokeActionEvent) bool) {
		defer end()
		stream.Events(push)
	}}, nil
}

// validatedInvocation is the framework's invocation, or one that ends with the errors of the
// configuration.
func (s *server) validatedInvocation(
	ctx context.Context, req *tfprotov6.InvokeActionRequest,
) (*tfprotov6.InvokeActionServerStream, error) {
	if req.ActionType != deployTypeName {
		return s.frameworkServer.InvokeAction(ctx, req)
	}
	validated, err := s.ValidateActionConfig(ctx, &tfprotov6.ValidateActionConfigRequest{
		ActionType: req.ActionType, Config: req.Config,
	})
	if err != nil {
		return nil, err
	}
	if !hasError(validated.Diagnostics) {
		return s.frameworkServer.InvokeAction(ctx, req)
	}
	return &tfprotov6.InvokeActionServerStream{Events: func(push func(tfprotov6.InvokeActionEvent) bool) {
		push(tfprotov6.InvokeActionEvent{Type: tfprotov6.CompletedInvokeActionEventType{
			Diagnostics: validated.Diagnostics,
		}})
	}}, nil
}

// stopTimeout limits how long an interrupt waits for invocations: for the answer to a deployment,
// the search for one whose answer is lost, the search for duplicates, and the cancellation.
func (s *server) stopTimeout() time.Duration {
	timeout := interruptTimeout + time.Minute
	if env := s.configured(); env != nil {
		timeout += 3 * env.client().RequestTimeout()
	}
	return timeout
}

// StopProvider interrupts every call, and then waits for the invocations of actions to say what
// they cancelled. As soon as it returns, plugin-go drops the events of an invocation, so that
// Terraform would report an interrupted apply as complete.
func (s *server) StopProvider(
	ctx context.Context, req *tfprotov6.StopProviderRequest,
) (*tfprotov6.StopProviderResponse, error) {
	resp, err := s.frameworkServer.StopProvider(ctx, req)
	bounded, cancel := context.WithTimeout(ctx, s.stopTimeout())
	defer cancel()
	s.invocations.wait(bounded)
	return resp, err
}
