// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"html"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/provider/message"
)

// changeFunc records a change of an attribute.
type changeFunc func(was, is string, at ...any)

// readDrift compares a recurring action with what Tanium shows of it, and writes the differences
// into the model, so that the plan replaces the action. A failure leaves the model unchanged: the
// refresh has read what it needs.
func (r *actionResource) readDrift(ctx context.Context, model *actionModel, parts []deployment.Part) diag.Diagnostics {
	terms, err := deployment.Terms(ctx, r.env.client(), parts)
	if err != nil {
		return diag.Diagnostics{diag.NewWarningDiagnostic("Recurring action was not compared",
			fmt.Sprintf("The provider could not read the arguments of action %s, so it is not known whether somebody "+
				"has changed them in Tanium: %s. The refresh is otherwise complete.",
				message.AllPartIDs(parts), message.Cause(err)))}
	}
	before := *model
	var notices diag.Diagnostics
	for i, shown := range terms {
		if shown == nil {
			continue
		}
		after, changes := drifted(before, *shown)
		if len(changes) == 0 {
			continue
		}
		*model = after
		notices.Append(message.NoticeDrift(parts[i], changes, notCompared(before, *shown)))
	}
	return notices
}

// drifted returns a model with what Tanium shows of a scheduled action, and the differences. The
// package and the names of the scheduled actions of an operation are Tanium's.
func drifted(model actionModel, shown gateway.ScheduledActionTerms) (actionModel, []message.Change) {
	var changes []message.Change
	differ := func(was, is string, at ...any) { changes = append(changes, message.Change{At: at, Was: was, Is: is}) }
	if model.Operation.IsNull() {
		if was := model.Name.ValueString(); !model.Name.IsNull() && shown.Name != "" && !storedAs(was, shown.Name) {
			differ(strconv.Quote(was), strconv.Quote(shown.Name), "name")
			model.Name = types.StringValue(shown.Name)
		}
		// Tanium may show a derived package with another ID (API.md#derived-packages).
		was, is := text(model.Package.Attributes()["name"]), gateway.Deref(shown.Package.Name)
		if text(model.Package.Attributes()["id"]) == "" && was != "" && is != "" && was != is {
			differ(strconv.Quote(was), strconv.Quote(is), "package")
			model.Package = withField(model.Package, "name", types.StringValue(is))
		}
	}
	targets, _ := targetsFrom(model.Targets)
	model.Targets = driftedGroup(model.Targets, "action_group", &targets.ActionGroup, shown.Targets.ActionGroup, differ)
	if !narrowed(model) && targets.ComputerGroup != nil {
		model.Targets = driftedGroup(model.Targets, "computer_group", targets.ComputerGroup, shown.Targets.TargetGroup,
			differ)
	}
	model.Schedule = driftedSchedule(model.Schedule, shown, differ)
	return model, changes
}

// storedAs returns whether Tanium can have stored a name or a comment as another text. It is not
// documented how Tanium changes texts: a cut or changed spelling that it made itself is no
// difference, because an apply would deploy the action again each time. So letters and digits count
// alone.
func storedAs(text, shown string) bool {
	plain := func(text string) string {
		return strings.Map(func(letter rune) rune {
			if !unicode.IsLetter(letter) && !unicode.IsDigit(letter) {
				return -1
			}
			return unicode.ToLower(letter)
		}, text)
	}
	return strings.HasPrefix(plain(text), plain(html.UnescapeString(shown)))
}

// driftedGroup returns the targets with the group that Tanium shows, if the state refers to another
// one by name. A group without a name is one that Tanium made (API.md#shown-targets).
func driftedGroup(
	targets types.Object, name string, ref *gateway.Ref, shown gateway.NamedRef, differ changeFunc,
) types.Object {
	is := gateway.Deref(shown.Name)
	if ref.ID != "" || ref.Name == "" || is == "" || ref.Name == is {
		return targets
	}
	differ(strconv.Quote(ref.Name), strconv.Quote(is), "targets", name)
	return withField(targets, name, importedGroup(gateway.NamedRef{Name: &is}))
}

// driftedSchedule returns the schedule with the interval and the end that Tanium shows.
func driftedSchedule(
	schedule types.Object, shown gateway.ScheduledActionTerms, differ changeFunc,
) types.Object {
	given := scheduleFrom(schedule)
	was, is := gateway.Deref(given.ReissueSeconds), gateway.Deref(shown.IssueSeconds)
	if was != is && shown.IssueSeconds != nil { // what Tanium does not return has not changed
		differ(fmt.Sprint(was), fmt.Sprint(is), "schedule", "reissue_seconds")
		value := types.Int64Null()
		if is > 0 {
			value = types.Int64Value(int64(is))
		}
		schedule = withField(schedule, "reissue_seconds", value)
	}
	if was, is := given.EndTime, shown.EndTime; !sameSecond(was, is) {
		differ(describeEnd(was), describeEnd(is), "schedule", "end_time")
		value := timetypes.NewRFC3339Null()
		if is != nil {
			value = timetypes.NewRFC3339TimeValue(is.UTC())
		}
		schedule = withField(schedule, "end_time", value)
	}
	return schedule
}

// sameSecond returns whether two times are the same second, or both are missing.
func sameSecond(a, b *time.Time) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Truncate(time.Second).Equal(b.Truncate(time.Second))
}

func describeEnd(at *time.Time) string {
	if at == nil {
		return "not set"
	}
	return at.UTC().Format(time.RFC3339)
}

// narrowed returns whether the targets have a condition that Tanium folds into a group of its own
// (API.md#shown-targets). The platforms of an operation are one.
func narrowed(model actionModel) bool {
	targets, _ := targetsFrom(model.Targets)
	return targets.Filter != nil || len(targets.EndpointIDs)+len(targets.Platforms) > 0 || !model.Operation.IsNull()
}

// notCompared returns the arguments in the state that cannot be compared with what Tanium shows.
func notCompared(model actionModel, shown gateway.ScheduledActionTerms) []string {
	targets, _ := targetsFrom(model.Targets)
	var names []string
	for _, each := range []struct {
		name  string
		given bool
	}{
		{"operation", !model.Operation.IsNull()},
		{"package", text(model.Package.Attributes()["id"]) != ""},
		{"targets.action_group", targets.ActionGroup.ID != ""},
		{"targets.computer_group", targets.ComputerGroup != nil && (narrowed(model) || targets.ComputerGroup.ID != "")},
		{"targets.filter", targets.Filter != nil},
		{"targets.endpoint_ids", len(targets.EndpointIDs) > 0},
		{"targets.platforms", len(targets.Platforms) > 0},
		{"schedule.distribute_seconds", scheduleFrom(model.Schedule).DistributeSeconds != nil &&
			shown.DistributeSeconds == nil},
	} {
		if each.given {
			names = append(names, each.name)
		}
	}
	return names
}

// withField returns an object with another value of an attribute.
func withField(object types.Object, name string, value attr.Value) types.Object {
	fields := object.Attributes()
	fields[name] = value
	return types.ObjectValueMust(object.AttributeTypes(context.Background()), fields)
}
