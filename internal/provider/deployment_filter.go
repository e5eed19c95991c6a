// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

// filterGuide links to the documentation of filters.
const filterGuide = "[the guide to filters](../guides/filters.md)"

// filterAttribute returns the schema of an endpoint filter. Its type is dynamic, because filters
// nest to any depth, and because Terraform silently drops unknown keys of a nested attribute. The
// provider decodes the value itself.
func filterAttribute(description string) schema.DynamicAttribute {
	return schema.DynamicAttribute{Optional: true, MarkdownDescription: description + " See " + filterGuide + "."}
}

// refAttribute returns the schema of a reference to a Tanium object by id or name. It is dynamic so
// that the provider can report unknown keys.
func refAttribute(description string) schema.DynamicAttribute {
	return schema.DynamicAttribute{
		Optional: true,
		MarkdownDescription: description + " An object with either `name` or `id`, such as `{ name = \"All " +
			"Computers\" }`.",
	}
}

// filterFrom decodes a filter.
func filterFrom(value types.Dynamic, at catalog.Path, use targeting.Use) targeting.Decoded[*targeting.Filter] {
	return targeting.DecodeFilter(plain(value), at, use)
}

// refFrom decodes a reference. The noun names the object in messages.
func refFrom(value types.Dynamic, at catalog.Path, noun string) targeting.Decoded[*gateway.Ref] {
	return targeting.DecodeRef(plain(value), at, noun)
}
