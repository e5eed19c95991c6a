// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

// Package graph serves the simulator's GraphQL schema. It has thin resolvers between the schema and
// the world, one file per entity.
//
// Of this project it imports world and the packages below world. The schema is the one that the
// gateway's client is generated from. It is read when the code is generated, not at run time.
package graph

//go:generate go tool -modfile=../../tools/go.mod gqlgen generate
