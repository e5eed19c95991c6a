// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Failure is a failure to inject into a root field: a GraphQL error, or the error of a mutation's
// payload.
type Failure struct {
	// Field is the field that fails; empty for every root field.
	Field string
	// Effect resolves the field before it fails.
	Effect bool
	// System is the error of the payload; nil for a GraphQL error with Message and Extensions.
	System     *SystemError
	Message    string
	Extensions map[string]any
}

type failureKey struct{}

// WithFailure adds the failure of a root field to a context; nil is no failure.
func WithFailure(ctx context.Context, failure *Failure) context.Context {
	return context.WithValue(ctx, failureKey{}, failure)
}

// Fail is the middleware that makes fields fail.
func Fail(ctx context.Context, next graphql.Resolver) (any, error) {
	failure, _ := ctx.Value(failureKey{}).(*Failure)
	field := graphql.GetFieldContext(ctx)
	if failure == nil || (field.Object != "Query" && field.Object != "Mutation") ||
		(failure.Field != "" && failure.Field != field.Field.Name) {
		return next(ctx)
	}
	if failure.Effect {
		if _, err := next(ctx); err != nil {
			return nil, err
		}
	}
	if failure.System != nil {
		if payload := failedPayload(field.Field.Name, failure.System); payload != nil {
			return payload, nil
		}
	}
	return nil, &gqlerror.Error{Message: failure.Message, Extensions: failure.Extensions}
}

// HasRootField reports whether the published schema has a query or a mutation of a name.
func HasRootField(name string) bool {
	schema := (&executableSchema{}).Schema()
	return schema.Query.Fields.ForName(name) != nil || schema.Mutation.Fields.ForName(name) != nil
}

// HasSystemError reports whether the field is a mutation whose payload has an error.
func HasSystemError(field string) bool { return failedPayload(field, nil) != nil }

// failedPayload returns the payload of a mutation with only an error; nil for other fields.
func failedPayload(field string, failure *SystemError) any {
	switch field {
	case "actionPerform":
		return &ActionPerformPayload{Error: failure}
	case "actionCreate":
		return &ActionCreatePayload{Error: failure}
	case "actionStop":
		return &ActionStopPayload{Error: failure}
	case "scheduledActionCreate":
		return &ScheduledActionCreatePayload{Error: failure}
	case "scheduledActionApprove":
		return &ScheduledActionApprovePayload{Error: failure}
	case "scheduledActionDelete":
		return &ScheduledActionDeletePayload{Error: failure}
	case "actionGroupCreate":
		return &ActionGroupCreatePayload{Error: failure}
	case "actionGroupDelete":
		return &ActionGroupDeletePayload{Error: failure}
	case "computerGroupCreate":
		return &ComputerGroupCreatePayload{Error: failure}
	case "computerGroupDelete":
		return &ComputerGroupDeletePayload{Error: failure}
	case "sensorHarvest":
		return &SensorHarvestPayload{Error: failure}
	case "apiTokenGrant":
		return &APITokenGrantPayload{Error: failure}
	case "apiTokenRotate":
		return &APITokenRotatePayload{Error: failure}
	case "apiTokenRevoke":
		return &APITokenRevokePayload{Error: failure}
	default:
		return nil
	}
}
