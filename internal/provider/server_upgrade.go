// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// UpgradeResourceState returns the state of an action as it is, if every value in it has a place in
// the schema. Terraform accepts JSON. The framework decodes a state and encodes it again, also one
// of the current version, and omits values that have no place.
func (s *server) UpgradeResourceState(
	ctx context.Context, req *tfprotov6.UpgradeResourceStateRequest,
) (*tfprotov6.UpgradeResourceStateResponse, error) {
	s.loadSchema(ctx)
	var value any
	if req.TypeName != actionTypeName || req.RawState == nil || s.kind == nil || req.Version != s.version ||
		json.Unmarshal(req.RawState.JSON, &value) != nil || value == nil || !fits(value, s.kind) {
		return s.frameworkServer.UpgradeResourceState(ctx, req)
	}
	return &tfprotov6.UpgradeResourceStateResponse{
		UpgradedState: &tfprotov6.DynamicValue{JSON: req.RawState.JSON},
	}, nil
}

// fits reports whether a decoded JSON value is one of a type of Terraform. A missing attribute is
// null. It does not know tuples, which no action has.
func fits(value any, kind tftypes.Type) bool {
	if value == nil {
		return true
	}
	switch kind := kind.(type) {
	case tftypes.Object:
		fields, ok := value.(map[string]any)
		for name, field := range fields {
			attribute, known := kind.AttributeTypes[name]
			ok = ok && known && fits(field, attribute)
		}
		return ok
	case tftypes.Map:
		elements, ok := value.(map[string]any)
		for _, element := range elements {
			ok = ok && fits(element, kind.ElementType)
		}
		return ok
	case tftypes.List:
		return allFit(value, kind.ElementType)
	case tftypes.Set:
		return allFit(value, kind.ElementType)
	}
	switch value := value.(type) {
	case string:
		return kind.Is(tftypes.String)
	case bool:
		return kind.Is(tftypes.Bool)
	case float64:
		return kind.Is(tftypes.Number)
	case map[string]any: // a dynamic value is in an object with its type, by which Terraform decodes it
		return kind.Is(tftypes.DynamicPseudoType) && len(value) == 2 && value["type"] != nil && value["value"] != nil
	default:
		return false
	}
}

// allFit reports whether a decoded JSON value is a list of values of a type.
func allFit(value any, kind tftypes.Type) bool {
	elements, ok := value.([]any)
	for _, element := range elements {
		ok = ok && fits(element, kind)
	}
	return ok
}
