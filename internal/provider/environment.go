// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// environment is what a configured provider hands to its types.
type environment struct {
	// lookup finds what deployments refer to, and holds the client.
	lookup *catalog.Catalog
	// preparer checks deployments.
	preparer *deployment.Preparer
	// dispatcher deploys.
	dispatcher *deployment.Dispatcher
	// clock passes the time between polls.
	clock deployment.Clock
}

func (e *environment) client() *gateway.Client { return e.lookup.Client() }

// environmentFrom takes the environment out of a type's provider data. It is nil before the
// provider is configured, as it is while a configuration is validated.
func environmentFrom(data any, diags *diag.Diagnostics) *environment {
	if data == nil {
		return nil
	}
	env, ok := data.(*environment)
	if !ok {
		diags.AddError("Bug in the provider", fmt.Sprintf("The provider's data is a %T. Please report this.", data))
	}
	return env
}
