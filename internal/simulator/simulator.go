// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/99designs/gqlgen/graphql/handler/transport"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/clock"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/graph"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/store"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/world"
)

// Path is the path of the gateway (API.md#address).
const Path = "/plugin/products/gateway/graphql"

// DefaultToken is a token of the built-in fleet's first user.
const DefaultToken = "token-simulator"

// Options configure a simulator. The zero value is usable.
type Options struct {
	// Fleet is the initial fleet; nil for the built-in one.
	Fleet *fleet.Fleet
	// Clock is the clock; nil for real time.
	Clock *clock.Clock
	// Seed is the seed of all simulated durations.
	Seed uint64
	// Tokens are accepted in addition to those of the fleet's users; they belong to the first user.
	Tokens []string
	// RequireApproval requires that another user approves a scheduled action before it issues
	// actions.
	RequireApproval bool
	// Unknowns choose behavior that Tanium's documentation leaves open.
	Unknowns world.Unknowns
	// OldSchema serves the schema of a tenant that has not been updated. It implies
	// Unknowns.OldStatuses.
	OldSchema bool
	// Without are parts of the schema that the tenant does not have: a field or a value, such as
	// "Query.actions", or an argument, such as "Query.endpoints(sort)".
	Without []string
	// Store keeps all data across restarts; nil for memory only. The fleet, the seed and the other
	// options must be the same every time.
	Store *store.Store
}

// Simulator is a local Tanium gateway. It is an http.Handler and safe for concurrent use.
type Simulator struct {
	options Options
	mux     *http.ServeMux
	guarded http.Handler
	current atomic.Pointer[instance]
	reset   sync.Mutex
}

// instance is the state between two resets. A request belongs to the instance that was current when
// it arrived.
type instance struct {
	world   *world.World
	clock   *clock.Clock
	graphql http.Handler
	faults  faults
	log     log
}

// New returns a simulator. It fails if the built-in fleet or the store is invalid.
func New(options Options) (*Simulator, error) {
	if options.Fleet == nil {
		builtin, err := fleet.Builtin()
		if err != nil {
			return nil, err
		}
		options.Fleet = builtin
	}
	if options.Clock == nil {
		options.Clock = clock.New(time.Now, 1)
	}
	if options.OldSchema {
		options.Unknowns.OldStatuses = true
		options.Without = append(graph.OldSchema(), options.Without...)
	}
	s := &Simulator{options: options, mux: http.NewServeMux()}
	first, err := s.firstInstance()
	if err != nil {
		return nil, err
	}
	s.current.Store(first)
	s.mux.HandleFunc(Path, func(w http.ResponseWriter, r *http.Request) { s.instance().serveGraphQL(w, r) })
	s.routeControl()
	s.routeOverview()
	s.guarded = guard(s.mux)
	return s, nil
}

func (s *Simulator) instance() *instance { return s.current.Load() }

// Clock returns the clock of the simulated time. A reset begins a new one.
func (s *Simulator) Clock() *clock.Clock { return s.instance().clock }

// worldOptions returns the options of a world on a clock.
func (s *Simulator) worldOptions(c *clock.Clock) world.Options {
	return world.Options{Fleet: s.options.Fleet, Clock: c, Seed: s.options.Seed,
		RequireApproval: s.options.RequireApproval,
		Unknowns:        s.options.Unknowns, Tokens: s.options.Tokens}
}

// firstInstance returns the first instance. It continues from the store if there is one.
func (s *Simulator) firstInstance() (*instance, error) {
	options := s.worldOptions(s.options.Clock)
	if s.options.Store == nil {
		return s.newInstance(world.New(options), options.Clock)
	}
	resumed, err := resume(options, s.options.Store)
	if err != nil {
		return nil, err
	}
	return s.newInstance(resumed, options.Clock)
}

// newInstance returns an instance that serves a world.
func (s *Simulator) newInstance(w *world.World, c *clock.Clock) (*instance, error) {
	schema, err := graph.New(w, s.options.Without)
	if err != nil {
		return nil, err
	}
	server := handler.New(schema)
	server.AddTransport(transport.POST{})
	server.Use(documentLimits{})
	server.Use(extension.Introspection{})
	server.SetParserTokenLimit(maxDocumentTokens)
	server.AroundFields(graph.Fail)
	return &instance{world: w, clock: c, graphql: server}, nil
}

// Reset restores the initial state: the fleet, the time, actions, tokens, faults, the log and the
// statistics. It empties the store. A request in progress is answered by the old instance and has
// no effect on the new one. If the store fails, Reset changes nothing.
func (s *Simulator) Reset() error {
	s.reset.Lock()
	defer s.reset.Unlock()
	old := s.instance()
	options := s.worldOptions(old.clock.Restarted())
	options.Began = options.Clock.Now().UTC().Round(0) // the form in which a store returns it
	kept := s.options.Store
	if kept != nil {
		options.Journal = kept
	}
	next, err := s.newInstance(world.New(options), options.Clock)
	if err != nil {
		return err
	}
	return old.world.End(func() error {
		if kept != nil {
			if err := kept.Clear(options.Began); err != nil {
				return err
			}
		}
		s.current.Store(next)
		return nil
	})
}

// ServeHTTP serves the gateway, the control calls and the web page.
func (s *Simulator) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.guarded.ServeHTTP(w, r) }

// resume restores the world of a store. Its time is the clock's, or that of the last stored command
// if that is later, so that the time never runs backwards.
func resume(options world.Options, kept *store.Store) (*world.World, error) {
	began, records, err := kept.Load(options.Clock.Now())
	if err != nil {
		return nil, err
	}
	last, err := world.Last(records)
	if err != nil {
		return nil, kept.Damaged(err)
	}
	options.Began, options.Journal = began, kept
	if latest := maxTime(began, last); latest.After(options.Clock.Now()) {
		options.Clock.Advance(latest.Sub(options.Clock.Now()))
	}
	resumed := world.New(options)
	if err := resumed.Replay(records); err != nil {
		return nil, kept.Damaged(err)
	}
	return resumed, nil
}

func maxTime(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
