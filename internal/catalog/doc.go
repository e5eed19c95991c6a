// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

// Package catalog looks up the packages, sensors and groups that a configuration names. A missing
// object is a Problem with the path of the attribute and the nearest existing names.
//
// It imports gateway and does not depend on Terraform.
package catalog
