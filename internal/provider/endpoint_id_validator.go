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

// endpointIDValidator accepts an endpoint ID as Tanium writes it. In another spelling, such as with
// a leading zero, a preview would find the endpoint and the action would not run on it.
type endpointIDValidator struct{}

var _ validator.String = endpointIDValidator{}

// Description says what is accepted.
func (endpointIDValidator) Description(context.Context) string {
	return "an endpoint ID without blanks and leading zeros"
}

// MarkdownDescription says what is accepted.
func (v endpointIDValidator) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

// ValidateString reports another spelling.
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
			detail = fmt.Sprintf("%q is not how Tanium writes this ID. Write %q.", given, canonical)
		}
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid endpoint ID", detail)
	}
}

// canonicalID is an ID without blanks and, of a number, without a sign and leading zeros.
func canonicalID(given string) string {
	trimmed := strings.Join(strings.Fields(given), "")
	number := regexp.MustCompile(`^\+?0*([0-9]+)$`).FindStringSubmatch(trimmed)
	if number == nil {
		return trimmed
	}
	return number[1]
}
