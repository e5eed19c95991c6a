// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
)

// secretsFrom converts the write-only parameters of the block package of a configuration, as far as
// they are known.
func secretsFrom(configured types.Object) deployment.Secrets {
	fields := configured.Attributes()
	return deployment.Secrets{
		Parameters:    optionalTexts(fields["parameters_wo"]),
		SensorSourced: texts(fields["sensor_sourced_parameters_wo"]),
		Version:       integer(fields["parameters_wo_version"]),
	}
}

// checkSecrets reports invalid write-only parameters.
func checkSecrets(work deployment.Package, configured types.Object, at catalog.Path) []catalog.Problem {
	problems := work.Validate(at)
	fields := configured.Attributes()
	given := func(name string) bool { return fields[name] != nil && !fields[name].IsNull() }
	if given("parameters_wo_version") && !given("parameters_wo") && !given("sensor_sourced_parameters_wo") {
		problems = append(problems, catalog.Problem{
			Path: at.At("parameters_wo_version"), Summary: "Version without write-only parameters",
			Detail: "The version is that of parameters_wo and sensor_sourced_parameters_wo. Set one of them, or " +
				"remove parameters_wo_version.",
		})
	}
	return problems
}

// optionalTexts returns the strings in a list value, with nil for a null or unknown one.
func optionalTexts(value attr.Value) []*string {
	list, ok := value.(types.List)
	if !ok {
		return nil
	}
	var result []*string
	for _, element := range list.Elements() {
		var value *string
		if text, ok := element.(types.String); ok && !text.IsUnknown() {
			value = text.ValueStringPointer()
		}
		result = append(result, value)
	}
	return result
}
