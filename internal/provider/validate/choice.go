// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package validate

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
)

// Choice accepts one of some values, in their spelling.
type Choice []string

var _ validator.String = Choice{}

// Description describes the accepted values.
func (c Choice) Description(context.Context) string {
	return "one of " + strings.Join(c, ", ")
}

// MarkdownDescription describes the accepted values.
func (c Choice) MarkdownDescription(ctx context.Context) string { return c.Description(ctx) }

// ValidateString reports another value, and suggests the nearest.
func (c Choice) ValidateString(
	_ context.Context, req validator.StringRequest, resp *validator.StringResponse,
) {
	given := req.ConfigValue.ValueString()
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() || slices.Contains(c, given) {
		return
	}
	suggestion := ""
	if near := catalog.Nearest(given, c); len(near) > 0 {
		suggestion = fmt.Sprintf(" Did you mean %q?", near[0])
	}
	resp.Diagnostics.AddAttributeError(req.Path, "Invalid value",
		fmt.Sprintf("The value must be one of %s, not %q.%s", strings.Join(c, ", "), given, suggestion))
}
