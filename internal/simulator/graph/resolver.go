// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package graph

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/world"
)

// New makes the executable schema of a world: the published one, or that of a tenant which has not
// been updated.
func New(w *world.World, old bool) graphql.ExecutableSchema {
	schema := &executableSchema{}
	if old {
		schema.SchemaData = oldSchema()
	}
	schema.Resolvers = &resolver{world: w, cursors: newCursors(w.Now), schema: schema}
	return schema
}

type userKey struct{}

// WithUser puts the calling user into a context. Every resolver expects one.
func WithUser(ctx context.Context, user *fleet.User) context.Context {
	return context.WithValue(ctx, userKey{}, user)
}

func userOf(ctx context.Context) *fleet.User {
	user, _ := ctx.Value(userKey{}).(*fleet.User)
	return user
}

// resolver holds what resolvers share.
type resolver struct {
	world   *world.World
	cursors *cursors
	schema  *executableSchema
}

// Action, Endpoint, Mutation and Query are ResolverRoot.
func (r *resolver) Action() ActionResolver     { return &actionResolver{r} }
func (r *resolver) Endpoint() EndpointResolver { return &endpointResolver{r} }
func (r *resolver) Mutation() MutationResolver { return &mutationResolver{resolver: r} }
func (r *resolver) Query() QueryResolver       { return &queryResolver{resolver: r} }

type (
	actionResolver   struct{ *resolver }
	endpointResolver struct{ *resolver }
	mutationResolver struct{ *resolver }
	queryResolver    struct{ *resolver }
)

func (r *resolver) fleet() *fleet.Fleet { return r.world.Fleet() }

// refuse says why a mutation was not carried out: as a payload's error, or as an error of the
// GraphQL answer. Tanium's schema promises the first for what the server refuses; for a request
// that makes no sense in itself one client was seen to expect the second, with argumentErrors
// (API.md#failed-mutations).
func (r *resolver) refuse(err error) (*SystemError, error) {
	var failure *world.Failure
	if !errors.As(err, &failure) {
		return nil, &gqlerror.Error{Message: err.Error(), Extensions: map[string]any{
			"argumentErrors": []any{map[string]any{"message": err.Error(), "code": "INVALID_ARGUMENT"}}}}
	}
	if r.world.Unknowns().FailuresInErrors {
		return nil, err
	}
	return &SystemError{Message: pointer(err.Error()), Retryable: pointer(false), TimedOut: pointer(false)}, nil
}

// missing is what the query of something answers, besides null, that is not there.
func (r *resolver) notFound(what, id string) error {
	if r.world.Unknowns().MissingIsError {
		return fmt.Errorf("%s %q not found", what, id)
	}
	return nil
}

func pointer[T any](value T) *T { return &value }

func text(value *string) string {
	if value == nil {
		return ""
	}
	return *value
}

// optional is nil for the zero value.
func optional[T comparable](value T) *T {
	var zero T
	if value == zero {
		return nil
	}
	return &value
}

// Now returns the simulated time.
func (r *queryResolver) Now(context.Context) (*time.Time, error) {
	return pointer(r.world.Now().UTC()), nil
}

// Ping always returns true.
func (r *mutationResolver) Ping(context.Context) (bool, error) { return true, nil }
