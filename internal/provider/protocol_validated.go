// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"slices"
	"sync"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// validatedKey is the key of the digest of the configuration in the private state of an object.
const validatedKey = "validated"

// validated has the configurations of resources that the framework has found nothing wrong with.
// The framework takes milliseconds of CPU to validate a configuration, and Terraform has it done
// for each object of each plan. An apply stores a digest of the configuration in the private state,
// and the refresh of the object, which comes before the validation in the plan, reads it.
type validated struct {
	// version is the provider's: another version may find something wrong.
	version string
	digests sync.Map
}

// add adds a configuration of a resource.
func (v *validated) add(typeName string, config *tfprotov6.DynamicValue) {
	if digest := v.digest(typeName, config); digest != "" {
		v.digests.Store(digest, true)
	}
}

// has reports whether a configuration was added.
func (v *validated) has(typeName string, config *tfprotov6.DynamicValue) bool {
	_, found := v.digests.Load(v.digest(typeName, config))
	return found
}

// addPrivate adds the configuration of which a private state has the digest.
func (v *validated) addPrivate(private []byte) {
	var keys map[string][]byte
	var digest string
	if json.Unmarshal(private, &keys) == nil && json.Unmarshal(keys[validatedKey], &digest) == nil {
		v.digests.Store(digest, true)
	}
}

// inPrivate returns a private state with the digest of a configuration. A configuration that was
// not added leaves the private state as it is. So does one with write-only values: somebody who has
// the state could guess them and compare the digests.
func (v *validated) inPrivate(
	private []byte, typeName string, schema *tfprotov6.Schema, config *tfprotov6.DynamicValue,
) []byte {
	if schema == nil || !v.has(typeName, config) {
		return private
	}
	value, err := config.Unmarshal(schema.ValueType())
	if err != nil || setsWriteOnly(schema.Block, value) {
		return private
	}
	keys := map[string][]byte{}
	if len(private) > 0 && json.Unmarshal(private, &keys) != nil {
		return private
	}
	keys[validatedKey], err = json.Marshal(v.digest(typeName, config))
	if err != nil {
		return private
	}
	with, err := json.Marshal(keys)
	if err != nil {
		return private
	}
	return with
}

// digest identifies the configuration of a resource; empty for none.
func (v *validated) digest(typeName string, config *tfprotov6.DynamicValue) string {
	if config == nil || len(config.MsgPack) == 0 {
		return ""
	}
	sum := sha256.Sum256(slices.Concat([]byte(v.version+"\x00"+typeName+"\x00"), config.MsgPack))
	return base64.RawStdEncoding.EncodeToString(sum[:16]) // short, because a state is written often
}

// setsWriteOnly reports whether a configuration may set a write-only attribute of a block or of the
// single blocks in it. No schema has one elsewhere.
func setsWriteOnly(block *tfprotov6.SchemaBlock, value tftypes.Value) bool {
	fields := map[string]tftypes.Value{}
	if value.IsNull() {
		return false
	}
	if !value.IsKnown() || value.As(&fields) != nil {
		return true
	}
	for _, attribute := range block.Attributes {
		if attribute.WriteOnly && !fields[attribute.Name].IsNull() {
			return true
		}
	}
	return slices.ContainsFunc(block.BlockTypes, func(nested *tfprotov6.SchemaNestedBlock) bool {
		return setsWriteOnly(nested.Block, fields[nested.TypeName])
	})
}
