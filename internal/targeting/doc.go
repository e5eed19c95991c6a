// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

// Package targeting selects endpoints: filters and target sets, what is wrong with them, and how
// many endpoints they reach.
//
// It imports the catalog and the gateway and knows nothing of Terraform, so that a preview and a
// deployment share one meaning of a filter.
package targeting
