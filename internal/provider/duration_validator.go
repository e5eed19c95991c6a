// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// minPollInterval is the shortest interval between two reads of the status.
const minPollInterval = time.Second

// durationValidator accepts a Go duration that is not shorter than a minimum.
type durationValidator struct{ min time.Duration }

var _ validator.String = durationValidator{}

// Description describes the accepted values.
func (v durationValidator) Description(context.Context) string {
	return fmt.Sprintf("a duration of at least %s", v.min)
}

// MarkdownDescription describes the accepted values.
func (v durationValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateString reports a value that is not a duration, or is too short.
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

// checkDuration returns what is wrong with a duration; empty if it is valid.
func checkDuration(given string, minimum time.Duration) string {
	duration, err := time.ParseDuration(given)
	switch {
	case err != nil:
		return fmt.Sprintf("%q is not a duration. Use a number and a unit, such as \"10s\", \"5m\" or "+
			"\"1h30m\". There is no unit for days: \"24h\" is a day.", given)
	case duration < minimum:
		return fmt.Sprintf("%q is too short. It must be at least %s.", given, minimum)
	default:
		return ""
	}
}
