// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

// Package validate has the validators of attributes that say what to write instead. It may import
// Terraform's framework and the catalog, for suggestions.
package validate
