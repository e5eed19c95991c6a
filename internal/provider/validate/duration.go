// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package validate

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// Duration accepts a Go duration that is not shorter than a minimum.
type Duration struct {
	// Min is the shortest duration that is accepted.
	Min time.Duration
}

var _ validator.String = Duration{}

// Description describes the accepted values.
func (v Duration) Description(context.Context) string {
	return fmt.Sprintf("a duration of at least %s", v.Min)
}

// MarkdownDescription describes the accepted values.
func (v Duration) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateString reports a value that is not a duration, or is too short.
func (v Duration) ValidateString(
	_ context.Context, req validator.StringRequest, resp *validator.StringResponse,
) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	given := req.ConfigValue.ValueString()
	if problem := checkDuration(given, v.Min); problem != "" {
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
