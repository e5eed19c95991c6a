// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package message

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
)

// Change is a difference between the state and what Tanium shows of a recurring action.
type Change struct {
	At      catalog.Path
	Was, Is string
}

// NoticeDrift returns the warning of a refresh about a recurring action that was changed.
func NoticeDrift(part deployment.Part, changes []Change, notCompared []string) diag.Diagnostic {
	var list strings.Builder
	for _, each := range changes {
		fmt.Fprintf(&list, "\n  - %s: was %s, is %s", each.At, each.Was, each.Is)
	}
	rest := ""
	if len(notCompared) > 0 {
		rest = fmt.Sprintf("\nThese arguments could not be compared: %s.", strings.Join(notCompared, ", "))
	}
	return diag.NewWarningDiagnostic("Recurring action was changed in Tanium",
		fmt.Sprintf("Action %s recurs, and Tanium shows other arguments than the state has. Nothing was changed in "+
			"Tanium. A plan replaces the action if the configuration differs. To keep the change, make it in the "+
			"configuration.%s%s", PartIDs(part), list.String(), rest))
}
