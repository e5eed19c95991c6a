// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// ReadResource returns the current state of an action that has not changed. It leaves other
// refreshes to the framework, and gives the resource what it has read.
func (s *server) ReadResource(
	ctx context.Context, req *tfprotov6.ReadResourceRequest,
) (*tfprotov6.ReadResourceResponse, error) {
	if req.TypeName != actionTypeName || importedPrivate(req.Private) {
		return s.frameworkServer.ReadResource(ctx, req)
	}
	state, ok := s.state(ctx, req.CurrentState)
	if env := s.configured(); env != nil && ok {
		env.refreshes.Store(textIn(*state.id), true)
	}
	identity, known := s.identity(req.CurrentIdentity, state.id)
	settled := (state.succeeded || state.unwaited) && !originIn(req.Private).Failed
	if !ok || !known || !settled || state.recurring || !state.current {
		return s.frameworkServer.ReadResource(ctx, req)
	}
	if !state.succeeded || !state.over || state.reporting {
		parts, policy, converted := s.openParts(ctx, state)
		if !converted {
			return s.frameworkServer.ReadResource(ctx, req)
		}
		env := s.configured()
		read := refreshParts(ctx, env.client(), parts, deployment.Schedule{}, env.serverClock.Now())
		undecided := state.succeeded || !policy.Finished(read.parts, int(state.targeted))
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

// openParts returns the parts in a state, and the policy by which they are finished; ok is false if
// they cannot be read.
func (s *server) openParts(
	ctx context.Context, state actionFacts,
) (parts []deployment.Part, _ deployment.Policy, ok bool) {
	parts, ok = state.parts(ctx)
	wait, err := s.waitType.ValueFromTerraform(ctx, state.wait)
	block, isObject := wait.(types.Object)
	if err != nil || !isObject || !ok {
		return nil, deployment.Policy{}, false
	}
	return parts, waitFrom(block).policy, true
}

// parts returns the parts in a state; ok is false if they cannot be read.
func (f actionFacts) parts(ctx context.Context) (parts []deployment.Part, ok bool) {
	kind := types.ListType{ElemType: types.ObjectType{AttrTypes: partTypes()}}
	list, err := kind.ValueFromTerraform(ctx, f.actions)
	actions, isList := list.(types.List)
	if err != nil || !isList {
		return nil, false
	}
	parts = partsFrom(actions)
	for i := range parts {
		parts[i].Marker = f.marker
	}
	return parts, true
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
