// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package catalog

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// TestPrefetch holds that what a deployment names is looked up by one request, by all deployments
// together, and that a request which fails leaves each look-up to itself.
func TestPrefetch(t *testing.T) {
	t.Parallel()
	var requests atomic.Int64
	refuses := atomic.Bool{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		body, _ := io.ReadAll(r.Body)
		var asked struct{ Query string }
		if err := json.Unmarshal(body, &asked); err != nil {
			t.Error(err)
		}
		w.Header().Set("Content-Type", "application/json")
		if refuses.Load() {
			_, _ = io.WriteString(w, `{"errors":[{"message":"no"}]}`)
			return
		}
		answers := map[string]string{
			"packageSpecs": `{"edges":[{"node":{"id":"1","name":"p"}}]}`, "actionGroup": `{"id":"2","name":"a"}`,
			"computerGroup": `{"id":"3","name":"c"}`, "sensors": `{"edges":[{"node":{"name":"s"}}]}`,
		}
		var fields []string
		for line := range strings.SplitSeq(asked.Query, "\n") {
			alias, rest, found := strings.Cut(strings.TrimSpace(line), ": ")
			name, _, _ := strings.Cut(rest, "(")
			if answer := answers[name]; found && answer != "" {
				fields = append(fields, `"`+alias+`":`+answer)
			}
		}
		_, _ = io.WriteString(w, `{"data":{`+strings.Join(fields, ",")+`}}`)
	}))
	t.Cleanup(server.Close)
	address, err := gateway.ParseAddress(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	client, err := gateway.New(gateway.Options{Address: address, Token: "token-t", Retry: gateway.Retry{Attempts: -1}})
	if err != nil {
		t.Fatal(err)
	}
	wanted := gateway.Wanted{
		PackageSpecs: []gateway.Ref{{Name: "p"}}, ActionGroups: []gateway.Ref{{Name: "a"}},
		ComputerGroups: []gateway.Ref{{Name: "c"}, {ID: "3"}, {Name: "c"}}, Sensors: []string{"s", "s"},
	}
	lookup := New(client, time.Now)
	var fetching sync.WaitGroup
	for range 20 {
		fetching.Go(func() { lookup.Prefetch(t.Context(), wanted) })
	}
	fetching.Wait()
	spec, problems, err := lookup.Package(t.Context(), gateway.Ref{Name: "p"}, nil)
	if err != nil || len(problems) > 0 || spec.Id != "1" {
		t.Errorf("%+v, %v, %v", spec, problems, err)
	}
	group, err := lookup.ComputerGroup(t.Context(), gateway.Ref{ID: "3"})
	if err != nil || group.Name != "c" {
		t.Errorf("%+v, %v", group, err)
	}
	if sensor, err := lookup.Sensor(t.Context(), "s"); err != nil || sensor.Name != "s" {
		t.Errorf("%+v, %v", sensor, err)
	}
	if got := requests.Load(); got != 1 {
		t.Errorf("%d requests", got)
	}

	refuses.Store(true)
	lookup = New(client, time.Now)
	lookup.Prefetch(t.Context(), wanted)
	if _, _, err := lookup.Package(t.Context(), gateway.Ref{Name: "p"}, nil); !gateway.IsRefused(err) {
		t.Errorf("error %v", err)
	}
}
