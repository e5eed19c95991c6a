// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"net/http"
	"slices"
	"time"

	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/99designs/gqlgen/graphql/handler/transport"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/clock"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/graph"
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
}

// Simulator is a local Tanium gateway. It is an http.Handler, safe for concurrent use.
type Simulator struct {
	world   *world.World
	clock   *clock.Clock
	tokens  []string
	graphql http.Handler
	mux     *http.ServeMux
	faults  faults
	log     log
}

// maxTokens bounds how long a document may be, so that a deep one costs no more than a long one.
const maxDocumentTokens = 20_000

// New makes a gateway. An error is one of the fleet that is built in.
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
	s := &Simulator{clock: options.Clock, tokens: options.Tokens, mux: http.NewServeMux()}
	s.world = world.New(world.Options{Fleet: options.Fleet, Clock: options.Clock, Seed: options.Seed, RequireApproval: options.RequireApproval, Unknowns: options.Unknowns})
	server := handler.New(graph.New(s.world))
	server.AddTransport(transport.POST{})
	server.Use(extension.Introspection{})
	server.SetParserTokenLimit(maxDocumentTokens)
	server.AroundFields(graph.Fail)
	s.graphql = server
	s.mux.HandleFunc(Path, s.serveGraphQL)
	s.routeControl()
	return s, nil
}

// ServeHTTP answers the gateway's path and those of the control calls.
func (s *Simulator) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// user of a token; nil for one that is not accepted.
func (s *Simulator) user(token string) *fleet.User {
	if user := s.world.Fleet().UserOf(token); user != nil {
		return user
	}
	if users := s.world.Fleet().Users; token != "" && len(users) > 0 && slices.Contains(s.tokens, token) {
		return &users[0]
	}
	return nil
}
