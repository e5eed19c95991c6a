// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/provider/conceal"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

// settings are what a configuration says of a deployment. They are decoded once and passed on. They
// have only the values that are known.
type settings struct {
	request deployment.Request
	// known are the blocks that are wholly known. complete reports that the whole request is.
	known    deployment.Known
	complete bool
	guard    deployment.Guard
	// reviewedUnknown reports that the reviewed set of the guard is set and not known.
	reviewedUnknown bool
	preview         targeting.PreviewOptions
	// waitFor are the endpoints that the deployment waits for; nil for none.
	waitFor *deployment.WaitFor
	// notices reports that plans show notices.
	notices bool
	wait    waitOptions
	// timeout is the timeout of the wait, by its name in the block timeouts; nil for the default.
	timeout     *time.Duration
	timeoutName string
	report      deployment.FailureReport
	duplicates  deployment.OnDuplicate
	// duplicatesKnown reports that what to do about an identical deployment is known.
	duplicatesKnown bool
	// acceptsFailure and acceptsTimeout report that a failure or a timeout is a warning.
	acceptsFailure, acceptsTimeout bool
	// problems are the invalid arguments. A deployment with one is not made.
	problems []catalog.Problem
}

// waitOptions configure how an apply waits for an action.
type waitOptions struct {
	// known reports that the block is wholly known. One that is not known at all is not enabled.
	known, enabled bool
	policy         deployment.Policy
	interval       time.Duration
	// bake is how long to observe an action that succeeded.
	bake time.Duration
	// approval is what to do while the action requires an approval; empty to wait.
	approval string
}

// configuredPackage returns the block package of a configuration, which alone has the write-only
// parameters: a plan and a state have null in their place.
func configuredPackage(ctx context.Context, config tfsdk.Config, diags *diag.Diagnostics) types.Object {
	var configured types.Object
	diags.Append(config.GetAttribute(ctx, path.Root("package"), &configured)...)
	return configured
}

// settings decodes the configuration. configured is its block package; see configuredPackage.
func (m deploymentModel) settings(ctx context.Context, configured types.Object) settings {
	given := settings{
		request: deployment.Request{
			Name:      m.Name.ValueString(),
			Comment:   m.Comment.ValueString(),
			Package:   packageFrom(m.Package),
			Operation: operationFrom(m.Operation),
			Schedule:  scheduleFrom(m.Schedule),
		},
		known: deployment.Known{
			Package:  whollyKnown(ctx, m.Package, configured),
			Targets:  whollyKnown(ctx, m.Targets),
			Schedule: whollyKnown(ctx, m.Schedule),
			Guard:    whollyKnown(ctx, m.Guard),
		},
		guard:          guardFrom(m.Guard),
		preview:        previewFrom(m.Preview),
		waitFor:        waitForFrom(m.Preview),
		notices:        showsNotices(m.Preview),
		wait:           waitFrom(m.Wait),
		report:         reportFrom(m.Report),
		duplicates:     duplicatesFrom(m.OnDuplicate),
		acceptsFailure: m.OnFailure.ValueString() == policyWarn,
		acceptsTimeout: m.OnTimeout.ValueString() == policyWarn,
	}
	given.wait.known = whollyKnown(ctx, m.Wait)
	given.complete = given.known.Package && given.known.Targets && given.known.Schedule &&
		whollyKnown(ctx, m.Name, m.Comment, m.Operation)
	given.duplicatesKnown = whollyKnown(ctx, m.OnDuplicate) &&
		(given.duplicates != deployment.DuplicateAdopt || given.wait.known && whollyKnown(ctx, m.OnFailure))
	reviewed := m.Guard.Attributes()["reviewed"]
	given.reviewedUnknown = reviewed != nil && !whollyKnown(ctx, reviewed)
	given.request.Package.Secrets = secretsFrom(configured)
	given.request.Targets, given.problems = targetsFrom(m.Targets)
	given.problems = append(given.problems, m.validate(ctx, given, configured)...)
	return given
}

// settings decodes the configuration of the resource.
func (m actionModel) settings(ctx context.Context, configured types.Object) settings {
	given := m.deploymentModel.settings(ctx, configured)
	given.request.Triggers = texts(m.Triggers)
	given.complete = given.complete && whollyKnown(ctx, m.Triggers)
	given.setTimeout(m.Timeouts.Object, "create")
	if m.StopFinished.ValueBool() && given.known.Schedule && given.request.Schedule.Recurring() {
		given.problems = append(given.problems, catalog.Problem{
			Path: catalog.Path{"stop_when_finished"}, Summary: "A recurring action does not finish",
			Detail: "A recurring action is issued repeatedly. Remove stop_when_finished or " +
				"schedule.reissue_seconds.",
		})
	}
	return given
}

// setTimeout decodes the timeout of the wait, by its name in the block timeouts.
func (s *settings) setTimeout(block types.Object, name string) {
	s.timeoutName = name
	if timeout, err := time.ParseDuration(text(block.Attributes()[name])); err == nil {
		s.timeout = &timeout
	}
	s.problems = append(s.problems, checkTimeouts(block)...)
}

// conceal returns the concealment of the secrets.
func (s settings) conceal() conceal.Concealment {
	return conceal.Of(s.request.Package.Secrets.Values())
}

// quiet returns the settings of a report that shows no lines of action logs if there are secrets.
// An action that this run has not deployed may have other secrets than the configuration, which its
// log would show.
func (s settings) quiet() deployment.FailureReport {
	if len(s.request.Package.Secrets.Values()) > 0 {
		s.report.LogLines = 0
	}
	return s.report
}

// warns returns whether a wait that ended before the action finished is a warning.
func (s settings) warns(kind deployment.EndingKind) bool {
	if kind == deployment.Unapproved {
		return s.wait.approval != approvalFail
	}
	return s.acceptsTimeout
}

// onDuplicates returns what to do about identical deployments. With "adopt", it does not take over
// a deployment that has failed unless on_failure is "warn", because the next apply would replace
// it.
func (s settings) onDuplicates(now time.Time) deployment.Duplicates {
	return deployment.Duplicates{
		On: s.duplicates,
		Judge: func(parts []deployment.Part, targeted *int) deployment.Succession {
			return s.wait.policy.Succession(parts, targeted, s.acceptsFailure, false, now)
		},
	}
}
