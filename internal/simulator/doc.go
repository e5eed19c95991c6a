// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

// Package simulator is a local Tanium gateway: an HTTP handler that serves the schema of Tanium's
// API Gateway over a simulated fleet, for writing, testing and demonstrating modules without a
// tenant.
//
// It is served by gqlgen. Schema first, it makes the executor from the very file that the gateway's
// client is made from, so that a signature which differs does not compile; it validates documents
// as Tanium does, which seems to be made with it too; and its resolvers are plain functions. Of the
// others, graphql-go/graphql is code first and would hold the schema a second time,
// graph-gophers/graphql-go resolves by reflection when it runs, and graphjin and its like bring a
// database.
//
// The packages below it: filter decides who matches, fleet is what there is at the beginning, clock
// is the time, world is what happens, store keeps that in a file, graph answers GraphQL, page is
// what people see. This one adds HTTP: tokens, status codes, faults on demand, control and
// statistics. It imports nothing else of this project, and nothing else of this project imports it
// outside tests: the wire is the only contract between client and simulator.
package simulator
