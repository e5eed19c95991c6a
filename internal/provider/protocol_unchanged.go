// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// ReadResource returns the current state of an action that has not changed. It leaves other
// refreshes to the framework, and gives the resource what it has read.
func (s *server) ReadResource(
	ctx context.Context, req *tfprotov6.ReadResourceRequest,
) (*tfprotov6.ReadResourceResponse, error) {
	s.validated.addPrivate(req.Private)
	switch {
	case req.TypeName == waitTypeName: // a refresh of a wait reads nothing
		return &tfprotov6.ReadResourceResponse{NewState: req.CurrentState, Private: req.Private}, nil
	case req.TypeName != actionTypeName || importedPrivate(req.Private):
		return s.frameworkServer.ReadResource(ctx, req)
	}
	model, ok := s.prior(ctx, req.CurrentState)
	env := s.configured()
	if env == nil || !ok {
		return s.frameworkServer.ReadResource(ctx, req)
	}
	env.refreshes.Store(model.ID.ValueString(), true)
	identity, known := s.identity(req.CurrentIdentity, model.ID)
	parts := model.parts()
	if !known || !model.settled() || originIn(req.Private).Failed || !model.current(parts, env.client().Address()) {
		return s.frameworkServer.ReadResource(ctx, req)
	}
	succeeded := model.Succeeded.ValueBool()
	if !succeeded || !over(parts) || slices.ContainsFunc(parts, deployment.Part.Reporting) {
		read := refreshParts(ctx, env.client(), parts, deployment.Schedule{}, env.serverClock.Now())
		undecided := succeeded ||
			!waitFrom(model.Wait).policy.Finished(read.parts, integer(model.TargetedEndpointCount))
		if read.err != nil || !undecided || !reflect.DeepEqual(stored(read.parts), parts) {
			return s.frameworkServer.ReadResource(context.WithValue(ctx, refreshKey{}, read), req)
		}
	}
	return &tfprotov6.ReadResourceResponse{
		NewState:    req.CurrentState,
		Private:     req.Private,
		NewIdentity: identity,
	}, nil
}

// waited reports whether the state of a wait says that it ended and that the actions succeeded, so
// that the next apply does not wait again.
func (s *server) waited(ctx context.Context, encoded *tfprotov6.DynamicValue) bool {
	s.loadSchema(ctx)
	schema := s.schemas[waitTypeName]
	if schema == nil || encoded == nil {
		return false
	}
	value, err := encoded.Unmarshal(schema.ValueType())
	values := map[string]tftypes.Value{}
	if err != nil || value.IsNull() || value.As(&values) != nil {
		return false
	}
	var finished, succeeded bool
	return values["finished"].IsKnown() && !values["finished"].IsNull() && values["finished"].As(&finished) == nil &&
		!values["succeeded"].IsNull() && values["succeeded"].As(&succeeded) == nil && finished && succeeded
}

// stored returns parts as a state has them: with whole seconds.
func stored(parts []deployment.Part) []deployment.Part {
	whole := func(at *time.Time) *time.Time {
		if at == nil {
			return nil
		}
		second := at.UTC().Truncate(time.Second)
		return &second
	}
	kept := slices.Clone(parts)
	for i, part := range kept {
		kept[i].StartTime, kept[i].ExpirationTime = whole(part.StartTime), whole(part.ExpirationTime)
		kept[i].NextStartTime = whole(part.NextStartTime)
	}
	return kept
}

// refresh is what Tanium shows of the parts of a deployment.
type refresh struct {
	parts []deployment.Part
	// failed is the part that could not be read, for the reason err; nil for none.
	failed deployment.Part
	err    error
}

// refreshKey is the key of a refresh that the server has made in the context of a call.
type refreshKey struct{}

// refreshParts reads the parts that may still change: those that are not over, and those of which
// endpoints may still report. Tanium may have purged a part that is over, which then stays as it
// is.
func refreshParts(
	ctx context.Context, client *gateway.Client, parts []deployment.Part, schedule deployment.Schedule, now time.Time,
) refresh {
	result := refresh{parts: slices.Clone(parts)}
	for i, part := range parts {
		over := deployment.Terminal(part.Status) && !schedule.Continues(now)
		if over && !part.Reporting() {
			continue
		}
		read, err := deployment.Read(ctx, client, part, deployment.ReadLatest)
		if err != nil && !errors.Is(err, deployment.ErrGone) {
			result.failed, result.err = part, err
			return result
		}
		if over && err != nil {
			continue // Tanium has purged it
		}
		result.parts[i] = read
	}
	return result
}
