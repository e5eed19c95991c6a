// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

// Package targeting says which endpoints are meant: filters and target sets, what is wrong with them, and whom they reach.
//
// It imports the gateway and knows nothing of Terraform, so that whatever deploys or looks shares one meaning of a filter.
package targeting
