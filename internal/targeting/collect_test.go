// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package targeting

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// recorded is a request that a scripted gateway received.
type recorded struct {
	OperationName string
	Variables     map[string]any
}

// scripted answers requests by operation name, in order, and records them.
func scripted(t *testing.T, answers map[string][]string) (*catalog.Catalog, *[]recorded) {
	t.Helper()
	var requests []recorded
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var request recorded
		if err := json.NewDecoder(r.Body).Decode(&request); err != nil {
			t.Error(err)
		}
		requests = append(requests, request)
		w.Header().Set("Content-Type", "application/json")
		list := answers[request.OperationName]
		if len(list) == 0 {
			t.Errorf("unexpected %s %v", request.OperationName, request.Variables)
			return
		}
		answers[request.OperationName] = list[1:]
		_, _ = fmt.Fprint(w, list[0])
	}))
	t.Cleanup(server.Close)
	address, err := gateway.ParseAddress(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	client, err := gateway.New(gateway.Options{Address: address, Token: "token-test"})
	if err != nil {
		t.Fatal(err)
	}
	return catalog.New(client, time.Now), &requests
}

func page(total int, success, active bool, next string, ids ...string) string {
	edges := make([]map[string]any, len(ids))
	for i, id := range ids {
		edges[i] = map[string]any{"node": map[string]any{
			"id":        id,
			"name":      "host-" + id,
			"ipAddress": "192.0.2.1",
			"os":        map[string]any{"platform": "Linux"},
		}}
	}
	encoded, _ := json.Marshal(map[string]any{"data": map[string]any{"endpoints": map[string]any{
		"totalRecords": total,
		"collectionInfo": map[string]any{
			"success":          success,
			"active":           active,
			"contributedTotal": total,
			"startCursor":      "start",
		},
		"pageInfo": map[string]any{"hasNextPage": next != "", "endCursor": next},
		"edges":    edges,
	}}})
	return string(encoded)
}

// answeredBy returns page with the numbers of endpoints that answered and that were expected to.
func answeredBy(page string, answered, asked int) string {
	return strings.Replace(page, `"success"`,
		fmt.Sprintf(`"respondedTotal":%d,"expectedTotal":%d,"success"`, answered, asked), 1)
}

// TestComplete checks when an answer is complete.
func TestComplete(t *testing.T) {
	t.Parallel()
	numbers := func(answered, asked int) gateway.CollectionInfo {
		return gateway.CollectionInfo{Success: true, RespondedTotal: &answered, ExpectedTotal: &asked}
	}
	share := func(n float64) gateway.CollectionInfo {
		return gateway.CollectionInfo{Success: true, RespondedPercentage: &n}
	}
	for name, c := range map[string]struct {
		info        gateway.CollectionInfo
		minAnswered float64
		want        bool
	}{
		"criteria not met":          {gateway.CollectionInfo{}, 0, false},
		"numbers not known":         {gateway.CollectionInfo{Success: true}, MinAnswered, true},
		"all":                       {numbers(5, 5), MinAnswered, true},
		"enough of many":            {numbers(990, 1000), MinAnswered, true},
		"too few of many":           {numbers(989, 1000), MinAnswered, false},
		"too few of few":            {numbers(29, 30), MinAnswered, false},
		"nobody is expected":        {numbers(0, 0), MinAnswered, true},
		"no such criterion":         {numbers(1, 30), 0, true},
		"a share that is enough":    {share(0.99), MinAnswered, true},
		"a share that is too small": {share(0.98), MinAnswered, false},
	} {
		if got := (Query{MinAnswered: c.minAnswered}).complete(c.info); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestCollect(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		query   Query
		answers []string
		ids     []string
		total   int
		sent    []string // first, after and refresh of each request
	}{
		"count only": {Query{}, []string{page(7, true, false, "c", "1")}, nil, 7, []string{"1 <nil> <nil>"}},
		"two pages": {Query{MaxResults: 3},
			[]string{page(3, true, false, "c", "1", "2"), page(3, true, false, "", "3")}, []string{"1", "2", "3"},
			3, []string{"3 <nil> <nil>", "1 c <nil>"}},
		"bounded": {Query{MaxResults: 1}, []string{page(3, true, false, "c", "1", "2")}, []string{"1"},
			3, []string{"1 <nil> <nil>"}},
		"none": {Query{MaxResults: 5}, []string{page(0, true, false, "")}, nil, 0, []string{"5 <nil> <nil>"}},
		"refreshed": {Query{MaxResults: 5, MaxRefreshes: 2},
			[]string{page(0, false, true, ""), page(1, true, false, "", "1")}, []string{"1"}, 1,
			[]string{"5 <nil> <nil>", "5 <nil> start"}},
		"never ready": {Query{MaxResults: 5, MaxRefreshes: 1},
			[]string{page(0, false, true, ""), page(0, false, true, "")},
			nil, 0, []string{"5 <nil> <nil>", "5 <nil> start"}},
		"a success with few answers": {Query{MaxResults: 5, MaxRefreshes: 2, MinAnswered: 0.99},
			[]string{answeredBy(page(1, true, true, "", "1"), 3, 5),
				answeredBy(page(2, true, true, "", "1", "2"), 5, 5)},
			[]string{"1", "2"}, 2, []string{"5 <nil> <nil>", "5 <nil> start"}},
		"empty page": {Query{MaxResults: 5}, []string{page(3, true, false, "c", "1"), page(3, true, false, "c")},
			[]string{"1"}, 3, []string{"5 <nil> <nil>", "4 c <nil>"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lookup, requests := scripted(t, map[string][]string{"Endpoints": test.answers})
			collection, err := Collect(t.Context(), lookup.Client(), test.query)
			if err != nil {
				t.Fatal(err)
			}
			var ids, sent []string
			for _, endpoint := range collection.Endpoints {
				ids = append(ids, endpoint.Id)
			}
			for _, request := range *requests {
				sent = append(sent,
					fmt.Sprintf("%v %v %v", request.Variables["first"], request.Variables["after"],
						request.Variables["refresh"]))
			}
			if !slices.Equal(ids, test.ids) || collection.Total != test.total ||
				collection.Truncated() != (len(ids) < test.total) {
				t.Errorf("got %v of %d, truncated %t; want %v of %d", ids, collection.Total, collection.Truncated(),
					test.ids, test.total)
			}
			if !slices.Equal(sent, test.sent) {
				t.Errorf("asked %q, want %q", sent, test.sent)
			}
		})
	}
}

// TestPageSize holds that a page which a server does not manage is asked for again at a smaller
// size, and that the following ones keep it.
func TestPageSize(t *testing.T) {
	t.Parallel()
	var sizes []float64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var request recorded
		if err := json.NewDecoder(r.Body).Decode(&request); err != nil {
			t.Error(err)
		}
		first, _ := request.Variables["first"].(float64)
		sizes = append(sizes, first)
		if first > 1500 {
			w.WriteHeader(http.StatusGatewayTimeout)
			return
		}
		next := "c"
		if len(sizes) > 3 {
			next = ""
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprint(w, page(9000, true, false, next, fmt.Sprint(len(sizes))))
	}))
	t.Cleanup(server.Close)
	address, err := gateway.ParseAddress(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	client, err := gateway.New(gateway.Options{
		Address: address,
		Token:   "token-test",
		Retry:   gateway.Retry{Attempts: -1},
	})
	if err != nil {
		t.Fatal(err)
	}
	collection, err := Collect(t.Context(), client, Query{MaxResults: 9000})
	if err != nil || len(collection.Endpoints) != 3 || !slices.Equal(sizes, []float64{5000, 1250, 1250, 1250}) {
		t.Errorf("%d endpoints, %v, by pages of %v", len(collection.Endpoints), err, sizes)
	}
}

// TestFollowingPages checks that a page which is refused as too large, in whatever way, is asked
// for again smaller, and that a list whose cursor has expired is read again from the start, a
// limited number of times and without doubling what was read.
func TestFollowingPages(t *testing.T) {
	t.Parallel()
	type failure struct {
		status int
		body   string
	}
	refused := failure{http.StatusOK, `{"data":null,"errors":[{"message":"the cursor is not valid"}]}`}
	large := func(first float64, _ string) bool { return first > 1500 }
	expired := func(times int) func(float64, string) bool {
		return func(_ float64, after string) bool {
			if after != "" && times > 0 {
				times--
				return true
			}
			return false
		}
	}
	begin := []string{"5000 <nil>", "5000 c", "100 c"}
	for name, c := range map[string]struct {
		failure failure
		fails   func(first float64, after string) bool
		asked   []string
		failed  bool
	}{
		"413":      {failure{413, ""}, large, []string{"5000 <nil>", "1250 <nil>", "1250 c"}, false},
		"502":      {failure{502, ""}, large, []string{"5000 <nil>", "1250 <nil>", "1250 c"}, false},
		"400":      {failure{400, ""}, large, []string{"5000 <nil>", "100 <nil>", "1250 c"}, false},
		"an error": {refused, large, []string{"5000 <nil>", "100 <nil>", "1250 c"}, false},
		"an expired cursor": {refused, expired(2),
			slices.Concat(begin, []string{"5000 <nil>", "5000 c"}), false},
		"an expired cursor with 400": {failure{400, ""}, expired(2),
			slices.Concat(begin, []string{"5000 <nil>", "5000 c"}), false},
		"an expired cursor for ever": {refused, expired(99), slices.Concat(begin, begin, begin), true},
		"anything": {refused, func(float64, string) bool { return true },
			[]string{"5000 <nil>", "100 <nil>"}, true},
	} {
		var asked []string
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			var request recorded
			if err := json.NewDecoder(r.Body).Decode(&request); err != nil {
				t.Error(err)
			}
			first, _ := request.Variables["first"].(float64)
			after, _ := request.Variables["after"].(string)
			asked = append(asked, fmt.Sprint(first, " ", request.Variables["after"]))
			w.Header().Set("Content-Type", "application/json")
			switch {
			case c.fails(first, after):
				w.WriteHeader(c.failure.status)
				_, _ = fmt.Fprint(w, c.failure.body)
			case after == "":
				_, _ = fmt.Fprint(w, page(2, true, false, "c", "1"))
			default:
				_, _ = fmt.Fprint(w, page(2, true, false, "", "2"))
			}
		}))
		t.Cleanup(server.Close)
		address, err := gateway.ParseAddress(server.URL)
		if err != nil {
			t.Fatal(err)
		}
		client, err := gateway.New(gateway.Options{
			Address: address, Token: "token-test", Retry: gateway.Retry{Attempts: -1},
		})
		if err != nil {
			t.Fatal(err)
		}
		collection, err := Collect(t.Context(), client, Query{MaxResults: 9000})
		if (err != nil) != c.failed || (err == nil && (len(collection.Endpoints) != 2 || collection.Truncated())) {
			t.Errorf("%s: %+v, %v", name, collection, err)
		}
		if !slices.Equal(asked, c.asked) {
			t.Errorf("%s: asked %q, want %q", name, asked, c.asked)
		}
	}
}

func TestCheckOfTargets(t *testing.T) {
	t.Parallel()
	none := `{"data":{"actionGroup":null,"computerGroup":null,"sensors":{"edges":[]}}}`
	refused := `{"errors":[{"message":"no such group"}],"data":{"computerGroup":null}}`
	lookup, _ := scripted(t, map[string][]string{
		"GetActionGroup":     {none, none, none},
		"ActionGroupNames":   {`{"data":{"actionGroups":{"edges":[{"node":{"name":"All Computers"}}]}}}`},
		"GetComputerGroup":   {none, refused, refused},
		"ComputerGroupNames": {`{"data":{"computerGroups":{"edges":[{"node":{"name":"All Windows"}}]}}}`},
		"Sensors": {
			none,
			`{"data":{"sensors":{"edges":[{"node":{"name":"Service ` +
				`Details","harvested":true,"virtual":false,"columns":[{"name":"Service Name"}],"parameters":null}}]}}}`,
			`{"data":{"sensors":{"edges":[{"node":{"name":"Custom Tag ` +
				`Exists","harvested":false,"virtual":false,"columns":null,"parameters":[{"name":"tag",` +
				`"defaultValue":null}]}}]}}}`,
		},
		"SensorNames": {`{"data":{"sensors":{"edges":[{"node":{"name":"OS Platform"}}]}}}`},
	})
	targets := Targets{
		ActionGroup: gateway.Ref{Name: "All Computer"},
		Filter: &Filter{Filters: []Filter{
			sensor("OS Plattform", "", "Windows"),
			sensor("Service Details", "Name", "sshd"),
			{Sensor: &catalog.Sensor{Name: "Custom Tag Exists", Params: map[string]string{"tags": "x"}}},
			{MemberOf: &gateway.Ref{ID: "9"}},
		}},
	}
	problems, err := targets.Check(t.Context(), lookup, catalog.Path{"targets"})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, problem := range problems {
		got = append(got, fmt.Sprint(problem.Path, " ", problem.Summary))
	}
	want := []string{
		"targets.action_group.name Unknown action group",
		"targets.filter.filters[0].sensor.name Unknown sensor",
		"targets.filter.filters[1].sensor.column Unknown sensor column",
		"targets.filter.filters[2].sensor.params Missing sensor parameter",
		`targets.filter.filters[2].sensor.params["tags"] Unknown sensor parameter`,
		"targets.filter.filters[3].member_of.id Unknown computer group",
	}
	if !slices.Equal(got, want) {
		t.Errorf("reported\n%q\nwant\n%q", got, want)
	}
}
