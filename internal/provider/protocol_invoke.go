// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// calls are the calls under way that change something in Tanium: invocations of actions and applies
// of resources. It is safe for concurrent use.
type calls struct {
	mutex sync.Mutex
	// configured reports that the provider has been configured, and stopped that Terraform has
	// interrupted it since.
	configured, stopped bool
	underway            map[*call]bool
}

// call is a call under way.
type call struct {
	cancel context.CancelFunc
	ended  chan struct{} // closed at the end of an invocation; nil for an apply
}

// invocation records an invocation until the returned function is called. Its context ends with an
// interrupt, also with one that came before: Terraform 1.16 invokes the actions of a resource after
// an interrupt, too.
func (c *calls) invocation(ctx context.Context) (_ context.Context, end func()) {
	return c.begin(ctx, &call{ended: make(chan struct{})})
}

// apply is invocation for an apply of a resource.
func (c *calls) apply(ctx context.Context) (_ context.Context, end func()) {
	return c.begin(ctx, &call{})
}

func (c *calls) begin(ctx context.Context, begun *call) (_ context.Context, end func()) {
	ctx, begun.cancel = context.WithCancel(ctx)
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.stopped {
		begun.cancel()
	}
	if c.underway == nil {
		c.underway = map[*call]bool{}
	}
	c.underway[begun] = true
	return ctx, func() {
		begun.cancel()
		c.mutex.Lock()
		defer c.mutex.Unlock()
		delete(c.underway, begun)
		if begun.ended != nil {
			close(begun.ended)
		}
	}
}

// configure records that the provider is configured. A second configuration begins another run,
// such as with -debug, which an interrupt of the run before does not concern.
func (c *calls) configure() {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.configured {
		c.stopped = false
	}
	c.configured = true
}

// stop interrupts the calls under way and all later ones. It returns the channels that are closed
// when the invocations under way have ended.
func (c *calls) stop() (ends []<-chan struct{}) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.stopped = true
	for each := range c.underway {
		each.cancel()
		if each.ended != nil {
			ends = append(ends, each.ended)
		}
	}
	return ends
}

// InvokeAction validates the configuration of a deployment, and records the invocation until its
// last event is sent. Terraform validates the configuration of an action before the plan only, when
// values may be unknown: an empty list of endpoint IDs would then deploy to the whole action group.
// The other actions have an ID only, and check it themselves.
func (s *server) InvokeAction(
	ctx context.Context, req *tfprotov6.InvokeActionRequest,
) (*tfprotov6.InvokeActionServerStream, error) {
	ctx, end := s.calls.invocation(ctx) // first: an interrupt may come at once
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
	if ctx.Err() != nil {
		return failedInvocation([]*tfprotov6.Diagnostic{interruptedEarly()}), nil //nolint:nilerr // Reported.
	}
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
	return failedInvocation(validated.Diagnostics), nil
}

// failedInvocation is an invocation that ends at once.
func failedInvocation(diagnostics []*tfprotov6.Diagnostic) *tfprotov6.InvokeActionServerStream {
	return &tfprotov6.InvokeActionServerStream{Events: func(push func(tfprotov6.InvokeActionEvent) bool) {
		push(tfprotov6.InvokeActionEvent{Type: tfprotov6.CompletedInvokeActionEventType{Diagnostics: diagnostics}})
	}}
}

// interruptedEarly is the error of an invocation that Terraform makes after an interrupt.
func interruptedEarly() *tfprotov6.Diagnostic {
	return &tfprotov6.Diagnostic{
		Severity: tfprotov6.DiagnosticSeverityError,
		Summary:  "Interrupted before the action was invoked",
		Detail:   "Nothing was deployed, cancelled or approved.",
	}
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
// Terraform would report an interrupted apply as complete. The interrupt also holds for calls that
// come later.
func (s *server) StopProvider(
	ctx context.Context, req *tfprotov6.StopProviderRequest,
) (*tfprotov6.StopProviderResponse, error) {
	ends := s.calls.stop()
	resp, err := s.frameworkServer.StopProvider(ctx, req)
	bounded, cancel := context.WithTimeout(ctx, s.stopTimeout())
	defer cancel()
	for _, ended := range ends {
		select {
		case <-ended:
		case <-bounded.Done():
		}
	}
	return resp, err
}

// ConfigureProvider configures the provider for a run.
func (s *server) ConfigureProvider(
	ctx context.Context, req *tfprotov6.ConfigureProviderRequest,
) (*tfprotov6.ConfigureProviderResponse, error) {
	s.calls.configure()
	return s.frameworkServer.ConfigureProvider(ctx, req)
}
