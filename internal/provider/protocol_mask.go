// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// maskedServer is the framework's server, with the API token replaced in what people read. A Tanium
// server may repeat the token in data, such as the name of an endpoint, which messages quote.
type maskedServer struct {
	frameworkServer

	// configured is the provider's environment; nil before the provider is configured.
	configured func() *environment
}

// diagnostics replaces the token in diagnostics.
func (s maskedServer) diagnostics(all []*tfprotov6.Diagnostic) {
	if env := s.configured(); env != nil {
		for _, each := range all {
			each.Summary, each.Detail = env.client().Mask(each.Summary), env.client().Mask(each.Detail)
		}
	}
}

// PlanResourceChange plans a resource.
func (s maskedServer) PlanResourceChange(
	ctx context.Context, req *tfprotov6.PlanResourceChangeRequest,
) (*tfprotov6.PlanResourceChangeResponse, error) {
	resp, err := s.frameworkServer.PlanResourceChange(ctx, req)
	if resp != nil {
		s.diagnostics(resp.Diagnostics)
	}
	return resp, err
}

// ApplyResourceChange applies a resource.
func (s maskedServer) ApplyResourceChange(
	ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest,
) (*tfprotov6.ApplyResourceChangeResponse, error) {
	resp, err := s.frameworkServer.ApplyResourceChange(ctx, req)
	if resp != nil {
		s.diagnostics(resp.Diagnostics)
	}
	return resp, err
}

// ReadResource refreshes a resource.
func (s maskedServer) ReadResource(
	ctx context.Context, req *tfprotov6.ReadResourceRequest,
) (*tfprotov6.ReadResourceResponse, error) {
	resp, err := s.frameworkServer.ReadResource(ctx, req)
	if resp != nil {
		s.diagnostics(resp.Diagnostics)
	}
	return resp, err
}

// ImportResourceState imports a resource.
func (s maskedServer) ImportResourceState(
	ctx context.Context, req *tfprotov6.ImportResourceStateRequest,
) (*tfprotov6.ImportResourceStateResponse, error) {
	resp, err := s.frameworkServer.ImportResourceState(ctx, req)
	if resp != nil {
		s.diagnostics(resp.Diagnostics)
	}
	return resp, err
}

// ReadDataSource reads a data source.
func (s maskedServer) ReadDataSource(
	ctx context.Context, req *tfprotov6.ReadDataSourceRequest,
) (*tfprotov6.ReadDataSourceResponse, error) {
	resp, err := s.frameworkServer.ReadDataSource(ctx, req)
	if resp != nil {
		s.diagnostics(resp.Diagnostics)
	}
	return resp, err
}

// PlanAction plans an action.
func (s maskedServer) PlanAction(
	ctx context.Context, req *tfprotov6.PlanActionRequest,
) (*tfprotov6.PlanActionResponse, error) {
	resp, err := s.frameworkServer.PlanAction(ctx, req)
	if resp != nil {
		s.diagnostics(resp.Diagnostics)
	}
	return resp, err
}

// InvokeAction invokes an action.
func (s maskedServer) InvokeAction(
	ctx context.Context, req *tfprotov6.InvokeActionRequest,
) (*tfprotov6.InvokeActionServerStream, error) {
	stream, err := s.frameworkServer.InvokeAction(ctx, req)
	if err != nil {
		return nil, err
	}
	return &tfprotov6.InvokeActionServerStream{Events: func(push func(tfprotov6.InvokeActionEvent) bool) {
		stream.Events(func(event tfprotov6.InvokeActionEvent) bool {
			switch of := event.Type.(type) {
			case tfprotov6.ProgressInvokeActionEventType:
				if env := s.configured(); env != nil {
					event.Type = tfprotov6.ProgressInvokeActionEventType{Message: env.client().Mask(of.Message)}
				}
			case tfprotov6.CompletedInvokeActionEventType:
				s.diagnostics(of.Diagnostics)
			}
			return push(event)
		})
	}}, nil
}
