// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

// Package deployment is what a deployment is: checked before it is sent, sent once, watched to its
// end, judged, and cancelled.
//
// It imports targeting and the gateway and knows nothing of Terraform, so that a resource, an
// action block and a data source can share it.
package deployment
