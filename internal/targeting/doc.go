// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

// Package targeting selects endpoints. It decodes and checks filters and targets, and counts the
// endpoints that they reach.
//
// It imports catalog and gateway, and does not depend on Terraform, so that a preview and a
// deployment interpret a filter in the same way.
package targeting
