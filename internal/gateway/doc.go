// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

// Package gateway is a client of Tanium's API Gateway. It sends requests, decodes answers and
// classifies errors.
//
// The GraphQL documents are in queries/, one file for each entity. Their Go code is generated from
// schema.graphqls. A request is either a read, which is repeated if Tanium is briefly unavailable,
// or a write, which is not repeated once a byte of it may have reached the server.
//
// It imports no package of this project and does not depend on Terraform.
package gateway

//go:generate go run -C ../tools ./gatewayclient ../gateway/genqlient.yaml
