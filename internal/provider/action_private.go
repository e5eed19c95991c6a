// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"encoding/json"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// importedKey of the private state says that a state was imported, and that no apply has adopted
// the configuration since.
const importedKey = "imported"

// importedFacts are kept under importedKey.
type importedFacts struct {
	// Details are how the action was deployed; nil where Tanium does not tell.
	Details *gateway.ScheduledActionDetails `json:"details"`
}

// privateState is what a resource keeps beside its state. Terraform shows it to nobody.
type privateState interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

// privateKeeper is private state that can be written.
type privateKeeper interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// imported reports a state that was imported and that no apply has adopted yet.
func imported(ctx context.Context, private privateState) bool {
	kept, _ := private.GetKey(ctx, importedKey)
	return len(kept) > 0
}

// importedDetails are how an imported action was deployed; nil where it is not known.
func importedDetails(ctx context.Context, private privateState) *gateway.ScheduledActionDetails {
	kept, _ := private.GetKey(ctx, importedKey)
	var facts importedFacts
	if len(kept) == 0 || json.Unmarshal(kept, &facts) != nil {
		return nil
	}
	return facts.Details
}

// settleTime is how long a schedule that was just made may not be shown before it counts as
// deleted.
const settleTime = 10 * time.Minute

// originKey is the key of the origin in the private state.
const originKey = "made"

// origin is how an action was deployed.
type origin struct {
	// At is when it was deployed; the zero time where that is not known.
	At time.Time `json:"at"`
	// Adoption by which it was taken over; 0 for none.
	Adoption uint64 `json:"adoption,string"`
}

func saveOrigin(ctx context.Context, private privateKeeper, saved origin) diag.Diagnostics {
	encoded, err := json.Marshal(saved)
	if err != nil {
		return nil // JSON has no such year
	}
	return private.SetKey(ctx, originKey, encoded)
}

func originOf(ctx context.Context, private privateState) origin {
	var saved origin
	if kept, _ := private.GetKey(ctx, originKey); len(kept) > 0 && json.Unmarshal(kept, &saved) != nil {
		return origin{}
	}
	return saved
}
