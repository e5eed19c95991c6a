// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

// Package deployment conducts a deployment: it prepares it, sends it once, waits for its end,
// judges it and cancels it.
//
// It imports targeting, catalog and gateway, and does not depend on Terraform, so that resources,
// actions and data sources can share it.
package deployment
