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

// filterGuide is where the language of filters is documented, once for all attributes.
const filterGuide = "[the guide to filters](../guides/filters.md)"

// filterAttribute is a filter of endpoints. Its type is dynamic and it is decoded here, because
// Terraform drops the keys that a nested attribute's type does not have without a word, and because
// a filter nests to any depth.
func filterAttribute(description string) schema.DynamicAttribute {
	return schema.DynamicAttribute{Optional: true, MarkdownDescription: description + " See " + filterGuide + "."}
}

// refAttribute names an object of Tanium by id or by name. It is dynamic for the same reason.
func refAttribute(description string) schema.DynamicAttribute {
	return schema.DynamicAttribute{
		Optional:            true,
		MarkdownDescription: description + " An object with `name` or `id`, such as `{ name = \"All Computers\" }`.",
	}
}

func filterFrom(value types.Dynamic, at catalog.Path, use targeting.Use) targeting.Decoded[*targeting.Filter] {
	return targeting.DecodeFilter(plain(value), at, use)
}

func refFrom(value types.Dynamic, at catalog.Path, noun string) targeting.Decoded[*gateway.Ref] {
	return targeting.DecodeRef(plain(value), at, noun)
}
