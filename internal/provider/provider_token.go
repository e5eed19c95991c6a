// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/provider/message"
)

// tokenPrefix begins each API token. A token in place of a path must not get into an error.
const tokenPrefix = "token-"

// token returns the API token and the file that it was read from; empty for none. An argument
// takes precedence over both environment variables.
func (m providerModel) token(getenv func(string) string, diags *diag.Diagnostics) (token, file string) {
	if !known(m.APIToken, "api_token", message.EnvAPIToken, diags) ||
		!known(m.APITokenFile, "api_token_file", message.EnvAPITokenFile, diags) {
		return "", ""
	}
	token, file = m.APIToken.ValueString(), m.APITokenFile.ValueString()
	both := "api_token and api_token_file are both set"
	if token == "" && file == "" {
		token, file = getenv(message.EnvAPIToken), getenv(message.EnvAPITokenFile)
		both = "The environment variables " + message.EnvAPIToken + " and " + message.EnvAPITokenFile + " are both set"
	}
	switch {
	case token != "" && file != "":
		diags.AddAttributeError(path.Root("api_token_file"), "Two API tokens",
			both+", so it is not clear which token to use. Remove one of them.")
	case file != "":
		read, err := gateway.ReadTokenFile(file)
		if err != nil && strings.HasPrefix(filepath.Base(file), tokenPrefix) {
			diags.AddAttributeError(path.Root("api_token_file"), "Not the path of a file",
				fmt.Sprintf("The value given as api_token_file or %s looks like a token, and is no file that can be "+
					"read. Set api_token or %s to the token, or api_token_file to the path of a file that has it.",
					message.EnvAPITokenFile, message.EnvAPIToken))
			return "", ""
		}
		if err != nil {
			diags.AddAttributeError(path.Root("api_token_file"), "Invalid API token file",
				fmt.Sprintf("The file %q, given as api_token_file or %s, %s. Write only the token to it.",
					file, message.EnvAPITokenFile, err))
		}
		return read, file
	case token == "":
		missing("api_token", message.EnvAPIToken, "a Tanium API token, or the path of its file in api_token_file or "+
			message.EnvAPITokenFile, diags)
	case !gateway.ValidToken(token):
		diags.AddAttributeError(path.Root("api_token"), "Invalid API token",
			fmt.Sprintf("The token given as api_token or %s contains a space, a line break or another character "+
				"that cannot be sent. A token read from a file often ends in a line break; "+
				"use api_token_file, or remove it with trimspace(file(...)).", message.EnvAPIToken))
	}
	return token, ""
}
