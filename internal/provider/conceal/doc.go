// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

// Package conceal keeps secrets out of diagnostics and log messages, in the spellings that servers
// and scripts use. It may import Terraform's framework and its log.
package conceal
