// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"encoding/json"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// importedKey is the key of importedFacts in the private state. It exists from the import until an
// apply adopts the configuration.
const importedKey = "imported"

// importedFacts is the private state of an imported action.
type importedFacts struct {
	// Details are the arguments of the deployment; nil if Tanium does not report them.
	Details *gateway.ScheduledActionDetails `json:"details"`
}

// privateState reads the private state of a resource, which Terraform does not show.
type privateState interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

// privateWriter writes the private state of a resource.
type privateWriter interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// imported returns whether the state was imported and no apply has adopted it yet.
func imported(ctx context.Context, private privateState) bool {
	encoded, _ := private.GetKey(ctx, importedKey)
	return len(encoded) > 0
}

// importedDetails returns the arguments of an imported deployment; nil if they are not known.
func importedDetails(ctx context.Context, private privateState) *gateway.ScheduledActionDetails {
	encoded, _ := private.GetKey(ctx, importedKey)
	var facts importedFacts
	if len(encoded) == 0 || json.Unmarshal(encoded, &facts) != nil {
		return nil
	}
	return facts.Details
}

// settleTime is how long after a deployment Tanium may not show a scheduled action before the
// provider treats it as deleted.
const settleTime = 10 * time.Minute

// originKey is the key of origin in the private state. Its value is part of existing states.
const originKey = "made"

// origin is how an action was deployed.
type origin struct {
	// At is when the action was deployed; the zero time if it is not known.
	At time.Time `json:"at"`
	// Adoption identifies the adoption of the action by this resource; 0 if it was not adopted.
	Adoption uint64 `json:"adoption,string"`
	// Marker is the marker of the deployment; empty if it is not known, as after an import.
	Marker string `json:"marker,omitempty"`
}

// stranger returns the first part that has the marker of another deployment; false for none. IDs
// begin again after a reset of the simulator, or if a server is restored, so that another
// deployment can have the same ID. A comment without a marker proves nothing.
func (o origin) stranger(parts []deployment.Part) (deployment.Part, bool) {
	for _, part := range parts {
		if o.Marker != "" && part.Marker != (deployment.Marker{}) && part.Marker.String() != o.Marker {
			return part, true
		}
	}
	return deployment.Part{}, false
}

// originIn returns the origin in an encoded private state; the zero value if there is none.
func originIn(private []byte) (value origin) {
	var keys map[string][]byte
	if json.Unmarshal(private, &keys) != nil || json.Unmarshal(keys[originKey], &value) != nil {
		return origin{}
	}
	return value
}

// saveOrigin saves the origin in the private state.
func saveOrigin(ctx context.Context, private privateWriter, value origin) diag.Diagnostics {
	encoded, err := json.Marshal(value)
	if err != nil {
		return nil // JSON cannot represent the year
	}
	return private.SetKey(ctx, originKey, encoded)
}

// originOf returns the origin in the private state; the zero value if there is none.
func originOf(ctx context.Context, private privateState) origin {
	var value origin
	encoded, _ := private.GetKey(ctx, originKey)
	if len(encoded) > 0 && json.Unmarshal(encoded, &value) != nil {
		return origin{}
	}
	return value
}
