// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"context"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

// maxCounted is the maximum number of endpoints that a dispatch remembers by name, so that a report
// can name those that never ran the action.
const maxCounted = 100

// Texts of reports about endpoints that report nothing.
const (
	silentOffline = "reports nothing, and does not answer now"
	silentOnline  = "reports nothing of the action, although it answers"
)

// Silent returns reports about those of some endpoints that report nothing of the parts, at most
// limit: it asks the first maxCounted. An endpoint that has gone offline does not answer, and one
// with an action lock ignores actions (API.md#action-lock).
func Silent(
	ctx context.Context, client *gateway.Client, endpoints []gateway.Endpoint, parts []Part, limit int,
) ([]Report, error) {
	var actionIDs []string
	for _, part := range parts {
		if part.ActionID != "" {
			actionIDs = append(actionIDs, part.ActionID)
		}
	}
	if len(endpoints) == 0 || len(actionIDs) == 0 || limit <= 0 {
		return nil, nil
	}
	endpoints = endpoints[:min(maxCounted, len(endpoints))]
	ids := targeting.Filter{Any: true}
	for _, endpoint := range endpoints {
		ids.Filters = append(ids.Filters, targeting.Filter{Path: "id", Value: &endpoint.Id})
	}
	query := ReportQuery{ActionIDs: actionIDs}
	question := query.question(actionIDs, len(endpoints))
	every := false
	question.Filter, question.Sensors[0].Filter.RestrictOwner = ids.EndpointFilter(), &every
	answer, err := targeting.Collect(ctx, client, question)
	if err != nil {
		return nil, err
	}
	reported, answers := map[string]bool{}, map[string]bool{}
	for _, endpoint := range answer.Endpoints {
		answers[endpoint.Id] = true
		reported[endpoint.Id] = len(query.read(endpoint, actionIDs)) > 0
	}
	var silent []Report
	for _, endpoint := range endpoints {
		report := Report{Endpoint: endpoint, State: reportUnknown, Status: silentOffline}
		if answers[endpoint.Id] {
			report.Status = silentOnline
		}
		if !reported[endpoint.Id] && len(silent) < limit {
			silent = append(silent, report)
		}
	}
	return silent, nil
}
