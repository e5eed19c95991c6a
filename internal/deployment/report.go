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

// ReportState is how far an endpoint says it is with an action.
type ReportState string

// The states, named as the counters of results are. Unknown is a word that stands for none of them.
const (
	ReportWaiting             ReportState = "waiting"
	ReportDownloading         ReportState = "downloading"
	ReportRunning             ReportState = "running"
	ReportWaitingToRetry      ReportState = "waiting_to_retry"
	ReportCompleted           ReportState = "completed"
	ReportPendingVerification ReportState = "pending_verification"
	ReportVerified            ReportState = "verified"
	ReportFailedVerification  ReportState = "failed_verification"
	ReportFailed              ReportState = "failed"
	ReportExpired             ReportState = "expired"
	ReportUnknown             ReportState = "unknown"
)

// Report is what an endpoint says of an action that it was given to run.
type Report struct {
	ActionID string
	Endpoint gateway.Endpoint
	State    ReportState
	// Word is what the endpoint says itself, such as "Completed.".
	Word string
	// Log holds the last lines of the client's log of the action; nil where it was not asked for.
	Log []string
}

// Inquiry asks endpoints how far they are with actions.
type Inquiry struct {
	ActionIDs []string
	// Source of the answer; nil asks the endpoints that are online, for a reading that is not older
	// than a minute.
	Source       *gateway.EndpointSource
	MaxRefreshes int
	// UnlessCompleted leaves out reports of completed and verified runs.
	UnlessCompleted bool
	// Most reports are returned.
	Most int
	// Log is the sensor that reads the client's log of an action, with its parameters for one; nil
	// to read none.
	Log func(actionID string) gateway.EndpointSensorRef
}

// Reports is the answer to an Inquiry.
type Reports struct {
	// List is in the order of the actions and endpoints.
	List []Report
	// Truncated reports that there may be more than Most.
	Truncated bool
	// Complete reports that Tanium met the criteria of every question.
	Complete bool
	// Info says how complete the answer is; it is that of a question which did not meet its
	// criteria, if one did not.
	Info gateway.CollectionInfo
}

const (
	statusSensor = "Action Statuses"
	// reportMaxAge is in seconds. The sensor's own is an hour (API.md#sensors), in which an action
	// begins and ends.
	reportMaxAge = 60
	// actionsAtOnce bounds the conditions of one question.
	actionsAtOnce = 50
)

// Ask asks. The sensor says "<action ID>:Completed." of each action that the endpoint knows
// (API.md#action-reports).
func (i Inquiry) Ask(ctx context.Context, client *gateway.Client) (Reports, error) {
	answer := Reports{Complete: true}
	for ids := range slices.Chunk(i.ActionIDs, actionsAtOnce) {
		if len(answer.List) >= i.Most {
			answer.Truncated = true
			break
		}
		collection, err := targeting.Collect(ctx, client, i.question(ids, i.Most-len(answer.List)))
		if err != nil {
			return Reports{}, err
		}
		if answer.Complete {
			answer.Info = collection.Info
		}
		answer.Complete = answer.Complete && collection.Info.Success
		answer.Truncated = answer.Truncated || collection.Truncated()
		for _, endpoint := range collection.Endpoints {
			answer.List = append(answer.List, i.read(endpoint, ids)...)
		}
	}
	slices.SortFunc(answer.List, func(a, b Report) int {
		return cmp.Or(byNumber(a.ActionID, b.ActionID), byNumber(a.Endpoint.Id, b.Endpoint.Id))
	})
	if len(answer.List) > i.Most {
		answer.List, answer.Truncated = answer.List[:i.Most], true
	}
	return answer, nil
}

func (i Inquiry) question(ids []string, most int) targeting.Query {
	begins := func(prefix string) targeting.Filter {
		return targeting.Filter{
			Sensor: &catalog.Sensor{Name: statusSensor},
			Op:     gateway.FieldFilterOpStartsWith,
			Value:  &prefix,
		}
	}
	valueBegins := gateway.SensorValueFilterOpStartsWith
	filter := targeting.Filter{Any: true}
	values := make([]gateway.SensorValueFilter, len(ids))
	for n, id := range ids {
		prefix := id + ":"
		values[n] = gateway.SensorValueFilter{Op: &valueBegins, Value: &prefix}
		one := begins(prefix)
		if i.UnlessCompleted {
			done := begins(prefix + "Completed")
			done.Negated = true
			one = targeting.Filter{Filters: []targeting.Filter{one, done}}
		}
		filter.Filters = append(filter.Filters, one)
	}
	statuses := gateway.EndpointSensorRef{Name: statusSensor, Filter: &values[0]}
	if len(ids) == 1 {
		filter = filter.Filters[0]
	} else {
		statuses.Filter = &gateway.SensorValueFilter{Any: &filter.Any, Filters: values}
	}
	query := targeting.Query{
		Filter:       filter.EndpointFilter(),
		Source:       i.Source,
		MaxResults:   most,
		MaxRefreshes: i.MaxRefreshes,
	}
	if i.Source == nil {
		query.Source, query.MaxRefreshes = targeting.LiveSource(), targeting.MaxRefreshes
		age := reportMaxAge
		query.Source.Ts.MaxAge = &age
	}
	query.Sensors = []gateway.EndpointSensorRef{statuses}
	if i.Log != nil {
		for _, id := range ids {
			query.Sensors = append(query.Sensors, i.Log(id))
		}
	}
	return query
}

// read maps the readings of one endpoint.
func (i Inquiry) read(endpoint gateway.Endpoint, ids []string) []Report {
	var reports []Report
	for _, column := range endpoint.SensorReadings.Columns {
		if column.Sensor.Name != statusSensor {
			continue
		}
		for _, value := range column.Values {
			id, word, said := strings.Cut(value, ":")
			if !said || !slices.Contains(ids, id) {
				continue
			}
			report := Report{ActionID: id, Endpoint: endpoint, State: StateOf(word), Word: word}
			if i.UnlessCompleted && (report.State == ReportCompleted || report.State == ReportVerified) {
				continue
			}
			reports = append(reports, report)
		}
	}
	if i.Log == nil {
		return reports
	}
	for n := range reports {
		wanted := i.Log(reports[n].ActionID)
		reports[n].Log = []string{}
		for _, column := range endpoint.SensorReadings.Columns {
			if column.Sensor.Name == wanted.Name && len(column.Sensor.Params) > 0 &&
				column.Sensor.Params[0].Value == reports[n].ActionID {
				reports[n].Log = append(reports[n].Log, column.Values...)
			}
		}
	}
	return reports
}

// StateOf is the state that an endpoint's word stands for, whichever way it is spelled: with blanks
// or without, with a full stop or without. Tanium's documentation has "Completed." alone, and the
// names of the counters.
func StateOf(word string) ReportState {
	letters := strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, word)
	switch letters {
	case "waiting", "pending":
		return ReportWaiting
	case "downloading":
		return ReportDownloading
	case "running":
		return ReportRunning
	case "waitingtoretry":
		return ReportWaitingToRetry
	case "completed", "succeeded":
		return ReportCompleted
	case "pendingverification":
		return ReportPendingVerification
	case "verified":
		return ReportVerified
	case "failedverification":
		return ReportFailedVerification
	case "failed", "notsucceeded":
		return ReportFailed
	case "expired":
		return ReportExpired
	default:
		return ReportUnknown
	}
}
