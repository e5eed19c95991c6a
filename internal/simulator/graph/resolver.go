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

// New returns the executable schema of a world: the published schema without some of its parts,
// such as OldSchema. An error says which part it does not have.
func New(w *world.World, without []string) (graphql.ExecutableSchema, error) {
	schema := &executableSchema{}
	if len(without) > 0 {
		reduced, err := schemaWithout(without)
		if err != nil {
			return nil, err
		}
		schema.SchemaData = reduced
	}
	schema.Resolvers = &resolver{world: w, cursors: newCursors(w.Now), schema: schema}
	return schema, nil
}

type userKey struct{}

// WithUser adds the calling user to a context. Every resolver expects one.
func WithUser(ctx context.Context, user *fleet.User) context.Context {
	return context.WithValue(ctx, userKey{}, user)
}

func userOf(ctx context.Context) *fleet.User {
	user, _ := ctx.Value(userKey{}).(*fleet.User)
	return user
}

// resolver is the shared state of the resolvers.
type resolver struct {
	world   *world.World
	cursors *cursors
	schema  *executableSchema
}

// Action, Endpoint, Mutation and Query implement ResolverRoot.
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

// refuse reports why a mutation failed: in the payload's error, or in the errors of the GraphQL
// answer. Tanium's schema specifies the payload's error for what the server rejects. For an invalid
// request one client expects GraphQL errors with argumentErrors (API.md#failed-mutations).
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

// notFound returns the error, in addition to null, for an object that does not exist.
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

// optional returns nil for the zero value.
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
