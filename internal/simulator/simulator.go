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

// Path is where the gateway answers (API.md#address).
const Path = "/plugin/products/gateway/graphql"

// DefaultToken is accepted where Options.Tokens is nil, with the built-in fleet.
const DefaultToken = "token-simulator"

// Options shape a gateway. The zero value is a good one.
type Options struct {
	// Fleet to begin with; nil for the one built in.
	Fleet *fleet.Fleet
	// Clock of everything; nil for the machine's.
	Clock *clock.Clock
	// Seed of all durations.
	Seed uint64
	// Tokens accepted besides those of the fleet's users; they are the first user's.
	Tokens []string
	// RequireApproval holds scheduled actions back until a second user approves them.
	RequireApproval bool
	// Unknowns choose what Tanium's documentation leaves open.
	Unknowns world.Unknowns
	// OldSchema is that of a tenant that has not been updated; it goes with Unknowns.OldStatuses.
	OldSchema bool
	// Store keeps everything across restarts; nil for memory. Its fleet, seed and choices must be
	// the same every time.
	Store *store.Store
}

// Simulator is a local Tanium gateway. It is an http.Handler, safe for concurrent use.
type Simulator struct {
	options Options
	mux     *http.ServeMux
	guarded http.Handler
	current atomic.Pointer[instance]
	reset   sync.Mutex
}

// life is everything between two resets. A request belongs to the life in which it arrived.
type instance struct {
	world   *world.World
	clock   *clock.Clock
	graphql http.Handler
	faults  faults
	log     log
}

// New makes a gateway. An error is one of the fleet that is built in, or of the store.
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
	options.Unknowns.OldStatuses = options.Unknowns.OldStatuses || options.OldSchema
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

// shape of a world on a clock.
func (s *Simulator) worldOptions(c *clock.Clock) world.Options {
	return world.Options{Fleet: s.options.Fleet, Clock: c, Seed: s.options.Seed,
		RequireApproval: s.options.RequireApproval,
		Unknowns:        s.options.Unknowns, Tokens: s.options.Tokens}
}

// first is the life to begin with, which goes on from the store where there is one.
func (s *Simulator) firstInstance() (*instance, error) {
	options := s.worldOptions(s.options.Clock)
	if s.options.Store == nil {
		return s.newInstance(world.New(options), options.Clock), nil
	}
	resumed, err := resume(options, s.options.Store)
	if err != nil {
		return nil, err
	}
	return s.newInstance(resumed, options.Clock), nil
}

// live makes what answers for a world.
func (s *Simulator) newInstance(w *world.World, c *clock.Clock) *instance {
	server := handler.New(graph.New(w, s.options.OldSchema))
	server.AddTransport(transport.POST{})
	server.Use(documentLimits{})
	server.Use(extension.Introspection{})
	server.SetParserTokenLimit(maxDocumentTokens)
	server.AroundFields(graph.Fail)
	return &instance{world: w, clock: c, graphql: server}
}

// Reset puts everything back to how it began: the fleet, the time, actions, tokens, faults, the log
// and the figures. The store is emptied. A request that is under way is answered by what was there
// before, and changes nothing any more. An error is the store's; nothing has changed then.
func (s *Simulator) Reset() error {
	s.reset.Lock()
	defer s.reset.Unlock()
	old := s.instance()
	options := s.worldOptions(old.clock.Restarted())
	options.Began = options.Clock.Now().UTC().Round(0) // as a store gives it back
	kept := s.options.Store
	if kept != nil {
		options.Journal = kept
	}
	next := s.newInstance(world.New(options), options.Clock)
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

// ServeHTTP answers the gateway's path, those of the control calls, and the page.
func (s *Simulator) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.guarded.ServeHTTP(w, r) }

// resume makes the world that a store was left with. Its time goes on from the later of the clock's
// and the last thing stored, so that it never runs backwards.
func resume(options world.Options, kept *store.Store) (*world.World, error) {
	began, records, err := kept.Load(options.Clock.Now())
	if err != nil {
		return nil, err
	}
	last, err := world.Last(records)
	if err != nil {
		return nil, err
	}
	options.Began, options.Journal = began, kept
	if latest := maxTime(began, last); latest.After(options.Clock.Now()) {
		options.Clock.Advance(latest.Sub(options.Clock.Now()))
	}
	resumed := world.New(options)
	return resumed, resumed.Replay(records)
}

func maxTime(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
