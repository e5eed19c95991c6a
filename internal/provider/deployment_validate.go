// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

// ValidateConfig reports invalid arguments, as far as they are known, without a request to Tanium.
func (r *actionResource) ValidateConfig(
	ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse,
) {
	var model actionModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	model.configured = model.Package
	report(model.validate(ctx), &resp.Diagnostics)
}

// validate reports invalid arguments. It skips unknown values.
func (m deploymentModel) validate(ctx context.Context) []catalog.Problem {
	problems := slices.Concat(m.validateWork(ctx), m.validateTargets(),
		checkSource(m.previewSource(), catalog.Path{"preview", "source"}), m.validateGuard(ctx))
	if wait := waitFrom(m.Wait); whollyKnown(ctx, m.Wait) && !wait.enabled && wait.bake > 0 {
		problems = append(problems, catalog.Problem{
			Path: catalog.Path{"wait", "bake_time"}, Summary: "Bake time without a wait",
			Detail: "The bake time follows the wait for the action. Remove bake_time, or remove enabled = false.",
		})
	}
	if whollyKnown(ctx, m.Schedule) {
		problems = append(problems, scheduleFrom(m.Schedule).Validate(catalog.Path{"schedule"})...)
	}
	return problems
}

// validateGuard reports limits that contradict each other or the count.
func (m deploymentModel) validateGuard(ctx context.Context) (problems []catalog.Problem) {
	if guard := guardFrom(m.Guard); whollyKnown(ctx, m.Guard) && guard.Max != nil && *guard.Max < guard.Min {
		problems = append(problems, catalog.Problem{
			Path: catalog.Path{"guard", "max_endpoints"}, Summary: "Guard allows no deployment",
			Detail: fmt.Sprintf("max_endpoints is %d, and min_endpoints is %d. Increase max_endpoints, or decrease "+
				"min_endpoints. Its default is 1.", *guard.Max, guard.Min),
		})
	}
	live, _ := m.previewSource().Attributes()["live"].(types.Object)
	share, _ := live.Attributes()["min_percentage"].(types.Float64)
	if guardFrom(m.Guard).Limited() && !share.IsNull() && !share.IsUnknown() &&
		share.ValueFloat64() < targeting.MinAnswered {
		problems = append(problems, catalog.Problem{
			Path:    catalog.Path{"preview", "source", "live", "min_percentage"},
			Summary: "Count would not suffice for the guard",
			Detail: fmt.Sprintf("min_percentage is %g, so the count may end before most endpoints have answered. An "+
				"upper limit of guard requires at least %g. Increase min_percentage, or remove it.",
				share.ValueFloat64(), targeting.MinAnswered),
		})
	}
	return problems
}

// validate reports invalid arguments. It skips unknown values.
func (m actionModel) validate(ctx context.Context) []catalog.Problem {
	problems := m.deploymentModel.validate(ctx)
	if m.StopFinished.ValueBool() && whollyKnown(ctx, m.Schedule) && m.recurring() {
		problems = append(problems,
			catalog.Problem{Path: catalog.Path{"stop_when_finished"}, Summary: "A recurring action does not finish",
				Detail: "A recurring action is issued repeatedly. Remove stop_when_finished or " +
					"schedule.reissue_seconds."})
	}
	return append(problems, checkTimeouts(m.Timeouts.Object)...)
}

// validateWork reports invalid blocks package and operation.
func (m deploymentModel) validateWork(ctx context.Context) []catalog.Problem {
	switch {
	case undecided(m.Package) || undecided(m.Operation):
		return nil
	case m.Package.IsNull() && m.Operation.IsNull():
		return []catalog.Problem{{
			Summary: "Missing package or operation",
			Detail:  "An action requires one of the blocks package { } and operation { }.",
		}}
	case !m.Package.IsNull() && !m.Operation.IsNull():
		return []catalog.Problem{{Path: catalog.Path{"operation"}, Summary: "Conflicting package and operation",
			Detail: "An action runs either a package or an operation. Remove one of the blocks package and operation."}}
	case !m.Operation.IsNull():
		if !whollyKnown(ctx, m.Operation, m.Targets) {
			return nil
		}
		at := catalog.Path{"operation"}
		problems := operationFrom(m.Operation).Validate(at, targetsFrom(m.Targets).Platforms)
		return append(problems, checkClientSetting(m.Operation, at.At("change_client_setting"))...)
	}
	id, name := m.Package.Attributes()["id"], m.Package.Attributes()["name"]
	switch at := (catalog.Path{"package"}); {
	case (id.IsUnknown() || name.IsUnknown() || id.IsNull() != name.IsNull()) &&
		whollyKnown(ctx, m.Package, m.configured):
		return m.validateSecrets(at)
	case id.IsUnknown() || name.IsUnknown() || id.IsNull() != name.IsNull():
		return nil
	case id.IsNull():
		return []catalog.Problem{{Path: at, Summary: "Missing package name", Detail: "Set either name or id."}}
	default:
		return []catalog.Problem{{
			Path:    at.At("id"),
			Summary: "Conflicting package name and ID",
			Detail:  "Set either name or id, not both.",
		}}
	}
}

// validateTargets reports targets with an invalid form, as far as they are known.
func (m deploymentModel) validateTargets() []catalog.Problem {
	if m.Targets.IsUnknown() {
		return nil
	}
	if m.Targets.IsNull() {
		return []catalog.Problem{{Summary: "Missing targets",
			Detail: `An action requires the block targets { }, with at least ` +
				`action_group = { name = "All Computers" }.`}}
	}
	_, problems := decodeTargets(m.Targets)
	return problems
}

// checkTimeouts reports a timeout that is not positive. The library reports one that is not a
// duration.
func checkTimeouts(given types.Object) []catalog.Problem {
	var problems []catalog.Problem
	for _, name := range slices.Sorted(maps.Keys(given.Attributes())) {
		timeout, err := time.ParseDuration(text(given.Attributes()[name]))
		if err == nil && timeout <= 0 {
			problems = append(problems,
				catalog.Problem{Path: catalog.Path{"timeouts", name}, Summary: "Invalid timeout",
					Detail: fmt.Sprintf("The timeout is %s. Use a positive duration, such as 30m.", timeout)})
		}
	}
	return problems
}

// previewSource returns the source of the preview; null if there is none.
func (m deploymentModel) previewSource() types.Object {
	source, _ := m.Preview.Attributes()["source"].(types.Object)
	return source
}

// checkStart reports a timeout of the wait, given by its name in the block timeouts, that ends
// before the action starts.
func (m deploymentModel) checkStart(given types.Object, name string, now time.Time) []catalog.Problem {
	start := scheduleFrom(m.Schedule).StartTime
	timeout, err := time.ParseDuration(text(given.Attributes()[name]))
	if start == nil || err != nil || !m.waitEnabled() || start.Sub(now) < timeout {
		return nil
	}
	return []catalog.Problem{{Path: catalog.Path{"timeouts", name},
		Summary: "Timeout ends before the action starts",
		Detail: fmt.Sprintf("The action starts at %s, in %s, and the wait would end after %s. "+
			"Increase the timeout or set wait { enabled = false }.", deployment.FormatTime(*start),
			start.Sub(now).Round(time.Second), timeout)}}
}
