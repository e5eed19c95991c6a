// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package record

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

const marker = "tf01200174059075840695776190000011"

// recordedAs writes an exchange into a folder and returns what it reads from there.
func recordedAs(t *testing.T, folder *Folder, exchange Exchange) Exchange {
	t.Helper()
	ctx := Concealing(t.Context(), func(text string) string { return strings.ReplaceAll(text, "hunter2", Secret) })
	if err := folder.Add(ctx, exchange); err != nil {
		t.Fatal(err)
	}
	read, err := Read(folder.Path())
	if err != nil || len(read) == 0 {
		t.Fatal(read, err)
	}
	return read[len(read)-1]
}

// TestNames checks which texts of an exchange are replaced, and which stay.
func TestNames(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		operation, variables, answer string
		has, hasNot                  []string
	}{
		"comment": {
			operation: "PerformAction", variables: `{"input":{"comment":"` + marker + ` for jane","name":"Hire"}}`,
			has: []string{`"` + marker + ` text-`}, hasNot: []string{"jane", "Hire"}},
		"parameters": {
			operation: "PerformAction",
			variables: `{"input":{"package":{"name":"Log in","params":["1234","hunter2"],` +
				`"sensorSourcedParams":[{"name":"Key","value":"spool"}]}}}`,
			has: []string{"Log in", Secret, "Key"}, hasNot: []string{"1234", "hunter2", "spool"}},
		"operation": {operation: "PerformAction", variables: `{"input":{"operation":{"addTags":["Blue"]}}}`,
			hasNot: []string{"Blue"}},
		"search by marker": {operation: "ListScheduledActions",
			variables: `{"filter":{"path":"comment","op":"CONTAINS","value":"012001740590758"}}`,
			has:       []string{"012001740590758"}},
		"search by user": {operation: "FindScheduledActions",
			variables: `{"filter":{"filters":[{"path":"creator.user.name","value":"jane"},` +
				`{"path":"status","value":"ENABLED"}]}}`,
			has: []string{"ENABLED"}, hasNot: []string{"jane"}},
		"package by name": {operation: "PackageSpecs", variables: `{"filter":{"path":"name","value":"Log in"}}`,
			has: []string{"Log in"}},
		"endpoint": {
			operation: "Endpoints",
			variables: `{"filter":{"filters":[{"sensor":{"name":"Action Statuses"},"value":"12:Done"},` +
				`{"sensor":{"name":"Computer Name"},"value":"web-1"},{"path":"ipAddress","value":"10.0.0.1"}]}}`,
			answer: `{"data":{"endpoints":{"totalRecords":9007199254740993,"edges":[{"node":{"id":"17",` +
				`"name":"web-1","ipAddress":"10.0.0.1","sensorReadings":{"columns":[` +
				`{"name":"State","values":["12:Failed."],"sensor":{"name":"Action Statuses"}},` +
				`{"name":"Line","values":["in <web-1>"],"sensor":{"name":"Log"}}]}}}]}},` +
				`"errors":[{"message":"web-1 at 10.0.0.1 with hunter2"}]}`,
			has: []string{"12:Done", "12:Failed.", `"17"`, "9007199254740993", "Computer Name", "with [write-only " +
				"parameter]",
				"endpoint-", "ip-"},
			hasNot: []string{"web-1", "10.0.0.1", "hunter2"}},
		"page": {operation: "Endpoints", answer: "<html>hunter2</html>", has: []string{"<html>[write-only " +
			"parameter]</html>"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder, err := Create(t.TempDir(), false)
			if err != nil {
				t.Fatal(err)
			}
			given := Exchange{Operation: c.operation, Variables: []byte(c.variables)}
			given.SetBody([]byte(c.answer))
			read := recordedAs(t, folder, given)
			all := string(read.Variables) + string(read.Body())
			for _, text := range c.has {
				if !strings.Contains(all, text) {
					t.Errorf("%q is not in %s", text, all)
				}
			}
			for _, text := range c.hasNot {
				if strings.Contains(all, text) {
					t.Errorf("%q is in %s", text, all)
				}
			}
		})
	}
}

// TestFolder checks that processes which write into one folder at a time make the same pseudonyms,
// and lose no file.
func TestFolder(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a", "record")
	var all sync.WaitGroup
	const processes = 8
	for range processes {
		all.Go(func() {
			folder, err := Create(path, false)
			if err != nil {
				t.Error(err)
				return
			}
			exchange := Exchange{Number: 1, Operation: "GetAction", Started: time.Unix(1, 0)}
			exchange.SetBody([]byte(`{"ipAddress":"10.0.0.1"}`))
			if err := folder.Add(t.Context(), exchange); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	read, err := Read(path)
	if err != nil || len(read) != processes {
		t.Fatalf("%d exchanges, %v", len(read), err)
	}
	for _, each := range read {
		if string(each.Body()) != string(read[0].Body()) || strings.Contains(string(each.Body()), "10.0.0.1") {
			t.Errorf("%s and %s", each.Body(), read[0].Body())
		}
	}
	salt, err := os.Stat(filepath.Join(path, SaltName))
	if err != nil || salt.Size() != saltLength {
		t.Error(salt, err)
	}
}

// TestSort checks that exchanges come in the order of their start.
func TestSort(t *testing.T) {
	t.Parallel()
	folder, err := Create(t.TempDir(), true)
	if err != nil {
		t.Fatal(err)
	}
	for i, seconds := range []int64{3, 1, 1, 2} {
		if err := folder.Add(t.Context(), Exchange{Number: int64(4 - i), Started: time.Unix(seconds, 0)}); err != nil {
			t.Fatal(err)
		}
	}
	read, err := Read(folder.Path())
	if err != nil || len(read) != 4 || read[0].Number != 2 || read[1].Number != 3 || read[2].Number != 1 {
		t.Errorf("%+v, %v", read, err)
	}
}
