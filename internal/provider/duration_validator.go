// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// minPollInterval keeps a wait from asking the server without pause.
const minPollInterval = time.Second

// durationValidator accepts a Go duration of at least a minimum.
type durationValidator struct{ min time.Duration }

var _ validator.String = durationValidator{}

// Description says what is accepted.
func (v durationValidator) Description(context.Context) string {
	return fmt.Sprintf("a duration of at least %s", v.min)
}

// MarkdownDescription says what is accepted.
func (v durationValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateString reports a text that is no duration, and a duration that is too short.
func (v durationValidator) ValidateString(
	_ context.Context, req validator.StringRequest, resp *validator.StringResponse,
) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	given := req.ConfigValue.ValueString()
	if problem := checkDuration(given, v.min); problem != "" {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid duration", problem)
	}
}

// checkDuration says what is wrong with a duration; empty for nothing.
func checkDuration(given string, least time.Duration) string {
	duration, err := time.ParseDuration(given)
	switch {
	case err != nil:
		return fmt.Sprintf("%q is no duration. Give a number and a unit, such as \"10s\", \"5m\" or \"1h30m\".", given)
	case duration < least:
		return fmt.Sprintf("%q is too short: it must be at least %s.", given, least)
	default:
		return ""
	}
}
