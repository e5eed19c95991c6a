// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"maps"
	"net/textproto"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// headers returns the further headers of requests. An error has a header's name, and never its
// value.
func (m providerModel) headers(diags *diag.Diagnostics) map[string]string {
	at := path.Root("headers")
	const unknown = "Provider configuration is not known yet"
	const first = "depends on a value that is known only after apply. Apply the source of the value first with " +
		"-target, or set a value that is known."
	if m.Headers.IsUnknown() {
		diags.AddAttributeError(at, unknown, "headers "+first)
		return nil
	}
	headers, elements := map[string]string{}, m.Headers.Elements()
	spelled := map[string]string{} // the names as they are sent
	for _, name := range slices.Sorted(maps.Keys(elements)) {
		value, ok := elements[name].(types.String)
		if !ok || value.IsUnknown() {
			diags.AddAttributeError(at.AtMapKey(name), unknown, fmt.Sprintf("The header %q %s", name, first))
			continue
		}
		if err := gateway.CheckHeader(name, value.ValueString()); err != nil {
			diags.AddAttributeError(at.AtMapKey(name), "Invalid header", fmt.Sprintf("The header %q %s.", name, err))
			continue
		}
		sent := textproto.CanonicalMIMEHeaderKey(name)
		if other, twice := spelled[sent]; twice {
			diags.AddAttributeError(at.AtMapKey(name), "Duplicate header",
				fmt.Sprintf("The headers %q and %q are the same, because case does not count.", other, name))
			continue
		}
		spelled[sent], headers[name] = name, value.ValueString()
	}
	return headers
}
