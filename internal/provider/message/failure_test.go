// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package message

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
)

// TestReportedPath checks that a problem in a dynamic attribute is reported at the attribute, with
// the whole path in the text.
func TestReportedPath(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		path   catalog.Path
		at     string
		detail string
	}{
		{catalog.Path{"filter", "filters", 0, "vlaue"}, "filter", "filter.filters[0].vlaue: Wrong."},
		{catalog.Path{"targets", "action_group", "name"}, "targets.action_group", "targets.action_group.name: Wrong."},
		{catalog.Path{"sensors", 0, "filter"}, "sensors", "sensors[0].filter: Wrong."},
		{catalog.Path{"package", "parameters", 1}, "package.parameters[1]", "package.parameters[1]: Wrong."},
		{catalog.Path{"url"}, "url", "Wrong."},
	} {
		var diags diag.Diagnostics
		Report([]catalog.Problem{{Path: c.path, Summary: "Bad", Detail: "Wrong."}}, &diags)
		at, ok := diags[0].(diag.DiagnosticWithPath)
		if !ok || at.Path().String() != c.at || diags[0].Detail() != c.detail {
			t.Errorf("%s is reported as %v", c.path, diags[0])
		}
	}
}
