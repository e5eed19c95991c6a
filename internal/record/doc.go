// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

// Package record is the form of a record for a bug report: a folder with one file for each exchange
// with the gateway, in which pseudonyms stand for names. The provider writes it, and the simulator
// replays it.
//
// It imports no package of this project, because the provider and the simulator share nothing else
// but the wire.
package record
