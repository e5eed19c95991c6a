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

// environment is what the provider passes to its resources and data sources when it is configured.
type environment struct {
	// lookup finds packages, sensors and groups, and holds the client.
	lookup *catalog.Catalog
	// preparer checks a deployment and counts its endpoints.
	preparer *deployment.Preparer
	// dispatcher deploys actions.
	dispatcher *deployment.Dispatcher
	// clock measures the time between polls.
	clock deployment.Clock
}

func (e *environment) client() *gateway.Client { return e.lookup.Client() }

// environmentFrom returns the environment in the provider data of a resource or data source. It is
// nil before the provider is configured, such as during validation.
func environmentFrom(data any, diags *diag.Diagnostics) *environment {
	if data == nil {
		return nil
	}
	env, ok := data.(*environment)
	if !ok {
		diags.AddError("Bug in the provider", fmt.Sprintf("The provider data has the unexpected type %T. Please "+
			"report this.", data))
	}
	return env
}
