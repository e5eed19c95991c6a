// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/provider/conceal"
)

// readSecrets reads the block package of the configuration, which alone has the write-only
// parameters: a plan and a state have null in their place.
func (m *deploymentModel) readSecrets(ctx context.Context, config tfsdk.Config, diags *diag.Diagnostics) {
	diags.Append(config.GetAttribute(ctx, path.Root("package"), &m.configured)...)
}

// secrets returns the write-only parameters, as far as they are known.
func (m deploymentModel) secrets() deployment.Secrets {
	fields := m.configured.Attributes()
	return deployment.Secrets{
		Parameters:    optionalTexts(fields["parameters_wo"]),
		SensorSourced: texts(fields["sensor_sourced_parameters_wo"]),
		Version:       integer(fields["parameters_wo_version"]),
	}
}

// validateSecrets reports invalid write-only parameters.
func (m deploymentModel) validateSecrets(at catalog.Path) []catalog.Problem {
	problems := m.request().Package.Validate(at)
	fields := m.configured.Attributes()
	version, given := fields["parameters_wo_version"], func(name string) bool {
		return fields[name] != nil && !fields[name].IsNull()
	}
	if version != nil && !version.IsNull() && !given("parameters_wo") && !given("sensor_sourced_parameters_wo") {
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

// conceal returns the concealment of the secrets.
func (m deploymentModel) conceal() conceal.Concealment { return conceal.Of(m.secrets().Values()) }
