// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/provider/conceal"
	"github.com/tanium-community/terraform-provider-tanium/internal/provider/message"
	"github.com/tanium-community/terraform-provider-tanium/internal/record"
)

// recording returns what records the exchanges with Tanium for a bug report; nil unless the
// environment asks for it. It warns while it does, because a record that somebody forgets grows.
func recording(getenv func(string) string, diags *diag.Diagnostics) func(context.Context, gateway.Exchange) {
	path, names := getenv(message.EnvRecord), getenv(message.EnvRecordNames) == "1"
	if path == "" {
		return nil
	}
	folder, err := record.Create(path, names)
	if err != nil {
		diags.AddError("Record cannot be written",
			fmt.Sprintf("%s asks for a record of the exchanges with Tanium in the folder %q, which cannot be "+
				"written: %s. Name another folder, or unset the variable.", message.EnvRecord, path, err))
		return nil
	}
	written := "Pseudonyms stand for the names of endpoints, users and actions, for addresses, comments and " +
		"readings, and for the parameters of packages. The names of packages, sensors and groups are in it."
	if names {
		written = fmt.Sprintf("Because %s is 1, it has all names, addresses, comments and readings. Pseudonyms stand "+
			"for the parameters of packages only.", message.EnvRecordNames)
	}
	diags.AddWarning("Exchanges with Tanium are recorded",
		fmt.Sprintf("%s is set, so each request to Tanium and its answer are written to a file in %s. The API token "+
			"and write-only parameters are left out. %s Before you send the record to anybody, look through it, and "+
			"delete the file %q: who has it can check guesses of a name. Unset the variable to end the record.",
			message.EnvRecord, folder.Path(), written, filepath.Join(folder.Path(), record.SaltName)))
	return func(ctx context.Context, made gateway.Exchange) {
		if err := folder.Add(ctx, exchangeOf(made)); err != nil { // it must not fail a deployment
			conceal.LogInfo(ctx, "an exchange with Tanium was not recorded", map[string]any{"error": err.Error()})
		}
	}
}

// exchangeOf returns an exchange in the form of a record.
func exchangeOf(made gateway.Exchange) record.Exchange {
	exchange := record.Exchange{
		Number: made.Number, Operation: made.Operation, Document: made.Document, Variables: made.Variables,
		Started: made.Started, Seconds: made.Duration.Seconds(), Attempts: made.Attempts, Status: made.Status,
		ContentType: made.ContentType, Failure: made.Failure, FailureKind: made.FailureKind,
		Canceled: made.Canceled,
	}
	exchange.SetBody(made.Body)
	return exchange
}
