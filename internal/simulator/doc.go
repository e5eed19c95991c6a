// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

// Package simulator is a local Tanium gateway: an HTTP handler that serves the schema of Tanium's
// API Gateway over a simulated fleet. It is for writing, testing and demonstrating modules without
// a tenant.
//
// It uses gqlgen for three reasons. gqlgen works schema first: it generates the executor from the
// file that the gateway's client is generated from, so a wrong signature does not compile. It
// validates documents the way Tanium does, which seems to use gqlgen too. Its resolvers are plain
// functions. The alternatives fit less: graphql-go/graphql is code first and would hold the schema
// a second time, graph-gophers/graphql-go resolves by reflection at run time, and graphjin and
// similar servers need a database.
//
// The packages below it: filter matches endpoints and records, fleet is the initial state, clock is
// the time, world runs actions, store keeps the commands in a file, graph answers GraphQL, and page
// is the web page. Package simulator adds HTTP: tokens, status codes, injected faults, control
// calls and statistics. Package replay stands beside them: it answers from a record instead.
//
// The simulator imports no other package of this project, except that replay imports record. Only
// its command, the generator of the fleet schema and tests import it: the wire and the form of a
// record are the only contracts between client and simulator.
package simulator
