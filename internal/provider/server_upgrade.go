// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
)

// UpgradeResourceState returns the state of an action as it is, if every value in it has a place in
// the schema. Terraform accepts JSON. The framework decodes a state and encodes it again, also one
// of the current version, and omits values that have no place.
func (s *server) UpgradeResourceState(
	ctx context.Context, req *tfprotov6.UpgradeResourceStateRequest,
) (*tfprotov6.UpgradeResourceStateResponse, error) {
	s.hold(req)
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

// hold records the deployment of an action in the state, which Terraform upgrades before it plans.
func (s *server) hold(req *tfprotov6.UpgradeResourceStateRequest) {
	var state struct {
		Marker string `json:"marker"`
	}
	env := s.configured()
	if req.TypeName != actionTypeName || req.RawState == nil || env == nil ||
		json.Unmarshal(req.RawState.JSON, &state) != nil {
		return
	}
	if marker, ok := deployment.MarkerOf(state.Marker); ok {
		env.dispatcher.Hold(marker)
	}
}

// fits reports whether a decoded JSON value is one of a type of Terraform. A missing attribute is
// null.
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
	case tftypes.Tuple:
		elements, ok := value.([]any)
		ok = ok && len(elements) == len(kind.ElementTypes)
		for i := 0; ok && i < len(elements); i++ {
			ok = fits(elements[i], kind.ElementTypes[i])
		}
		return ok
	}
	switch value := value.(type) {
	case string:
		return kind.Is(tftypes.String)
	case bool:
		return kind.Is(tftypes.Bool)
	case float64:
		return kind.Is(tftypes.Number)
	case map[string]any:
		return kind.Is(tftypes.DynamicPseudoType) && dynamicFits(value)
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

// dynamicFits reports whether a dynamic value is of the type that is beside it. Terraform decodes
// it by that type, and is stricter than the framework. It panics on a list of dynamic values of
// several types, and never writes one.
func dynamicFits(pair map[string]any) bool {
	encoded, err := json.Marshal(pair["type"])
	if err != nil || len(pair) != 2 || pair["type"] == nil || pair["value"] == nil {
		return false
	}
	kind, err := tftypes.ParseJSONType(encoded) //nolint:staticcheck // the only decoder of types
	return err == nil && !hasDynamic(kind) && fits(pair["value"], kind)
}

// hasDynamic reports whether a type is dynamic, or has a part that is.
func hasDynamic(kind tftypes.Type) bool {
	switch kind := kind.(type) {
	case tftypes.Object:
		for _, attribute := range kind.AttributeTypes {
			if hasDynamic(attribute) {
				return true
			}
		}
		return false
	case tftypes.Tuple:
		return slices.ContainsFunc(kind.ElementTypes, hasDynamic)
	case tftypes.Map:
		return hasDynamic(kind.ElementType)
	case tftypes.List:
		return hasDynamic(kind.ElementType)
	case tftypes.Set:
		return hasDynamic(kind.ElementType)
	default:
		return kind.Is(tftypes.DynamicPseudoType)
	}
}
