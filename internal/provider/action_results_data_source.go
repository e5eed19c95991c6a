// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

var (
	_ datasource.DataSource                   = &actionResultsDataSource{}
	_ datasource.DataSourceWithConfigure      = &actionResultsDataSource{}
	_ datasource.DataSourceWithValidateConfig = &actionResultsDataSource{}
)

type actionResultsDataSource struct {
	env *environment
}

func newActionResultsDataSource() datasource.DataSource { return &actionResultsDataSource{} }

// logSensor reads the client's log of an action.
const logSensor = "Tanium Action Log"

func (d *actionResultsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_action_results"
}

func (d *actionResultsDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = actionResultsSchema(ctx)
}

func (d *actionResultsDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.env = environmentFrom(req.ProviderData, &resp.Diagnostics)
}

func (d *actionResultsDataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	var given timetypes.GoDuration
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("poll_interval"), &given)...)
	checkInterval(given, &resp.Diagnostics)
}

func checkInterval(given timetypes.GoDuration, diags *diag.Diagnostics) {
	if !given.IsUnknown() && interval(given) <= 0 {
		diags.AddAttributeError(path.Root("poll_interval"), "Poll interval is not positive", "Give a duration such as 5s.")
	}
}

func (d *actionResultsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model actionResultsModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	checkInterval(model.PollInterval, &resp.Diagnostics) // what was not known before is known now
	parts := model.parts(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	parts, found, err := deployment.Survey(ctx, d.env.client(), parts)
	if err != nil {
		resp.Diagnostics.Append(failure("read the actions", rightToRead, err))
		return
	}
	if model.Wait.ValueBool() && !model.policy().Finished(selected(parts, found, true), model.targeted()) {
		d.await(ctx, model, parts, found, &resp.Diagnostics)
		if resp.Diagnostics.HasError() {
			return
		}
	}
	model.take(parts, found, d.env.client().Address())
	d.ask(ctx, &model, parts, &resp.Diagnostics)
	model.judge(parts, found, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
}

const defaultPatience = time.Hour

// await watches those that are found until all of them have ended, and puts what it saw in their place.
func (d *actionResultsDataSource) await(ctx context.Context, model actionResultsModel, parts []deployment.Part, found []bool, diags *diag.Diagnostics) {
	there := selected(parts, found, true)
	if len(there) == 0 {
		return
	}
	patience := defaultPatience
	if longest, known := remaining(there, d.env.clock.Now()); known {
		patience = longest
	}
	timeout, problems := model.Timeouts.Read(ctx, patience)
	diags.Append(problems...)
	if diags.HasError() {
		return
	}
	bounded, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	watch := deployment.Watch{
		Client: d.env.client(), Clock: d.env.clock, Interval: interval(model.PollInterval), Targeted: model.targeted(), Policy: model.policy(),
		OnProgress: func(parts []deployment.Part) {
			tflog.Info(ctx, "following actions", map[string]any{"actions": len(parts), "results": deployment.Counts(deployment.Total(parts))})
		},
	}
	seen, err := watch.Until(bounded, there)
	next := 0
	for i := range parts {
		if found[i] {
			parts[i] = seen[next]
			next++
		}
	}
	state := fmt.Sprintf("When last seen: %s. The actions go on in Tanium; nothing was changed by waiting for them.", deployment.Counts(deployment.Total(seen)))
	switch {
	case err == nil:
	case ctx.Err() != nil:
		diags.AddError("Stopped waiting for the actions", "The wait was interrupted. "+state+" Apply again to go on waiting.")
	case errors.Is(bounded.Err(), context.DeadlineExceeded):
		detail := fmt.Sprintf("Of %d actions, not all had finished after %s, the timeout: %s. %s Raise timeouts.read to wait longer.", len(seen), timeout.Round(time.Second), unfinished(seen), state)
		if failed := last(err); failed != nil {
			detail += fmt.Sprintf(" The last look failed: %s.", failed)
		}
		diags.AddAttributeError(path.Root("timeouts"), "Actions did not finish in time", detail)
	case errors.Is(err, deployment.ErrGone):
		diags.AddError("An action is no longer in Tanium", "Somebody deleted one of the actions while they were waited for. "+state)
	default:
		problem := failure("follow the actions", rightToRead, err)
		diags.AddError("Lost sight of the actions", problem.Detail()+" "+state)
	}
}

// unfinished names the first few that are not over.
func unfinished(parts []deployment.Part) string {
	open := slices.DeleteFunc(slices.Clone(parts), func(part deployment.Part) bool { return deployment.Terminal(part.Status) })
	return firstOf(open, func(part deployment.Part) string { return "action " + named(part) }) + " not over"
}

// ask puts into the model what endpoints say. That they cannot be asked hides no result.
func (d *actionResultsDataSource) ask(ctx context.Context, model *actionResultsModel, parts []deployment.Part, diags *diag.Diagnostics) {
	inquiry := deployment.Inquiry{Most: defaultMaxResults, UnlessCompleted: !model.IncludeCompleted.IsNull() && !model.IncludeCompleted.ValueBool()}
	if !model.MaxResults.IsNull() {
		inquiry.Most = int(model.MaxResults.ValueInt64())
	}
	for _, part := range parts {
		if part.ActionID != "" && !slices.Contains(inquiry.ActionIDs, part.ActionID) {
			inquiry.ActionIDs = append(inquiry.ActionIDs, part.ActionID)
		}
	}
	if inquiry.Most == 0 || len(inquiry.ActionIDs) == 0 {
		return
	}
	inquiry.Source, inquiry.MaxRefreshes = model.Source.input()
	if model.IncludeLog.ValueBool() {
		inquiry.Log = d.log(ctx, diags)
	}
	answer, err := inquiry.Ask(ctx, d.env.client())
	if err != nil {
		problem := failure("ask endpoints for the statuses of actions", "to read endpoints and the sensor Action Statuses", err)
		diags.AddAttributeWarning(path.Root("endpoints"), "Endpoints could not be asked", problem.Detail()+" The counters in results are not affected; endpoints is empty.")
		model.Truncated = types.BoolValue(true)
		return
	}
	if !answer.Complete {
		diags.AddAttributeWarning(path.Root("source"), "Not all endpoints have answered", fmt.Sprintf("The answer did not meet its criteria: %s. Endpoints that ran the actions may be missing in endpoints; "+
			"the counters in results are not affected.", responded(answer.Info)))
	}
	model.Truncated = types.BoolValue(answer.Truncated)
	for _, report := range answer.List {
		model.Endpoints = append(model.Endpoints, reportModel{
			ActionID: types.StringValue(report.ActionID), ID: types.StringValue(report.Endpoint.Id), Name: types.StringValue(report.Endpoint.Name),
			OSPlatform: types.StringValue(string(report.Endpoint.Os.Platform)), State: types.StringValue(string(report.State)), Status: types.StringValue(report.Word), Log: report.Log,
		})
	}
}

// log is how the client's log of an action is read; nil, with a warning, where it is not.
func (d *actionResultsDataSource) log(ctx context.Context, diags *diag.Diagnostics) func(string) gateway.EndpointSensorRef {
	at := path.Root("include_log")
	sensor, err := d.env.catalog.Sensor(ctx, logSensor)
	switch {
	case err != nil:
		diags.AddAttributeWarning(at, "Logs are not read", fmt.Sprintf("The sensor %q could not be looked up: %s.", logSensor, cause(err)))
		return nil
	case sensor == nil:
		diags.AddAttributeWarning(at, "Logs are not read", fmt.Sprintf("Tanium has no sensor %q that this token may read.", logSensor))
		return nil
	case len(sensor.Parameters) == 0 || slices.ContainsFunc(sensor.Parameters[1:], func(p gateway.SensorParameter) bool { return p.DefaultValue == nil }):
		diags.AddAttributeWarning(at, "Logs are not read", fmt.Sprintf("The sensor %q of this Tanium does not take the ID of an action as its only parameter without a default.", logSensor))
		return nil
	}
	name := sensor.Parameters[0].Name
	return func(actionID string) gateway.EndpointSensorRef {
		return gateway.EndpointSensorRef{Name: logSensor, Params: []gateway.EndpointSensorRefParam{{Name: name, Value: actionID}}}
	}
}
