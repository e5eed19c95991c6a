// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"context"
	"errors"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// Terms reads what Tanium shows of the scheduled actions of a deployment, in one request. It is nil
// for a part that was deleted, and for one that Tanium does not show.
func Terms(ctx context.Context, client *gateway.Client, parts []Part) ([]*gateway.ScheduledActionTerms, error) {
	terms := make([]*gateway.ScheduledActionTerms, len(parts))
	failures := each(len(parts), func(i int) error {
		if parts[i].Deleted || parts[i].ScheduledActionID == "" {
			return nil
		}
		shown, err := client.ScheduledActionTerms(ctx, parts[i].ScheduledActionID)
		terms[i] = shown
		return err
	})
	return terms, errors.Join(failures...)
}
