// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// spellingOf returns how Tanium shows the parameters of a package. It is the same for all of them.
func spellingOf(shown gateway.ScheduledActionPackage) deployment.Spelling {
	all := append([]string{}, shown.Params...)
	for _, parameter := range shown.SensorSourcedParams {
		all = append(all, parameter.Value)
	}
	return deployment.SpellingOf(all)
}

// importedParameters returns the attributes of the parameters that Tanium shows. It decodes them,
// because the next deployment would otherwise send the encoded text (API.md#encoded-parameters).
func importedParameters(shown gateway.ScheduledActionPackage) map[string]attr.Value {
	decoded := deployment.Decoded
	if spellingOf(shown) == deployment.Literal {
		decoded = func(text string) string { return text }
	}
	values := map[string]attr.Value{}
	if len(shown.Params) > 0 {
		var list []string
		for _, parameter := range shown.Params {
			list = append(list, decoded(parameter))
		}
		values["parameters"] = textList(list)
	}
	if len(shown.SensorSourcedParams) > 0 {
		elements := map[string]attr.Value{}
		for _, parameter := range shown.SensorSourcedParams {
			elements[parameter.Name] = types.StringValue(decoded(parameter.Value))
		}
		values["sensor_sourced_parameters"] = types.MapValueMust(types.StringType, elements)
	}
	return values
}

// noticeUnclear returns the warning of an import about parameters that may be percent-encoded. It
// does not show the values, because one of them may be a secret. There can be no comment in a
// generated configuration.
func noticeUnclear(shown gateway.ScheduledActionPackage) diag.Diagnostics {
	if spellingOf(shown) != deployment.Unclear {
		return nil
	}
	var names []string
	at := catalog.Path{"package"}
	for i, parameter := range shown.Params {
		if deployment.HasEscape(parameter) {
			names = append(names, at.At("parameters", i).String())
		}
	}
	for _, parameter := range shown.SensorSourcedParams {
		if deployment.HasEscape(parameter.Value) {
			names = append(names, at.At("sensor_sourced_parameters", catalog.Key(parameter.Name)).String())
		}
	}
	if len(names) == 0 {
		return nil // nothing was decoded
	}
	return diag.Diagnostics{diag.NewAttributeWarningDiagnostic(path.Root("package"),
		"Parameters of the imported action may be encoded",
		fmt.Sprintf("Tanium shows percent-escapes such as %%2b in %s. Some servers show parameters "+
			"percent-encoded and others do not, so it cannot be told whether the escapes are part of the values. The "+
			"import has decoded them, and -generate-config-out writes the decoded values. Check these values before "+
			"the next deployment sends them. If the escapes are part of a value, write them into the configuration. "+
			"The plan accepts both spellings of the imported action and deploys nothing.", strings.Join(names, ", ")))}
}
