// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

// TestPrepare checks what a preparation finds, and that it counts no endpoints for a deployment
// that must not be dispatched.
func TestPrepare(t *testing.T) {
	t.Parallel()
	const packages, group, endpoints = "PackageSpecs", "GetActionGroup", "Endpoints"
	const computers = "GetComputerGroup"
	const both = packages + "And" + group + " merged" // which the script refuses: each is asked by itself
	answers := func(more map[string][]string) map[string][]string {
		all := map[string][]string{
			packages: {`"packageSpecs":{"edges":[{"node":{"id":"12","name":"r","expireSeconds":660}}]}`},
			group:    {`"actionGroup":{"id":"4","name":"All","any":true,"computerGroups":[{"id":"1","name":"All"}]}`},
			endpoints: {`"endpoints":{"totalRecords":7,"collectionInfo":{"success":true},"pageInfo":{},` +
				`"edges":[{"node":{"id":"1","name":"a"}},{"node":{"id":"2","name":"b"}}]}`},
			"PackageSpecNames": {`"packageSpecs":{"edges":[]}`},
			"ActionGroupNames": {`"actionGroups":{"edges":[]}`},
		}
		for name, list := range more {
			all[name] = list
		}
		return all
	}
	everything, most := Known{Package: true, Targets: true, Schedule: true, Guard: true}, 5
	preview := &targeting.PreviewOptions{Sample: 1}
	for name, c := range map[string]struct {
		answers map[string][]string
		options PrepareOptions
		want    []string // summaries of the problems
		counted bool
		failed  Step // of an error; -1 for none
		asked   []string
	}{
		"all well": {options: PrepareOptions{Known: everything, Preview: preview}, counted: true, failed: -1,
			asked: []string{both, packages, group, endpoints}},
		"before a dispatch": {options: PrepareOptions{Known: everything, Preview: preview, Deploys: true,
			Guard: Guard{Max: &most}}, failed: -1, asked: []string{both, packages, group}},
		"no preview": {options: PrepareOptions{Known: everything}, failed: -1, asked: []string{both, packages, group}},
		"outside of the guard": {options: PrepareOptions{Known: everything, Preview: preview, Guard: Guard{Max: &most}},
			want: []string{"Too many endpoints"}, counted: true, failed: -1,
			asked: []string{both, packages, group, endpoints}},
		"a guard that is not known": {
			options: PrepareOptions{Known: Known{Package: true, Targets: true, Schedule: true},
				Preview: preview, Guard: Guard{Max: &most}}, counted: true, failed: -1,
			asked: []string{both, packages, group, endpoints}},
		"unknown package": {answers: map[string][]string{packages: {`"packageSpecs":{"edges":[]}`}},
			options: PrepareOptions{Known: everything, Preview: preview}, want: []string{"Unknown package"}, failed: -1,
			asked: []string{both, packages, group, packages, "PackageSpecNames"}},
		"unknown action group": {answers: map[string][]string{group: {`"actionGroup":null`}},
			options: PrepareOptions{Known: everything, Preview: preview}, want: []string{"Unknown action group"},
			failed: -1,
			asked:  []string{both, packages, group, group, "ActionGroupNames", group, computers, computers}},
		"targets that are not known": {options: PrepareOptions{
			Known:   Known{Package: true, Schedule: true},
			Preview: preview,
		},
			failed: -1, asked: []string{packages}},
		"no package in reach": {answers: map[string][]string{packages: {unavailable}},
			options: PrepareOptions{Known: everything, Preview: preview}, failed: StepPackage,
			asked: []string{both, packages, packages}},
		"no group in reach": {answers: map[string][]string{group: {unavailable}},
			options: PrepareOptions{Known: everything, Preview: preview}, failed: StepTargets,
			asked: []string{both, packages, group, packages, group}},
		"no endpoints in reach": {answers: map[string][]string{endpoints: {unavailable}},
			options: PrepareOptions{Known: everything, Preview: preview}, failed: StepCount,
			asked: []string{both, packages, group, endpoints}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, played := newScriptedClient(t, answers(c.answers))
			lookup := catalog.New(client, time.Now)
			preparer := Preparer{Catalog: lookup, Previews: &targeting.Previews{Catalog: lookup, Now: time.Now},
				Clock: instantClock{}}
			request := Request{Package: Package{Ref: gateway.Ref{Name: "r"}},
				Targets: targeting.Targets{ActionGroup: gateway.Ref{ID: "4"}}}
			prepared, problems, err := preparer.Prepare(t.Context(), request, c.options)
			var summaries []string
			for _, problem := range problems {
				summaries = append(summaries, problem.Summary)
			}
			var failure *PrepareError
			if errors.As(err, &failure) != (c.failed >= 0) || (failure != nil && failure.Step != c.failed) {
				t.Errorf("error %v", err)
			}
			if !slices.Equal(summaries, c.want) || (prepared.Reach != nil) != c.counted {
				t.Errorf("problems %q, reach %+v", summaries, prepared.Reach)
			}
			if prepared.Reach != nil && (prepared.Reach.Count != 7 || len(prepared.Reach.Sample) != 1) {
				t.Errorf("reach %+v", prepared.Reach)
			}
			if asked := played.requests(); !slices.Equal(asked, c.asked) {
				t.Errorf("asked %q, want %q", asked, c.asked)
			}
		})
	}
}
