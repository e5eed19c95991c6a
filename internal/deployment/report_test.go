// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

func TestStateOf(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]ReportState{
		"Completed.": reportCompleted, "Succeeded.": reportCompleted, "NotSucceeded.": reportFailed,
		"Failed.": reportFailed, "failed": reportFailed, "Expired.": reportExpired,
		"Waiting.": reportWaiting, "Waiting to retry.": reportWaitingToRetry, "WaitingToRetry.": reportWaitingToRetry,
		"Downloading.": reportDownloading, "Running.": reportRunning,
		"Pending verification.": reportPendingVerification, "PendingVerification.": reportPendingVerification,
		"Verified.": reportVerified, "Failed Verification": reportFailedVerification,
		"Succeeded": reportCompleted, "Success.": reportCompleted, "Stopped.": reportStopped, "Copying.": reportCopying,
		"Completed, or so": reportUnknown, "": reportUnknown,
	} {
		if got := stateOf(word); got != want {
			t.Errorf("%q is %s", word, got)
		}
	}
}

func reporting(statuses ...string) string {
	var edges []string
	for i, status := range statuses {
		edges = append(edges, fmt.Sprintf(`{"node":{"id":"%d","name":"n%d","os":{"platform":"Linux"},`+
			`"sensorReadings":{"columns":[{"name":"Action Statuses","values":[%q],"sensor":{"name":"Action `+
			`Statuses"}}]}}}`, 100-i, i, status))
	}
	return fmt.Sprintf(`"endpoints":{"totalRecords":%d,"collectionInfo":{"success":true},"pageInfo":{`+
		`"hasNextPage":false},"edges":[%s]}`, len(statuses), strings.Join(edges, ","))
}

// Many actions take several questions. Reports of other actions are omitted.
func TestReportQuery(t *testing.T) {
	t.Parallel()
	client, played := newScriptedClient(t,
		map[string][]string{"Endpoints": {reporting("9:Completed.", "10:Failed.", "999:Failed."),
			reporting("60:Stuck."), reporting()}})
	query := ReportQuery{MaxReports: 10}
	for i := range 110 {
		query.ActionIDs = append(query.ActionIDs, fmt.Sprint(i+1))
	}
	reports, err := query.Collect(t.Context(), client)
	var got []string
	for _, report := range reports.List {
		got = append(got, fmt.Sprintf("%s %s %s", report.ActionID, report.Endpoint.Id, report.State))
	}
	if want := []string{"9 100 completed", "10 99 failed", "60 100 unknown"}; err != nil || !slices.Equal(got, want) ||
		reports.Truncated || !reports.Complete || len(played.requests()) != 3 {
		t.Errorf("%q, %+v, %v after %q", got, reports, err, played.requests())
	}
	query.MaxReports = 2
	if reports, err = query.Collect(t.Context(), client); err != nil || len(reports.List) > 2 {
		t.Errorf("%+v, %v", reports, err)
	}
}

// TestUnlessCompleted checks that endpoints which succeeded are not asked for, whatever the word of
// success is.
func TestUnlessCompleted(t *testing.T) {
	t.Parallel()
	query := ReportQuery{UnlessCompleted: true}.question([]string{"7"}, 1)
	var left []string
	for _, word := range []string{
		"Completed.", "Verified.", "Succeeded.", "Success.", "Failed.", "Stopped.", "Copying.",
	} {
		excluded := false
		for _, condition := range query.Filter.Filters {
			excluded = excluded || gateway.Deref(condition.Negated) && strings.HasPrefix("7:"+word, *condition.Value)
		}
		if !excluded {
			left = append(left, word)
		}
	}
	if want := []string{"Failed.", "Stopped.", "Copying."}; !slices.Equal(left, want) {
		t.Errorf("asks for %q, want %q", left, want)
	}
}

// TestFailureOrder checks that a report names the endpoints that failed before others.
func TestFailureOrder(t *testing.T) {
	t.Parallel()
	client, _ := newScriptedClient(t, map[string][]string{"Endpoints": {reporting("7:Waiting.", "7:Copying.",
		"7:Odd.", "7:Stopped.", "7:Running.", "7:Failed.", "7:Succeeded.")}})
	reports, err := FailureReport{Endpoints: 5}.Collect(t.Context(), catalog.New(client, time.Now),
		[]Part{{ActionID: "7"}})
	var got []string
	for _, report := range reports {
		got = append(got, report.Status)
	}
	if want := []string{"Failed.", "Stopped.", "Odd.", "Running.", "Copying."}; err != nil || !slices.Equal(got, want) {
		t.Errorf("%q, %v; want %q", got, err, want)
	}
}

// Every text of an endpoint is read or omitted.
func FuzzReading(f *testing.F) {
	for _, seed := range []string{"6112010:Completed.", "6112010:", ":", "[no results]",
		"6112010:Completed.:\xff", "x:y:z"} {
		f.Add(seed, true)
	}
	f.Fuzz(func(t *testing.T, value string, log bool) {
		query := ReportQuery{}
		if log {
			query.Log = func(id string) gateway.EndpointSensorRef {
				return gateway.EndpointSensorRef{
					Name:   StatusSensor,
					Params: []gateway.EndpointSensorRefParam{{Name: "id", Value: id}},
				}
			}
		}
		var endpoint gateway.Endpoint
		column := gateway.SensorReadingColumn{Values: []string{value}}
		column.Sensor.Name = StatusSensor
		endpoint.SensorReadings.Columns = []gateway.SensorReadingColumn{column}
		for _, report := range query.read(endpoint, []string{"6112010"}) {
			if !strings.HasPrefix(value, report.ActionID+":") || report.State == "" || (report.Log == nil) == log {
				t.Errorf("%q is %+v", value, report)
			}
		}
	})
}
