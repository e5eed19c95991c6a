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
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// minSecretLength is the length of the shortest secret that messages conceal. A shorter text is no
// secret, and it is part of too much of what a message has to say.
const minSecretLength = 4

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

// concealment replaces the write-only parameters in what the provider says. A server may echo a
// parameter in an error, and a script may print it into the action log.
type concealment struct {
	mask    gateway.Mask
	secrets []string
}

// conceal returns the concealment of a configuration.
func (m deploymentModel) conceal() concealment {
	var secrets []string
	for _, secret := range m.secrets().Values() {
		if len(secret) >= minSecretLength {
			secrets = append(secrets, secret)
		}
	}
	return concealment{mask: gateway.NewMask("[write-only parameter]", secrets...), secrets: secrets}
}

// logs returns a context whose log messages do not show the secrets.
func (c concealment) logs(ctx context.Context) context.Context {
	if len(c.secrets) == 0 {
		return ctx
	}
	ctx = tflog.MaskMessageStrings(ctx, c.secrets...)
	return tflog.MaskAllFieldValuesStrings(ctx, c.secrets...)
}

// within replaces the diagnostics by those that do not show the secrets.
func (c concealment) within(diags *diag.Diagnostics) {
	if len(c.secrets) > 0 {
		*diags = c.diagnostics(*diags)
	}
}

// diagnostics returns diagnostics that do not show the secrets.
func (c concealment) diagnostics(given diag.Diagnostics) diag.Diagnostics {
	concealed := make(diag.Diagnostics, len(given))
	for i, each := range given {
		concealed[i] = each
		summary, detail := c.mask.Text(each.Summary()), c.mask.Text(each.Detail())
		if summary == each.Summary() && detail == each.Detail() {
			continue
		}
		var shown diag.Diagnostic = diag.NewErrorDiagnostic(summary, detail)
		if each.Severity() == diag.SeverityWarning {
			shown = diag.NewWarningDiagnostic(summary, detail)
		}
		if placed, ok := each.(diag.DiagnosticWithPath); ok {
			shown = diag.WithPath(placed.Path(), shown)
		}
		concealed[i] = shown
	}
	return concealed
}
