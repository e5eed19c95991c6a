// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"context"
	"strconv"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// Existence is what the other scheduled actions tell about one that Tanium does not show.
type Existence int

// What the others tell.
const (
	// MayHaveExisted says that it may have been deleted, or that this token may not read it.
	MayHaveExisted Existence = iota
	// NeverExisted says that its ID is far greater than every ID that Tanium shows.
	NeverExisted
)

// ExistenceMargin is how much greater than every other ID the ID of a deleted scheduled action can
// be. Tanium may not show deleted scheduled actions (API.md#stop-and-delete), so the last ones may
// be missing.
const ExistenceMargin = 1000

// ExistenceOf reads whether a scheduled action that Tanium does not show can have existed. IDs grow
// (API.md#action-ids).
func ExistenceOf(ctx context.Context, client *gateway.Client, id string) (Existence, error) {
	const decimal, bits = 10, 64
	number, err := strconv.ParseUint(id, decimal, bits)
	if err != nil {
		return NeverExisted, nil //nolint:nilerr // No number, or one that is greater than any ID.
	}
	if number <= ExistenceMargin {
		return MayHaveExisted, nil
	}
	bound := strconv.FormatUint(number-ExistenceMargin, decimal)
	has := func(op gateway.FieldFilterOp) (bool, error) {
		path := "id"
		list, err := client.ScheduledActions(ctx, gateway.FieldFilter{Path: &path, Op: &op, Value: &bound}, 1)
		return len(list) > 0, err
	}
	near, err := has(gateway.FieldFilterOpGte)
	if near || err != nil {
		return MayHaveExisted, err
	}
	// Without any other one, nothing tells how far the IDs have grown.
	below, err := has(gateway.FieldFilterOpLt)
	if !below || err != nil {
		return MayHaveExisted, err
	}
	return NeverExisted, nil
}
