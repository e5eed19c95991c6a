// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

// ptr returns a pointer to a value.
func ptr[T any](value T) *T { return &value }

func tagging() *gateway.PackageSpec {
	return &gateway.PackageSpec{
		Name: "Custom Tagging - Add Tags", CommandTimeoutSeconds: 60, ExpireSeconds: 660,
		Params: []gateway.PackageSpecParam{{Key: "$1", Label: "Add tags (space-delimited)", DefaultValue: ptr("")}},
	}
}

func reboot() *gateway.PackageSpec { // out of order: values go by the number of the placeholder
	return &gateway.PackageSpec{
		Name: "Reboot Windows Machine", CommandTimeoutSeconds: 300, ExpireSeconds: 900,
		Params: []gateway.PackageSpecParam{
			{Key: "$2", Label: "Random Reboot Delay (seconds)", DefaultValue: ptr("30")},
			{Key: "$1", Label: "Reboot Only If Windows Requires It", DefaultValue: ptr("yes")},
		},
	}
}

func kill() *gateway.PackageSpec {
	return &gateway.PackageSpec{
		Name: "Kill Process - ||Running Processes||", CommandTimeoutSeconds: 180, ExpireSeconds: 780,
		SensorSourcedParams: []gateway.PackageSpecSensorSourcedParam{{Name: "Running Processes"}},
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		spec    *gateway.PackageSpec
		request Request
		want    []string
	}{
		"one value":          {spec: tagging(), request: Request{Package: Package{Parameters: []*string{ptr("a")}}}},
		"empty value is one": {spec: tagging(), request: Request{Package: Package{Parameters: []*string{ptr("")}}}},
		"too few":            {spec: tagging(), want: []string{"package.parameters Missing parameter"}},
		"null, no default": {spec: tagging(), request: Request{Package: Package{Parameters: []*string{nil}}},
			want: []string{"package.parameters[0] Missing parameter"}},
		"too many": {spec: tagging(), request: Request{Package: Package{Parameters: []*string{ptr("a"), ptr("b")}}},
			want: []string{"package.parameters[1] Too many parameters"}},
		"defaults": {spec: reboot(), request: Request{Package: Package{Parameters: []*string{nil}}}},
		"sensor-sourced": {spec: kill(),
			request: Request{Package: Package{SensorSourced: map[string]string{"Running Processes": "sshd"}}}},
		"sensor-sourced typo": {spec: kill(),
			request: Request{Package: Package{SensorSourced: map[string]string{"Running Process": "sshd"}}},
			want: []string{"package.sensor_sourced_parameters Missing sensor-sourced parameter",
				`package.sensor_sourced_parameters["Running Process"] Unknown sensor-sourced parameter`}},
		"sensor-sourced stray": {spec: reboot(),
			request: Request{Package: Package{SensorSourced: map[string]string{"a": "b"}}},
			want:    []string{`package.sensor_sourced_parameters["a"] Unknown sensor-sourced parameter`}},
		"expires at the bound": {spec: reboot(),
			request: Request{Schedule: Schedule{DistributeSeconds: ptr(600), ExpireSeconds: ptr(900)}}},
		"expires too early": {spec: reboot(),
			request: Request{Schedule: Schedule{DistributeSeconds: ptr(601), ExpireSeconds: ptr(900)}},
			want:    []string{"schedule.expire_seconds Action would expire too early"}},
		"reissued too early": {spec: reboot(), request: Request{Schedule: Schedule{ReissueSeconds: ptr(900)}},
			want: []string{"schedule.reissue_seconds Action would be reissued before it expires"}},
		"reissued in time": {spec: reboot(), request: Request{Schedule: Schedule{ReissueSeconds: ptr(901)}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			compare(t, test.request.check(test.spec), test.want)
		})
	}
}

func TestValidateSchedule(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		schedule Schedule
		want     []string
	}{
		"none": {},
		"end without reissue": {schedule: Schedule{EndTime: &now},
			want: []string{"schedule.end_time End time for a non-recurring action"}},
		"end at the start": {schedule: Schedule{StartTime: &now, EndTime: &now, ReissueSeconds: ptr(60)},
			want: []string{"schedule.end_time End time is not after the start time"}},
		"overlapping issues": {schedule: Schedule{ExpireSeconds: ptr(60), ReissueSeconds: ptr(60)},
			want: []string{"schedule.reissue_seconds Action would be reissued before it expires"}},
		"recurring": {schedule: Schedule{
			StartTime:      &now,
			EndTime:        ptr(now.Add(time.Hour)),
			ExpireSeconds:  ptr(60),
			ReissueSeconds: ptr(61),
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			compare(t, test.schedule.Validate(catalog.Path{"schedule"}), test.want)
		})
	}
}

func compare(t *testing.T, problems []catalog.Problem, want []string) {
	t.Helper()
	var got []string
	for _, problem := range problems {
		got = append(got, fmt.Sprint(problem.Path, " ", problem.Summary))
		if problem.Detail == "" {
			t.Errorf("%q has no detail", problem.Summary)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("reported %q, want %q", got, want)
	}
}

func TestInput(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		spec    *gateway.PackageSpec
		request Request
		want    string
	}{
		"a tag": {
			tagging(),
			Request{Name: "Test1", Comment: "Testing Parameterized Actions", Package: Package{
				Ref:        gateway.Ref{Name: "Custom Tagging - Add Tags"},
				Parameters: []*string{ptr("TheBestEndpoint")},
			},
				Targets: targeting.Targets{
					ActionGroup: gateway.Ref{Name: "All Computers"},
					EndpointIDs: []string{"274177"},
				}},
			`{"comment":"Testing Parameterized Actions","name":"Test1","package":{"name":"Custom Tagging - Add ` +
				`Tags","params":["TheBestEndpoint"]},"targets":{"actionGroup":{"name":"All ` +
				`Computers"},"endpoints":["274177"]}}`,
		},
		"defaults by placeholder": {
			reboot(),
			Request{
				Package:  Package{Ref: gateway.Ref{ID: "12"}, Parameters: []*string{ptr("no")}},
				Targets:  targeting.Targets{ActionGroup: gateway.Ref{ID: "4"}},
				Schedule: Schedule{DistributeSeconds: ptr(300)},
			},
			`{"package":{"id":"12","params":["no","30"]},"schedule":{"distributeSeconds":300},"targets":{` +
				`"actionGroup":{"id":"4"}}}`,
		},
		"sensor-sourced": {
			kill(),
			Request{
				Package: Package{
					Ref:           gateway.Ref{Name: "k"},
					SensorSourced: map[string]string{"Running Processes": "sshd"},
				},
				Targets: targeting.Targets{ActionGroup: gateway.Ref{ID: "4"}},
			},
			`{"package":{"name":"k","sensorSourcedParams":[{"name":"Running ` +
				`Processes","value":"sshd"}]},"targets":{"actionGroup":{"id":"4"}}}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			encoded, err := json.Marshal(test.request.input(test.spec))
			if err != nil {
				t.Fatal(err)
			}
			if string(encoded) != test.want {
				t.Errorf("sends\n%s\nwant\n%s", encoded, test.want)
			}
		})
	}
}

func TestExpiry(t *testing.T) {
	t.Parallel()
	if got := (Schedule{DistributeSeconds: ptr(3600)}).Expiry(tagging()); got != 3660*time.Second {
		t.Errorf("a distributed action expires after %s", got)
	}
	if got := (Schedule{ExpireSeconds: ptr(7200)}).Expiry(tagging()); got != 2*time.Hour {
		t.Errorf("an action with an expiry of its own expires after %s", got)
	}
}
