// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// inShards runs cases in a few parallel subtests, each with dice of its own. A shard keeps what is
// expensive to start.
func inShards(t *testing.T, cases int, seed uint64, run func(t *testing.T, random *rand.Rand, cases int)) {
	t.Helper()
	const shards = 4
	for shard := range uint64(shards) {
		t.Run(fmt.Sprint(shard), func(t *testing.T) {
			t.Parallel()
			run(t, rand.New(rand.NewPCG(seed, shard)), (cases+shards-1)/shards) //nolint:gosec // a test's dice
		})
	}
}

// pick returns one of the values at random.
func pick[T any](random *rand.Rand, values ...T) T { return values[random.IntN(len(values))] }

// invoker invokes deployments of one provider. It reads the schema once, because that takes longer
// than an invocation.
type invoker struct {
	*actionSession

	kind tftypes.Type
}

// newInvoker starts and configures a provider.
func newInvoker(t *testing.T, s *tenant) *invoker {
	t.Helper()
	session := newActionSession(t, s, s, simulator.DefaultToken)
	schemas, err := session.server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	return &invoker{actionSession: session, kind: schemas.ActionSchemas[deployType].Schema.ValueType()}
}

// deploy invokes a deployment, and returns its progress and the diagnostics of its end.
func (i *invoker) deploy(ctx context.Context, config map[string]any) string {
	i.t.Helper()
	encoded, err := tfprotov6.NewDynamicValue(i.kind, encode(i.kind, config))
	if err != nil {
		i.t.Fatal(err)
	}
	stream, err := i.server.InvokeAction(ctx,
		&tfprotov6.InvokeActionRequest{ActionType: deployType, Config: &encoded})
	if err != nil {
		i.t.Fatal(err)
	}
	said := ""
	stream.Events(func(event tfprotov6.InvokeActionEvent) bool {
		switch event := event.Type.(type) {
		case tfprotov6.ProgressInvokeActionEventType:
			said += event.Message + "\n"
		case tfprotov6.CompletedInvokeActionEventType:
			said += describe(event.Diagnostics)
		}
		return true
	})
	return said
}

// liar is a server that forges its answers to counts. It refuses each deployment, after it has
// recorded it.
type liar struct {
	t      *testing.T
	random *rand.Rand
	mutex  sync.Mutex // guards the rest
	// lies change one answer each, as the case chose them; pages are the answers since the last one
	// without a cursor.
	lies  []lie
	pages []map[string]any
	// answers is the number of answers to counts so far, and until that of answers with lies.
	answers, until int
	// sent is whether a deployment was requested.
	sent bool
	// steps are the answers of the case, for the message of a failure.
	steps []string
}

// lie is one change of an answer.
type lie struct {
	name  string
	forge func(random *rand.Rand, page, info map[string]any)
}

// lies returns the changes of an answer. Each makes the count lower, contradictory or incomplete.
func lies() []lie {
	field := func(in, name string, values ...any) lie {
		return lie{in + name, func(random *rand.Rand, page, info map[string]any) {
			at := page
			if in == "collectionInfo." {
				at = info
			}
			if value := pick(random, values...); value == "missing" {
				delete(at, name)
			} else {
				at[name] = value
			}
		}}
	}
	edges := func(name string, forge func(random *rand.Rand, edges []any) []any) lie {
		return lie{"edges: " + name, func(random *rand.Rand, page, _ map[string]any) {
			if list, ok := page["edges"].([]any); ok && len(list) > 0 {
				page["edges"] = forge(random, list)
			}
		}}
	}
	node := func(id any) any { return map[string]any{"node": map[string]any{"id": id, "name": fmt.Sprint("x", id)}} }
	return []lie{
		field("", "totalRecords", 0, 1, 2, 4, 50, -1, nil, "missing"),
		field("collectionInfo.", "contributedTotal", 0, 1, 4, 50, -1, nil, "missing"),
		field("collectionInfo.", "expectedTotal", 0, 29, 31, 300, -1, nil, "missing"),
		field("collectionInfo.", "respondedTotal", 0, 3, 29, 31, -1, nil, "missing"),
		field("collectionInfo.", "respondedPercentage", 0, 0.5, 0.98, 0.989999, 0.99, 1.5, 99, -1, nil, "missing"),
		field("collectionInfo.", "success", false, false, nil, "missing"),
		field("collectionInfo.", "active", true, true, nil, "missing"),
		field("", "collectionInfo", nil, "missing", map[string]any{}),
		edges("fewer", func(random *rand.Rand, list []any) []any { return list[:random.IntN(len(list))] }),
		edges("twice", func(random *rand.Rand, list []any) []any {
			return append(slices.Clone(list), list[random.IntN(len(list))])
		}),
		edges("the first only, many times", func(_ *rand.Rand, list []any) []any {
			return slices.Repeat(list[:1], 3)
		}),
		edges("one more", func(random *rand.Rand, list []any) []any {
			return append(slices.Clone(list), node(fmt.Sprint(900000+random.IntN(9))))
		}),
		edges("another", func(_ *rand.Rand, list []any) []any {
			return append(slices.Clone(list[1:]), node("900100"))
		}),
		edges("without an ID", func(random *rand.Rand, list []any) []any {
			return append(slices.Clone(list), node(pick[any](random, nil, "", " ")))
		}),
		edges("a number for an ID", func(_ *rand.Rand, list []any) []any {
			return append(slices.Clone(list), node(900200))
		}),
		{"another page without a cursor", func(_ *rand.Rand, page, _ map[string]any) {
			page["pageInfo"] = map[string]any{"hasNextPage": true, "endCursor": nil}
		}},
	}
}

// handle forges the answers to counts, and checks and refuses deployments.
func (l *liar) handle(w http.ResponseWriter, body []byte, forward forwardFunc) bool {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	w.Header().Set("Content-Type", "application/json")
	if bytes.Contains(body, []byte("mutation PerformAction")) {
		l.sent = true
		_, _ = w.Write([]byte(`{"data":null,"errors":[{"message":"refused by the test"}]}`))
		return true
	}
	if !bytes.Contains(body, []byte("query Endpoints")) {
		return false
	}
	var request struct{ Variables map[string]any }
	var answer map[string]any
	if json.Unmarshal(body, &request) != nil || json.Unmarshal(forward().Body.Bytes(), &answer) != nil {
		l.t.Error("not JSON")
	}
	data, _ := answer["data"].(map[string]any)
	page, _ := data["endpoints"].(map[string]any)
	info, _ := page["collectionInfo"].(map[string]any)
	l.answers++
	for _, each := range l.lies {
		if info != nil && l.answers <= l.until {
			each.forge(l.random, page, info)
		}
	}
	if request.Variables["after"] == nil {
		l.pages = nil
	}
	l.pages = append(l.pages, page)
	text, err := json.Marshal(answer)
	if err != nil {
		l.t.Error(err)
	}
	l.steps = append(l.steps, string(text))
	_, _ = w.Write(text)
	return true
}

// figure returns a number of the last answer; -1 if it has none.
func figure(of map[string]any, name string) float64 {
	switch value := of[name].(type) {
	case float64:
		return value
	case int:
		return float64(value)
	default:
		return -1
	}
}

// reached returns the total of the last count, the number of endpoints that it lists, and their
// IDs.
func (l *liar) reached() (total, listed int, ids map[string]bool) {
	ids = map[string]bool{}
	for _, page := range l.pages {
		total = max(total, int(figure(page, "totalRecords")))
		edges, _ := page["edges"].([]any)
		listed += len(edges)
		for _, edge := range edges {
			fields, _ := edge.(map[string]any)
			node, _ := fields["node"].(map[string]any)
			ids[fmt.Sprint(node["id"])] = true
		}
	}
	return total, listed, ids
}

// incomplete returns what in the last count shows that not all endpoints have answered; empty for
// nothing.
func (l *liar) incomplete() string {
	info, _ := l.pages[0]["collectionInfo"].(map[string]any)
	if info["success"] != true {
		return fmt.Sprint("success is ", info["success"])
	}
	expected, responded := figure(info, "expectedTotal"), figure(info, "respondedTotal")
	if expected > 0 && info["respondedTotal"] != nil {
		if responded < 0.99*expected {
			return fmt.Sprintf("%v of %v answered", responded, expected)
		}
		return ""
	}
	if share := figure(info, "respondedPercentage"); expected < 0 && share >= 0 && share < 0.99 {
		return fmt.Sprint("respondedPercentage is ", share)
	}
	return ""
}

// TestHostileCounts lies about the count, and checks that no deployment is requested which the
// answer shows to break the guard, and none with an upper limit after an incomplete count.
func TestHostileCounts(t *testing.T) {
	t.Parallel()
	inShards(t, randomCases(60, 120), 71, func(t *testing.T, random *rand.Rand, cases int) {
		s := newTenant(t, simulator.Options{})
		l := &liar{t: t, random: random}
		s.intercept(t, l.handle)
		session := newInvoker(t, s)
		all := lies()
		sent := map[bool]int{}
		for range cases {
			session.configure()
			l.lies, l.pages, l.sent, l.steps = nil, nil, false, nil
			l.answers, l.until = 0, pick(random, 1, 2, 1<<20, 1<<20)
			var names []string
			for range random.IntN(4) {
				each := pick(random, all...)
				l.lies, names = append(l.lies, each), append(names, each.name)
			}
			config := merged(map[string]any{"on_duplicate": "ignore", "wait": unwaited()})
			limit := 2 + random.IntN(3)
			var allowed []any
			switch random.IntN(3) {
			case 0:
				config["guard"] = map[string]any{"max_endpoints": limit}
			case 1:
				config["guard"] = map[string]any{"expected_endpoints": limit}
			default:
				limit = 1 << 20
				allowed = []any{"100203", "100202", "100201"}[:2+random.IntN(2)]
				config["guard"] = map[string]any{"allowed_endpoint_ids": allowed}
			}
			ended := session.deploy(t.Context(), config)
			sent[l.sent]++
			if !l.sent {
				continue
			}
			fail := func(why string) {
				t.Errorf("deployed although %s; lies %q, guard %v\n%s\n%s", why, names, config["guard"],
					strings.Join(l.steps, "\n"), ended)
			}
			total, listed, ids := l.reached()
			if total > limit {
				fail(fmt.Sprintf("the total is %d", total))
			}
			if why := l.incomplete(); why != "" {
				fail(why)
			}
			for id := range ids {
				if allowed != nil && !slices.Contains(allowed, any(id)) {
					fail(fmt.Sprintf("%q is not allowed", id))
				}
			}
			if allowed != nil && total > listed {
				fail(fmt.Sprintf("%d of %d endpoints are not listed", total-listed, total))
			}
		}
		if sent[true]*20 < cases || sent[false]*20 < cases {
			t.Errorf("%d requested, %d not: the cases check little", sent[true], sent[false])
		}
	})
}
