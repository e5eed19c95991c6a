// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// newPackageSpecsDataSource returns the data source tanium_package_specs.
func newPackageSpecsDataSource() datasource.DataSource {
	return &lookup[packageSpecsModel]{name: "package_specs", schema: packageSpecsSchema, read: readPackageSpecs}
}

// packageSpecsModel is the configuration and state of the data source tanium_package_specs.
type packageSpecsModel struct {
	namesModel

	ContentSetName types.String        `tfsdk:"content_set_name"`
	PackageSpecs   []foundPackageModel `tfsdk:"package_specs"`
}

// foundPackageModel is an element of package_specs.
type foundPackageModel struct {
	ID                    types.String        `tfsdk:"id"`
	Name                  types.String        `tfsdk:"name"`
	Command               types.String        `tfsdk:"command"`
	CommandTimeoutSeconds types.Int64         `tfsdk:"command_timeout_seconds"`
	ExpireSeconds         types.Int64         `tfsdk:"expire_seconds"`
	ContentSetName        types.String        `tfsdk:"content_set_name"`
	Parameters            []parameterModel    `tfsdk:"parameters"`
	SensorSourced         []sensorSourceModel `tfsdk:"sensor_sourced_parameters"`
}

func packageSpecsSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Finds packages by name and content set. All conditions that are set must hold.",
		Attributes: namesAttributes("packages", map[string]schema.Attribute{
			"content_set_name": contentSetAttribute(),
			"package_specs":    computedObjects("The packages, ordered by name.", foundPackageAttributes()),
		}),
	}
}

// foundPackageAttributes returns the attributes of foundPackageModel.
func foundPackageAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":                        computedText("ID of the package."),
		"name":                      computedText("Name of the package."),
		"command":                   computedText("Command line that endpoints run, including its placeholders."),
		"command_timeout_seconds":   computedCount("Maximum duration of the command, in seconds."),
		"expire_seconds":            computedCount("Default expiry of an action that runs the package, in seconds."),
		"content_set_name":          computedText("Name of the content set that the package belongs to."),
		"parameters":                packageParametersAttribute(),
		"sensor_sourced_parameters": sensorSourcedAttribute(),
	}
}

func readPackageSpecs(ctx context.Context, env *environment, model *packageSpecsModel, diags *diag.Diagnostics) {
	search := model.search()
	search.ContentSet = model.ContentSetName.ValueString()
	found, err := env.lookup.FindPackages(ctx, search)
	if err != nil {
		diags.Append(failure("find packages", "to read packages", err))
		return
	}
	model.setTruncated(found.Truncated, "packages", diags)
	model.PackageSpecs = []foundPackageModel{}
	for i := range found.List {
		state := packageSpecState(&gateway.PackageSpecDetailsNode{PackageSpec: found.List[i]})
		model.PackageSpecs = append(model.PackageSpecs, foundPackageModel{
			ID: state.ID, Name: state.Name, Command: state.Command,
			CommandTimeoutSeconds: state.CommandTimeoutSeconds, ExpireSeconds: state.ExpireSeconds,
			ContentSetName: state.ContentSetName, Parameters: state.Parameters, SensorSourced: state.SensorSourced,
		})
	}
}
