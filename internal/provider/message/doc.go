// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

// Package message has the texts about deployments: errors, warnings and notices, each made from
// plain arguments. An error says what failed, what the server said, what was and was not done, what
// to do, and the IDs. It may import Terraform's diagnostics and paths, deployment and what is below
// it, and sends no request.
package message
