// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// withTypes builds the types of nested attributes and blocks once. The framework builds the type of
// one that has no type of its own from its attributes, at each step of each path into a value: that
// was a sixth of the time of a plan that changes nothing.
func withTypes(made schema.Schema) schema.Schema {
	for name, attribute := range made.Attributes {
		made.Attributes[name] = typedAttribute(attribute)
	}
	for name, block := range made.Blocks {
		made.Blocks[name] = typedBlock(block)
	}
	return made
}

func typedAttribute(attribute schema.Attribute) schema.Attribute {
	switch attribute := attribute.(type) {
	case schema.SingleNestedAttribute:
		for name, inner := range attribute.Attributes {
			attribute.Attributes[name] = typedAttribute(inner)
		}
		attribute.CustomType, _ = attribute.GetType().(types.ObjectType)
		return attribute
	case schema.ListNestedAttribute:
		for name, inner := range attribute.NestedObject.Attributes {
			attribute.NestedObject.Attributes[name] = typedAttribute(inner)
		}
		attribute.NestedObject.CustomType, _ = attribute.NestedObject.Type().(types.ObjectType)
		attribute.CustomType, _ = attribute.GetType().(types.ListType)
		return attribute
	default:
		return attribute
	}
}

func typedBlock(block schema.Block) schema.Block {
	single, ok := block.(schema.SingleNestedBlock)
	if !ok || single.CustomType != nil { // timeouts have a type of their own
		return block
	}
	for name, inner := range single.Attributes {
		single.Attributes[name] = typedAttribute(inner)
	}
	for name, inner := range single.Blocks {
		single.Blocks[name] = typedBlock(inner)
	}
	single.CustomType, _ = single.Type().(types.ObjectType)
	return single
}
