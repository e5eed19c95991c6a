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
	"github.com/tanium-community/terraform-provider-tanium/internal/provider/message"
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
	message.Report(model.settings(ctx, model.Package).problems, &resp.Diagnostics)
}

// validate reports invalid arguments, except for targets. It skips unknown values.
func (m deploymentModel) validate(ctx context.Context, given settings, configured types.Object) []catalog.Problem {
	source, _ := m.Preview.Attributes()["source"].(types.Object)
	problems := slices.Concat(m.validateWork(ctx, given, configured),
		checkSource(source, catalog.Path{"preview", "source"}), given.validateGuard(source))
	problems = append(problems, given.validateWaitFor(m.Preview)...)
	if given.wait.known && !given.wait.enabled && given.wait.bake > 0 {
		problems = append(problems, catalog.Problem{
			Path: catalog.Path{"wait", "bake_time"}, Summary: "Bake time without a wait",
			Detail: "The bake time follows the wait for the action. Remove bake_time, or remove enabled = false.",
		})
	}
	if given.known.Schedule {
		problems = append(problems, given.request.Schedule.Validate(catalog.Path{"schedule"})...)
	}
	return problems
}

// validateWaitFor reports endpoints to wait for that are not given, or that nobody can review.
func (s settings) validateWaitFor(preview types.Object) []catalog.Problem {
	block, _ := preview.Attributes()["wait_for"].(types.Object)
	at := catalog.Path{"preview", "wait_for"}
	switch endpoints := block.Attributes()["endpoints"]; {
	case block.IsNull() || undecided(block) || endpoints.IsUnknown():
		return nil
	case endpoints.IsNull():
		return []catalog.Problem{{Path: at.At("endpoints"), Summary: "Missing number of endpoints",
			Detail: "wait_for requires the number of endpoints to wait for."}}
	case s.guard.Reviewed != nil || s.reviewedUnknown:
		return []catalog.Problem{{Path: at, Summary: "Endpoints that appear later cannot be reviewed",
			Detail: "guard.reviewed allows the endpoints of the plan alone, and wait_for waits for others. Remove " +
				"one of them. max_endpoints limits a deployment that waits."}}
	default:
		return nil
	}
}

// validateGuard reports limits that contradict each other or the source of the count.
func (s settings) validateGuard(source types.Object) (problems []catalog.Problem) {
	// A negative maximum is reported where it stands.
	if guard := s.guard; s.known.Guard && guard.Max != nil && *guard.Max >= 0 && *guard.Max < guard.Min {
		problems = append(problems, catalog.Problem{
			Path: catalog.Path{"guard", "max_endpoints"}, Summary: "Guard allows no deployment",
			Detail: fmt.Sprintf("max_endpoints is %d, and min_endpoints is %d. Increase max_endpoints, or decrease "+
				"min_endpoints. Its default is 1.", *guard.Max, guard.Min),
		})
	}
	if guard := s.guard; s.known.Guard && guard.MaxGrowthPercent > 0 && guard.Expected == nil && guard.Reviewed == nil {
		problems = append(problems, catalog.Problem{
			Path: catalog.Path{"guard", "max_growth_percent"}, Summary: "Growth of nothing",
			Detail: "max_growth_percent is a share of expected_endpoints or of reviewed. Set one of them, or remove " +
				"it.",
		})
	}
	live, _ := source.Attributes()["live"].(types.Object)
	share, _ := live.Attributes()["min_percentage"].(types.Float64)
	if s.guard.Limited() && !share.IsNull() && !share.IsUnknown() &&
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

// validateWork reports invalid blocks package and operation.
func (m deploymentModel) validateWork(
	ctx context.Context, given settings, configured types.Object,
) []catalog.Problem {
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
		if !whollyKnown(ctx, m.Operation) || !given.known.Targets {
			return nil
		}
		at := catalog.Path{"operation"}
		problems := given.request.Operation.Validate(at, given.request.Targets.Platforms)
		return append(problems, checkClientSetting(m.Operation, at.At("change_client_setting"))...)
	}
	id, name := m.Package.Attributes()["id"], m.Package.Attributes()["name"]
	switch at := (catalog.Path{"package"}); {
	case (id.IsUnknown() || name.IsUnknown() || id.IsNull() != name.IsNull()) && given.known.Package:
		return checkSecrets(given.request.Package, configured, at)
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

// checkStart reports a timeout of the wait that ends before the action starts.
func (s settings) checkStart(now time.Time) []catalog.Problem {
	start := s.request.Schedule.StartTime
	if start == nil || s.timeout == nil || !s.known.Schedule || !s.wait.enabled || start.Sub(now) < *s.timeout {
		return nil
	}
	return []catalog.Problem{{Path: catalog.Path{"timeouts", s.timeoutName},
		Summary: "Timeout ends before the action starts",
		Detail: fmt.Sprintf("The action starts at %s, in %s, and the wait would end after %s. "+
			"Increase the timeout or set wait { enabled = false }.", deployment.FormatTime(*start),
			start.Sub(now).Round(time.Second), *s.timeout)}}
}
