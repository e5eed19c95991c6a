// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/world"
)

// twin is one of several objects or invocations of one run.
type twin struct {
	// class is equal for equal deployments, and shown what Tanium shows of one.
	class, shown string
	policy       string
	config       map[string]any
	said         string
	stored       bool // whether the state has it
}

// newTwin returns a deployment of a class in a random spelling. Classes differ a little.
func newTwin(random *rand.Rand, class int, policy string, invoked bool) *twin {
	name, tag, comment := "Tag", "Blue", any(nil)
	var triggers any
	ids := []any{"100201", "100202", "100203"}
	uptime := map[string]any{"sensor": map[string]any{"name": "Uptime"}, "op": "GT", "value": pick[any](random, 7, "7")}
	server := map[string]any{"sensor": map[string]any{"name": "Operating System"}, "op": "CONTAINS", "value": "Server"}
	for _, filter := range []map[string]any{uptime, server} {
		for key, value := range map[string]any{"negated": false, "any": false, "path": nil, "member_of": nil} {
			if random.IntN(3) == 0 {
				filter[key] = value
			}
		}
	}
	filters := []any{uptime, server}
	switch class {
	case 1:
		name = "tag"
	case 2:
		tag = "blue"
	case 3:
		tag = "Blue "
	case 4:
		comment = "CHG-1"
	case 5:
		filters = []any{server, uptime}
	case 6:
		ids = append(ids, "100204")
	case 7:
		if !invoked {
			triggers = map[string]any{"a": "1"}
		} else {
			name = "Tag 7"
		}
	}
	config := merged(map[string]any{"name": name, "comment": comment, "on_duplicate": policy, "triggers": triggers,
		"package":  map[string]any{"name": "Custom Tagging - Add Tags", "parameters": []any{tag}},
		"schedule": pick[any](random, nil, map[string]any{}),
		"targets": map[string]any{"action_group": map[string]any{"name": "All Computers"}, "endpoint_ids": ids,
			"filter": map[string]any{"filters": filters}},
		"wait": unwaited(),
	})
	if policy == "error" && random.IntN(2) == 0 {
		config["on_duplicate"] = nil
	}
	return &twin{class: fmt.Sprint(class), shown: name + "|" + tag + "|" + fmt.Sprint(comment), policy: policy,
		config: config}
}

// shownOf returns what Tanium shows of a deployment, as a twin has it.
func shownOf(report world.Report) string {
	comment := "<nil>"
	if strings.Contains(report.Comment, "CHG-1") {
		comment = "CHG-1"
	}
	var tags []string
	for _, action := range report.Actions[:min(1, len(report.Actions))] {
		tags = action.Params
	}
	return report.Name + "|" + strings.Join(tags, ",") + "|" + comment
}

// crowd makes several deployments at the same time, as one run of Terraform does.
type crowd struct {
	t       *testing.T
	tenant  *tenant
	invoker *invoker
	invoked bool
	// schema is that of the resource.
	kind tftypes.Type
}

// newCrowd starts a provider.
func newCrowd(t *testing.T, s *tenant, invoked bool) *crowd {
	t.Helper()
	made := newInvoker(t, s)
	return &crowd{t: t, tenant: s, invoker: made, invoked: invoked, kind: made.session.kind()}
}

// plan plans the objects at the same time. It returns their plans, and false if one has an error.
func (c *crowd) plan(twins []*twin) ([]*tfprotov6.PlanResourceChangeResponse, bool) {
	c.t.Helper()
	planned := make([]*tfprotov6.PlanResourceChangeResponse, len(twins))
	if c.invoked {
		return planned, true
	}
	var all sync.WaitGroup
	for i, each := range twins {
		all.Go(func() { planned[i] = c.invoker.planned(each.config, nil) })
	}
	all.Wait()
	for i, each := range twins {
		if each.said = describe(planned[i].Diagnostics); hasError(planned[i].Diagnostics) {
			return planned, false
		}
	}
	return planned, true
}

// apply applies the plan of an object, or invokes it.
func (c *crowd) apply(each *twin, planned *tfprotov6.PlanResourceChangeResponse) {
	if c.invoked {
		each.said = c.invoker.deploy(c.t.Context(), each.config)
		return
	}
	session := c.invoker.session
	applied, err := session.server.ApplyResourceChange(c.t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: session.name, Config: session.dynamic(encode(c.kind, each.config)),
		PriorState: session.dynamic(tftypes.NewValue(c.kind, nil)), PlannedState: planned.PlannedState,
		PlannedPrivate: planned.PlannedPrivate,
	})
	if err != nil {
		c.t.Error(err)
		return
	}
	state, err := applied.NewState.Unmarshal(c.kind)
	if err != nil {
		c.t.Error(err)
	}
	each.said, each.stored = describe(applied.Diagnostics), !state.IsNull()
}

// bounds returns how many deployments of each kind that Tanium shows the twins may make.
func bounds(twins []*twin) (least, most map[string]int) {
	type count struct {
		shown      string
		all, alone int // alone are those that deploy beside others
	}
	classes := map[string]*count{}
	for _, each := range twins {
		if classes[each.class] == nil {
			classes[each.class] = &count{shown: each.shown}
		}
		classes[each.class].all++
		if each.policy == "ignore" {
			classes[each.class].alone++
		}
	}
	least, most = map[string]int{}, map[string]int{}
	for _, class := range classes {
		least[class.shown] += max(1, class.alone)
		most[class.shown] += min(class.all, class.alone+1)
	}
	return least, most
}

// TestHostileTwins makes equal and nearly equal deployments at the same time, and checks that each
// is made as often as on_duplicate allows, and not less often.
func TestHostileTwins(t *testing.T) {
	t.Parallel()
	inShards(t, randomCases(20, 40), 75, func(t *testing.T, random *rand.Rand, cases int) {
		s := newTenant(t, simulator.Options{})
		crowds := map[bool]*crowd{false: newCrowd(t, s, false), true: newCrowd(t, s, true)}
		refused := 0
		for range cases {
			if err := s.Reset(); err != nil {
				t.Fatal(err)
			}
			c := crowds[random.IntN(3) > 0]
			c.invoker.configure()
			var twins []*twin
			policy := pick(random, "error", "adopt", "ignore", "")
			classes := 1 + random.IntN(3)
			first := random.IntN(8)
			for range 2 + random.IntN(5) {
				chosen := policy
				if policy == "" {
					chosen = pick(random, "error", "adopt", "ignore")
				}
				twins = append(twins, newTwin(random, (first+random.IntN(classes))%8, chosen, c.invoked))
			}
			planned, ok := c.plan(twins)
			if ok {
				var all sync.WaitGroup
				for i, each := range twins {
					all.Go(func() { c.apply(each, planned[i]) })
				}
				all.Wait()
			} else {
				refused++
			}
			s.Advance(3 * time.Second) // until the actions are issued
			made := map[string]int{}
			for _, report := range s.Actions() {
				made[shownOf(report)]++
			}
			least, most := bounds(twins)
			for _, each := range twins {
				if n := made[each.shown]; ok && n < least[each.shown] || n > most[each.shown] || !ok && n > 0 {
					var said []string
					for _, other := range twins {
						said = append(said, fmt.Sprintf("class %s, %s, %v: %s", other.class, other.policy,
							other.config, other.said))
					}
					t.Fatalf("%d deployments of %q, want from %d to %d; invoked: %t\n%s", n, each.shown,
						least[each.shown], most[each.shown], c.invoked, strings.Join(said, "\n"))
				}
			}
		}
		if refused > cases/2 {
			t.Errorf("%d of %d plans were refused", refused, cases)
		}
	})
}

// gate holds the requests of a stage until it is opened, and counts deployments.
type gate struct {
	stage    string
	held     chan struct{}
	open     chan struct{}
	first    sync.Once
	deployed atomic.Int64
}

// newGate returns a closed gate.
func newGate(stage string) *gate {
	return &gate{stage: stage, held: make(chan struct{}), open: make(chan struct{})}
}

// pass holds a request.
func (g *gate) pass(body []byte) {
	switch {
	case bytes.Contains(body, []byte("mutation PerformAction")):
		g.deployed.Add(1)
	case bytes.Contains(body, []byte(g.stage)):
		g.first.Do(func() { close(g.held) })
		<-g.open
	}
}

// stopped reports whether an interrupt has taken effect. It sends nothing.
func (c *crowd) stopped() bool {
	_, ended := c.invoker.invoke(c.t.Context(), cancelType, map[string]any{"scheduled_action_id": ""})
	return strings.Contains(describe(ended), "Interrupted before the action was invoked")
}

// TestHostileStops interrupts many deployments while each of them is still before its request, and
// checks that none is deployed afterwards.
func TestHostileStops(t *testing.T) {
	t.Parallel()
	inShards(t, randomCases(12, 24), 76, func(t *testing.T, random *rand.Rand, cases int) {
		s := newTenant(t, simulator.Options{})
		var current atomic.Pointer[gate]
		current.Store(newGate("nothing"))
		s.intercept(t, func(_ http.ResponseWriter, body []byte, _ forwardFunc) bool {
			current.Load().pass(body)
			return false
		})
		crowds := map[bool]*crowd{false: newCrowd(t, s, false), true: newCrowd(t, s, true)}
		held := 0
		for range cases {
			c := crowds[random.IntN(2) == 0]
			c.invoker.configure()
			stage, policies := "query Endpoints", []string{"error", "adopt", "ignore"}
			if random.IntN(2) == 0 { // the search for duplicates, which "ignore" does not make first
				stage, policies = "scheduledActions", policies[:2]
			}
			var twins []*twin
			for i := range 1 + random.IntN(6) {
				twins = append(twins, newTwin(random, i, pick(random, policies...), c.invoked))
			}
			planned, ok := c.plan(twins)
			if !ok {
				t.Fatal("the plan fails")
			}
			s.Advance(2 * time.Second) // until the count of the plan is too old
			g := newGate(stage)
			current.Store(g)
			var all sync.WaitGroup
			for i, each := range twins {
				all.Go(func() { c.apply(each, planned[i]) })
			}
			finished := make(chan struct{})
			go func() {
				all.Wait()
				close(finished)
			}()
			select {
			case <-g.held:
				held++
			case <-finished:
				t.Fatalf("nothing was held at %q: %s", stage, twins[0].said)
			}
			var stopping sync.WaitGroup
			stopping.Go(func() { c.invoker.interrupt() }) // it returns once the invocations have ended
			for !c.stopped() {
			}
			close(g.open)
			<-finished
			stopping.Wait()
			for _, each := range twins {
				if each.stored || !strings.Contains(each.said, "ERROR Interrupted") ||
					!strings.Contains(each.said, "Nothing was deployed") {
					t.Errorf("held at %q, it says: %s", g.stage, each.said)
				}
			}
			if n := g.deployed.Load(); n > 0 || s.Stats().Deployments > 0 {
				t.Fatalf("%d deployments after an interrupt at %q", n, g.stage)
			}
		}
	})
}

// TestHostileMoments interrupts many deployments at a random request, and checks that what each of
// them says is what happened.
func TestHostileMoments(t *testing.T) {
	t.Parallel()
	inShards(t, randomCases(12, 24), 77, func(t *testing.T, random *rand.Rand, cases int) {
		s := newTenant(t, simulator.Options{})
		var left atomic.Int64
		left.Store(-1)
		var interrupt atomic.Pointer[func()]
		s.intercept(t, func(_ http.ResponseWriter, _ []byte, _ forwardFunc) bool {
			if left.Add(-1) == 0 {
				(*interrupt.Load())()
			}
			return false
		})
		crowds := map[bool]*crowd{false: newCrowd(t, s, false), true: newCrowd(t, s, true)}
		for range cases {
			if err := s.Reset(); err != nil {
				t.Fatal(err)
			}
			c := crowds[random.IntN(2) == 0]
			left.Store(-1)
			c.invoker.configure()
			var twins []*twin
			for i := range 1 + random.IntN(6) {
				each := newTwin(random, 0, "error", c.invoked)
				each.config["name"] = fmt.Sprint("Moment ", i)
				if random.IntN(2) == 0 {
					each.config["wait"] = nil
				}
				twins = append(twins, each)
			}
			planned, ok := c.plan(twins)
			if !ok {
				t.Fatal("the plan fails")
			}
			var stopping sync.WaitGroup
			stop := func() { stopping.Go(c.invoker.interrupt) }
			interrupt.Store(&stop)
			left.Store(int64(1 + random.IntN(12*len(twins))))
			var all sync.WaitGroup
			for i, each := range twins {
				all.Go(func() { c.apply(each, planned[i]) })
			}
			all.Wait()
			stopping.Wait()
			c.checkMoments(twins)
		}
	})
}

// checkMoments checks what was deployed and is open after an interrupt.
func (c *crowd) checkMoments(twins []*twin) {
	c.t.Helper()
	for _, each := range twins {
		made, left := 0, 0
		for _, report := range c.tenant.Actions() {
			if report.Name == each.config["name"] {
				made++
				if open(report) {
					left++
				}
			}
		}
		nothing := strings.Contains(each.said, "Nothing was deployed")
		unsure := strings.Contains(each.said, "may or may not have been deployed")
		if made > 1 || nothing && made > 0 || !nothing && !unsure && made == 0 ||
			!c.invoked && !unsure && each.stored != (made == 1) ||
			c.invoked && strings.Contains(each.said, "ERROR Interrupted") && left > 0 {
			c.t.Errorf("%d deployments, %d open, in the state: %t; invoked: %t; it says: %s", made, left, each.stored,
				c.invoked, each.said)
		}
	}
}
