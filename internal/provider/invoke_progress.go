// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/provider/message"
)

// Pauses between two lines about the progress of an action.
const (
	// minProgressPause is the pause before a line that says something new.
	minProgressPause = 3 * time.Second
	// maxProgressPause is the pause before a line that repeats the last one, so that a person sees
	// that the wait continues. A watch has a round or an idle call at least every half minute, and
	// a minute must not pass without a line.
	maxProgressPause = 30 * time.Second
)

// progress makes the lines about a deployment while an invocation waits for it.
type progress struct {
	// send sends a line to Terraform.
	send func(line string)
	// targeted is the number of endpoints; nil if unknown.
	targeted *int
	// url is the page of the action in the console, by the action's ID; empty for no action.
	url func(actionID string) string

	begun, last time.Time
	reported    string // what the last line says of the deployment
	parts       []deployment.Part
}

// at reports the parts as read at a time, if they say something new or the last line is long ago.
// With nil, nothing was read.
func (p *progress) at(now time.Time, parts []deployment.Part) {
	if parts != nil {
		p.parts = parts
	}
	if p.begun.IsZero() {
		p.begun = now
	}
	state := progressState(p.parts, p.targeted)
	since := now.Sub(p.last)
	done := p.targeted != nil && deployment.Ended(p.parts) == *p.targeted
	news := state != p.reported && (since >= minProgressPause || done)
	if !p.last.IsZero() && !news && since < maxProgressPause {
		return
	}
	p.last, p.reported = now, state
	elapsed := now.Sub(p.begun).Round(time.Second)
	p.send(fmt.Sprintf("Action %s: %s, %s elapsed.%s", message.AllPartIDs(p.parts), state, elapsed,
		message.ConsoleLink(p.url(p.parts[0].ActionID))))
}

// sendTo sends a line of progress, unless the invocation was interrupted: Terraform takes one more
// event then, which must be the last one, with the diagnostics.
func sendTo(ctx context.Context, resp *action.InvokeResponse, line string) {
	if ctx.Err() == nil {
		resp.SendProgress(action.InvokeProgressEvent{Message: line})
	}
}

// reportTo adds diagnostics to the answer to an invocation, and sends warnings as progress as well:
// Terraform 1.16 drops the warnings of an action that a resource triggers.
func reportTo(ctx context.Context, resp *action.InvokeResponse, diagnostics ...diag.Diagnostic) {
	resp.Diagnostics.Append(diagnostics...)
	for _, each := range diagnostics {
		if each.Severity() == diag.SeverityWarning {
			first, _, _ := strings.Cut(each.Detail(), "\n")
			sendTo(ctx, resp, "Warning: "+each.Summary()+": "+first)
		}
	}
}

// progressState says how far a deployment to a number of endpoints is.
func progressState(parts []deployment.Part, targeted *int) string {
	of := ""
	if targeted != nil {
		of = fmt.Sprintf(" of %d", *targeted)
	}
	return fmt.Sprintf("%s, %d%s endpoints done (%s)", message.Status(parts), deployment.Ended(parts), of,
		deployment.Results(parts))
}
