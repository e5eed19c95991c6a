// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

// Package gateway is the client of Tanium's API Gateway: how a request gets there, what an answer
// means, and what went wrong.
//
// The documents stand in queries/, one file an entity; their Go is generated from schema.graphqls.
// Every request is either a read, which is repeated when Tanium is briefly unavailable, or a write,
// which never is once a byte of it may have reached the server.
//
// It imports nothing of this project and knows nothing of Terraform.
package gateway

//go:generate go run -C ../tools ./gatewayclient ../gateway/genqlient.yaml
