// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

// Package conceal keeps secrets out of diagnostics, log messages and records, in the spellings that
// servers and scripts use. It may import Terraform's framework and its log, and the package record.
package conceal
