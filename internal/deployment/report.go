// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

// ReportState is the state of an action on an endpoint, as the endpoint reports it.
type ReportState string

// The states. Their names are those of the counters in results. reportCopying and reportStopped
// have no counter, and reportUnknown stands for any other text.
const (
	reportWaiting             ReportState = "waiting"
	reportDownloading         ReportState = "downloading"
	reportCopying             ReportState = "copying"
	reportRunning             ReportState = "running"
	reportWaitingToRetry      ReportState = "waiting_to_retry"
	reportCompleted           ReportState = "completed"
	reportPendingVerification ReportState = "pending_verification"
	reportVerified            ReportState = "verified"
	reportFailedVerification  ReportState = "failed_verification"
	reportFailed              ReportState = "failed"
	reportExpired             ReportState = "expired"
	reportStopped             ReportState = "stopped"
	reportUnknown             ReportState = "unknown"
)

// Report is an endpoint's report of an action.
type Report struct {
	ActionID string
	Endpoint gateway.Endpoint
	State    ReportState
	// Status is the endpoint's own text, such as "Completed.".
	Status string
	// Log is the last lines of the client's log of the action; nil if ReportQuery.Log is nil.
	Log []string
}

// ReportQuery asks endpoints for their reports of actions.
type ReportQuery struct {
	ActionIDs []string
	// Source is the source of the readings. Nil asks the endpoints that are online, for readings
	// not older than a minute, and ignores MaxRefreshes.
	Source *gateway.EndpointSource
	// MaxRefreshes is how often an incomplete live answer is refreshed.
	MaxRefreshes int
	// UnlessCompleted omits completed and verified reports, whatever their word.
	UnlessCompleted bool
	// MaxReports is the maximum number of reports in the answer.
	MaxReports int
	// Log returns the reference to the sensor that reads the client's log of an action; nil to read
	// no log.
	Log func(actionID string) gateway.EndpointSensorRef
}

// Reports is the answer to a ReportQuery.
type Reports struct {
	// List has the reports, ordered by action ID and endpoint ID.
	List []Report
	// Truncated reports that there may be more reports than List has.
	Truncated bool
	// Complete reports whether every question met its completion criteria.
	Complete bool
	// Info describes the completeness of the answer: that of the first incomplete question, or else
	// of the last question.
	Info gateway.CollectionInfo
}

const (
	// StatusSensor is the sensor that reports the actions of an endpoint.
	StatusSensor = "Action Statuses"
	// reportMaxAge is the maximum age of a report, in seconds. The sensor's own maximum is an hour
	// (API.md#sensors), which is longer than many actions take.
	reportMaxAge = 60
	// maxActionsPerQuestion limits the number of conditions in a question.
	maxActionsPerQuestion = 50
)

// successes returns the words of success, or their beginnings. Servers differ in the word: seen are
// "Completed." and "Succeeded." (API.md#action-reports).
func successes() []string { return []string{"Completed", "Verified", "Succe"} }

// Collect asks the endpoints and returns their reports. The status sensor has a value such as
// "<action ID>:Completed." for each action that the endpoint knows (API.md#action-reports).
func (q ReportQuery) Collect(ctx context.Context, client *gateway.Client) (Reports, error) {
	answer := Reports{Complete: true}
	for ids := range slices.Chunk(q.ActionIDs, maxActionsPerQuestion) {
		if len(answer.List) >= q.MaxReports {
			answer.Truncated = true
			break
		}
		collection, err := targeting.Collect(ctx, client, q.question(ids, q.MaxReports-len(answer.List)))
		if err != nil {
			return Reports{}, err
		}
		if answer.Complete {
			answer.Info = collection.Info
		}
		answer.Complete = answer.Complete && collection.Info.Success
		answer.Truncated = answer.Truncated || collection.Truncated()
		for _, endpoint := range collection.Endpoints {
			answer.List = append(answer.List, q.read(endpoint, ids)...)
		}
	}
	slices.SortFunc(answer.List, func(a, b Report) int {
		return cmp.Or(gateway.CompareIDs(a.ActionID, b.ActionID), gateway.CompareIDs(a.Endpoint.Id, b.Endpoint.Id))
	})
	if len(answer.List) > q.MaxReports {
		answer.List, answer.Truncated = answer.List[:q.MaxReports], true
	}
	return answer, nil
}

// question returns the query for the reports of some actions, for a maximum number of endpoints.
func (q ReportQuery) question(ids []string, maxResults int) targeting.Query {
	startsWith := func(prefix string) targeting.Filter {
		return targeting.Filter{
			Sensor: &catalog.Sensor{Name: StatusSensor},
			Op:     gateway.FieldFilterOpStartsWith,
			Value:  &prefix,
		}
	}
	valueStartsWith := gateway.SensorValueFilterOpStartsWith
	filter := targeting.Filter{Any: true}
	values := make([]gateway.SensorValueFilter, len(ids))
	for n, id := range ids {
		prefix := id + ":"
		values[n] = gateway.SensorValueFilter{Op: &valueStartsWith, Value: &prefix}
		condition := startsWith(prefix)
		if q.UnlessCompleted {
			conditions := []targeting.Filter{condition}
			for _, word := range successes() {
				success := startsWith(prefix + word)
				success.Negated = true
				conditions = append(conditions, success)
			}
			condition = targeting.Filter{Filters: conditions}
		}
		filter.Filters = append(filter.Filters, condition)
	}
	statuses := gateway.EndpointSensorRef{Name: StatusSensor, Filter: &values[0]}
	if len(ids) == 1 {
		filter = filter.Filters[0]
	} else {
		statuses.Filter = &gateway.SensorValueFilter{Any: &filter.Any, Filters: values}
	}
	query := targeting.Query{
		Filter:       filter.EndpointFilter(),
		Source:       q.Source,
		MaxResults:   maxResults,
		MaxRefreshes: q.MaxRefreshes,
	}
	if q.Source == nil {
		query.Source, query.MaxRefreshes = targeting.LiveSource(), targeting.MaxRefreshes
		age := reportMaxAge
		query.Source.Ts.MaxAge = &age
	}
	query.Sensors = []gateway.EndpointSensorRef{statuses}
	if q.Log != nil {
		for _, id := range ids {
			query.Sensors = append(query.Sensors, q.Log(id))
		}
	}
	return query
}

// read returns the reports in the readings of one endpoint. It ignores other actions than the given
// ones.
func (q ReportQuery) read(endpoint gateway.Endpoint, ids []string) []Report {
	var reports []Report
	for _, column := range endpoint.SensorReadings.Columns {
		if column.Sensor.Name != StatusSensor {
			continue
		}
		for _, value := range column.Values {
			id, word, ok := strings.Cut(value, ":")
			if !ok || !slices.Contains(ids, id) {
				continue
			}
			report := Report{ActionID: id, Endpoint: endpoint, State: stateOf(word), Status: word}
			if q.UnlessCompleted && (report.State == reportCompleted || report.State == reportVerified) {
				continue
			}
			reports = append(reports, report)
		}
	}
	if q.Log == nil {
		return reports
	}
	for n := range reports {
		logRef := q.Log(reports[n].ActionID)
		reports[n].Log = []string{}
		for _, column := range endpoint.SensorReadings.Columns {
			if column.Sensor.Name == logRef.Name && len(column.Sensor.Params) > 0 &&
				column.Sensor.Params[0].Value == reports[n].ActionID {
				reports[n].Log = append(reports[n].Log, column.Values...)
			}
		}
	}
	return reports
}

// stateOf returns the state that an endpoint's text stands for. It ignores case, spaces and
// punctuation: Tanium documents only "Completed." and the names of the counters.
func stateOf(word string) ReportState {
	letters := strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, word)
	switch letters {
	case "waiting", "pending":
		return reportWaiting
	case "downloading":
		return reportDownloading
	case "copying":
		return reportCopying
	case "running":
		return reportRunning
	case "waitingtoretry":
		return reportWaitingToRetry
	case "completed", "succeeded", "success", "successful":
		return reportCompleted
	case "pendingverification":
		return reportPendingVerification
	case "verified":
		return reportVerified
	case "failedverification":
		return reportFailedVerification
	case "failed", "notsucceeded":
		return reportFailed
	case "expired":
		return reportExpired
	case "stopped":
		return reportStopped
	default:
		return reportUnknown
	}
}
