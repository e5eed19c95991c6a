// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

// Package deployment conducts a deployment: it prepares it, sends it once, waits for its end,
// judges it and cancels it.
//
// It imports targeting, catalog and gateway. It does not import Terraform, so that a resource, an
// action block and a data source can share it.
package deployment
