// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

// Package graph is the simulator's GraphQL: thin resolvers, one file an entity, between the schema
// and the world.
//
// It imports world and what the world is made of. The schema is the one the gateway's client is
// made from; it is read when the code is generated, not when it runs.
package graph

//go:generate go tool -modfile=../../tools/go.mod gqlgen generate
