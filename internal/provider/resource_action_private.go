// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"encoding/json"
	"fmt"
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
// provider treats it as deleted, if Tanium has not shown it before.
const settleTime = 10 * time.Minute

// originKey is the key of origin in the private state. Every object in a state has it, so a plan
// without it is that of a new or tainted object: Terraform plans these without private state.
const originKey = "made"

// origin is how an action came into the state.
type origin struct {
	// Unseen is when the action was deployed, if Tanium did not show its scheduled action then; the
	// zero time if it did. What was shown once and is not shown any more was deleted.
	Unseen time.Time `json:"unseen,omitzero"`
	// Adoption identifies the adoption of the action by this resource; 0 if it was not adopted.
	Adoption uint64 `json:"adoption,string"`
	// Failed reports that the creation ended with an error, which taints the resource.
	Failed bool `json:"failed,omitempty"`
	// Imported reports that the action was imported, and not deployed by this resource.
	Imported bool `json:"imported,omitempty"`
}

// keepsFailure returns whether a failure of an action is final, because somebody else ran it and
// the configuration does not ask for another run.
func (o origin) keepsFailure(model actionModel) bool { return o.Imported && model.OnFailure.IsNull() }

// saveOrigin saves the origin in the private state.
func saveOrigin(ctx context.Context, private privateWriter, value origin) diag.Diagnostics {
	return setPrivate(ctx, private, originKey, value)
}

// originOf returns the origin in the private state; false and the zero value if there is none.
func originOf(ctx context.Context, private privateState) (value origin, ok bool) {
	return value, getPrivate(ctx, private, originKey, &value)
}

// originIn returns the origin in an encoded private state; the zero value if there is none.
func originIn(private []byte) (value origin) {
	var keys map[string][]byte
	if json.Unmarshal(private, &keys) != nil || json.Unmarshal(keys[originKey], &value) != nil {
		return origin{}
	}
	return value
}

// successorKey is the key of successor in the private state of a plan.
const successorKey = "successor"

// successor is what the plan of a creation leaves for the destroy of the object that it replaces.
// Terraform gives the destroy the private state of the plan, also in another process and without a
// refresh. So a destroy knows what follows it.
type successor struct {
	// Digest is the digest of the new deployment, if it is Known.
	Digest uint64 `json:"digest,string"`
	// Known reports that all arguments of the new deployment were known in the plan.
	Known bool `json:"known"`
	// Failed reports that the provider planned the replacement, because the action had failed.
	Failed bool `json:"failed,omitempty"`
	// Changed reports that arguments differ from the state.
	Changed bool `json:"changed,omitempty"`
	// Policy judges the existing deployment.
	Policy deployment.Policy `json:"policy"`
	// Accepts reports that a failure of the existing deployment is accepted.
	Accepts bool `json:"accepts,omitempty"`
	// Ignores reports that the new deployment ignores identical ones.
	Ignores bool `json:"ignores,omitempty"`
	// Again reports that a remediation deploys again, and asks those that have not answered.
	Again bool `json:"again,omitempty"`
}

// differs reports whether the new deployment is another one than that with a digest. An argument
// that changed in Tanium differs from the state, and the new deployment is that with the digest.
func (s successor) differs(digest uint64) bool {
	if !s.Known {
		return s.Changed
	}
	return s.Digest != digest
}

// successorOf returns the successor in the private state; false if there is none.
func successorOf(ctx context.Context, private privateState) (value successor, ok bool) {
	return value, getPrivate(ctx, private, successorKey, &value)
}

// setPrivate encodes a value into the private state.
func setPrivate(ctx context.Context, private privateWriter, key string, value any) diag.Diagnostics {
	encoded, err := json.Marshal(value)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Bug in the provider",
			fmt.Sprintf("The private state %q cannot be encoded: %s. Please report this.", key, err))}
	}
	return private.SetKey(ctx, key, encoded)
}

// getPrivate decodes a value of the private state, and reports whether there is one.
func getPrivate(ctx context.Context, private privateState, key string, value any) bool {
	encoded, _ := private.GetKey(ctx, key)
	return len(encoded) > 0 && json.Unmarshal(encoded, value) == nil
}
