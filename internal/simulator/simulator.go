// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"net/http"
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

// Path is where the gateway answers (reference 1.1).
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
	// Store keeps everything across restarts; nil for memory. Its fleet, seed and choices must be the same every time.
	Store *store.Store
}

// Simulator is a local Tanium gateway. It is an http.Handler, safe for concurrent use.
type Simulator struct {
	world   *world.World
	clock   *clock.Clock
	graphql http.Handler
	mux     *http.ServeMux
	faults  faults
	log     log
}

// maxTokens bounds how long a document may be, so that a deep one costs no more than a long one.
const maxDocumentTokens = 20_000

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
	s := &Simulator{clock: options.Clock, mux: http.NewServeMux()}
	options.Unknowns.OldStatuses = options.Unknowns.OldStatuses || options.OldSchema
	shape := world.Options{Fleet: options.Fleet, Clock: options.Clock, Seed: options.Seed, RequireApproval: options.RequireApproval, Unknowns: options.Unknowns, Tokens: options.Tokens}
	var err error
	if options.Store == nil {
		s.world = world.New(shape)
	} else if s.world, err = resume(shape, options.Store); err != nil {
		return nil, err
	}
	server := handler.New(graph.New(s.world, options.OldSchema))
	server.AddTransport(transport.POST{})
	server.Use(extension.Introspection{})
	server.SetParserTokenLimit(maxDocumentTokens)
	server.AroundFields(graph.Fail)
	s.graphql = server
	s.mux.HandleFunc(Path, s.serveGraphQL)
	s.routeControl()
	s.routeOverview()
	return s, nil
}

// ServeHTTP answers the gateway's path, those of the control calls, and the page.
func (s *Simulator) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// resume makes the world that a store was left with. Its time goes on from the later of the clock's and the last thing stored, so that it never
// runs backwards.
func resume(shape world.Options, kept *store.Store) (*world.World, error) {
	began, records, err := kept.Begin(shape.Clock.Now())
	if err != nil {
		return nil, err
	}
	last, err := world.Last(records)
	if err != nil {
		return nil, err
	}
	shape.Began, shape.Journal = began, kept
	if latest := maxTime(began, last); latest.After(shape.Clock.Now()) {
		shape.Clock.Advance(latest.Sub(shape.Clock.Now()))
	}
	resumed := world.New(shape)
	return resumed, resumed.Replay(records)
}

func maxTime(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
