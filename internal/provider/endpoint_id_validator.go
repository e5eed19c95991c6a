// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// endpointIDValidator accepts an endpoint ID in the form that Tanium uses. With another form, such
// as one with a leading zero, the preview finds the endpoint and the action does not run on it.
type endpointIDValidator struct{}

var _ validator.String = endpointIDValidator{}

// Description describes the accepted values.
func (endpointIDValidator) Description(context.Context) string {
	return "an endpoint ID without spaces and leading zeros"
}

// MarkdownDescription describes the accepted values.
func (v endpointIDValidator) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

// ValidateString reports an ID that is empty or has another form.
func (endpointIDValidator) ValidateString(
	_ context.Context, req validator.StringRequest, resp *validator.StringResponse,
) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	given := req.ConfigValue.ValueString()
	if canonical := canonicalID(given); canonical != given || given == "" {
		detail := "An endpoint ID must not be empty."
		if canonical != "" {
			detail = fmt.Sprintf("%q is not the form that Tanium uses for this ID. Use %q.", given, canonical)
		}
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid endpoint ID", detail)
	}
}

// canonicalID returns an ID without spaces and, if it is a number, without a sign and leading
// zeros.
func canonicalID(given string) string {
	trimmed := strings.Join(strings.Fields(given), "")
	number := regexp.MustCompile(`^\+?0*([0-9]+)$`).FindStringSubmatch(trimmed)
	if number == nil {
		return trimmed
	}
	return number[1]
}
