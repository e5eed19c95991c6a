// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/provider/message"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

// limit is an argument that limits which endpoints a deployment reaches.
type limit struct {
	path catalog.Path
	// known reports that the argument itself is known. Values in it may not be: one that is null
	// later is an error, and does not lift the limit.
	known bool
}

// limits returns the limits that are set, also those that are not known yet.
func (m deploymentModel) limits() []limit {
	var set []limit
	add := func(block string, object types.Object, names ...string) {
		if object.IsUnknown() {
			set = append(set, limit{path: catalog.Path{block}})
		}
		for _, name := range names {
			if value := plain(object.Attributes()[name]); value != nil {
				set = append(set, limit{catalog.Path{block, name}, value != any(targeting.Unknown{})})
			}
		}
	}
	add("guard", m.Guard, "max_endpoints", "expected_endpoints", "allowed_endpoint_ids", "reviewed")
	add("targets", m.Targets, "filter", "computer_group", "endpoint_ids", "platforms")
	return set
}

// limitedBy returns the attribute limited_by of a plan. Terraform compares it with that of the plan
// that it makes once more during the apply, when all values are known: a limit that was not known
// before, and is null then, would let the deployment reach more endpoints than the plan allows for.
// The protocol tells the provider nothing of the earlier plan.
func (m deploymentModel) limitedBy() types.Set {
	elements := []attr.Value{}
	for _, each := range m.limits() {
		elements = append(elements, types.StringValue(each.path.String()))
	}
	return types.SetValueMust(types.StringType, elements)
}

// unknownLimits returns an error for each limit of a Terraform action that is not known in the
// plan. The invocation could not tell one that is null then from one that was never set.
func (m deploymentModel) unknownLimits() (diags diag.Diagnostics) {
	for _, each := range m.limits() {
		if !each.known {
			diags.Append(message.UnknownLimit(each.path))
		}
	}
	return diags
}
