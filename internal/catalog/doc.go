// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

// Package catalog finds what a configuration names in Tanium: packages, sensors and groups. What is
// not there is a Problem with the path of the attribute and the nearest right name.
//
// It imports the gateway and knows nothing of Terraform.
package catalog
