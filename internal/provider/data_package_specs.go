// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/provider/message"
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
		diags.Append(message.Failure("find packages", "to read packages", err))
		return
	}
	model.setTruncated(found.Truncated, "packages", diags)
	model.PackageSpecs = []foundPackageModel{}
	for i := range found.List {
		model.PackageSpecs = append(model.PackageSpecs, foundPackageState(&found.List[i]))
	}
}

// newPackageSpecDataSource returns the data source tanium_package_spec.
func newPackageSpecDataSource() datasource.DataSource {
	return &lookup[packageSpecModel]{name: "package_spec", schema: packageSpecSchema, read: readPackageSpec}
}

// packageSpecModel is the configuration and state of the data source tanium_package_spec.
type packageSpecModel struct {
	foundPackageModel

	ContentSet    *contentSetModel `tfsdk:"content_set"`
	LastUpdatedBy types.String     `tfsdk:"last_updated_by"`
}

// contentSetModel is the attribute content_set.
type contentSetModel struct {
	ID          types.String `tfsdk:"id"`
	Name        types.String `tfsdk:"name"`
	Description types.String `tfsdk:"description"`
}

// parameterModel is one element of the attribute parameters.
type parameterModel struct {
	Key          types.String `tfsdk:"key"`
	Label        types.String `tfsdk:"label"`
	DefaultValue types.String `tfsdk:"default_value"`
}

// sensorSourceModel is one element of the attribute sensor_sourced_parameters.
type sensorSourceModel struct {
	Name types.String `tfsdk:"name"`
}

func packageSpecSchema() schema.Schema {
	attributes := refAttributes("package", foundPackageAttributes())
	attributes["name"] = schema.StringAttribute{
		Optional: true, Computed: true, Validators: notEmpty(),
		MarkdownDescription: "Exact name of the package, including any placeholders between bars.",
	}
	attributes["content_set"] = schema.SingleNestedAttribute{
		Computed: true,
		MarkdownDescription: "Content set that the package belongs to. Null if the Tanium version does not report " +
			"it.",
		Attributes: map[string]schema.Attribute{
			"id":          computedText("ID of the content set."),
			"name":        computedText("Name of the content set."),
			"description": computedText("Description of the content set."),
		},
	}
	attributes["last_updated_by"] = computedText("User who last changed the package. Null if the Tanium version " +
		"does not report it.")
	return schema.Schema{
		MarkdownDescription: "Definition of a package: the command that it runs, and the parameters that an action " +
			"must pass. Look a package up by its name, because IDs differ between Tanium servers.",
		Attributes: attributes,
	}
}

// packageParametersAttribute returns the attribute parameters.
func packageParametersAttribute() schema.ListNestedAttribute {
	return computedObjects("Positional parameters, in the order in which their values are passed; empty if there are "+
		"none.", map[string]schema.Attribute{
		"key":           computedText("Placeholder in the command, such as `$1`."),
		"label":         computedText("Label of the parameter."),
		"default_value": computedText("Default value."),
	})
}

// sensorSourcedAttribute returns the attribute sensor_sourced_parameters.
func sensorSourcedAttribute() schema.ListNestedAttribute {
	return computedObjects("Sensor-sourced parameters; empty if there are none. The API does not read the sensor; it "+
		"uses the value that an action passes.", map[string]schema.Attribute{
		"name": computedText("Name of the sensor, or names of the sensor and its column joined by an underscore."),
	})
}

func readPackageSpec(ctx context.Context, env *environment, model *packageSpecModel, diags *diag.Diagnostics) {
	wanted := refOf(model.ID, model.Name)
	spec, problems, err := env.lookup.PackageDetails(ctx, wanted, nil)
	message.Report(problems, diags)
	if err != nil {
		diags.Append(message.Failure("read package "+wanted.String(), "to read packages", err))
	}
	if diags.HasError() {
		return
	}
	*model = packageSpecModel{
		foundPackageModel: foundPackageState(&spec.PackageSpec),
		LastUpdatedBy:     optionalText(spec.LastUpdatedBy),
	}
	if set := spec.ContentSet; set != nil { // older versions of Tanium do not report it
		model.ContentSet = &contentSetModel{
			ID:          types.StringValue(set.Id),
			Name:        types.StringValue(set.Name),
			Description: types.StringPointerValue(set.Description),
		}
	}
}

// foundPackageState converts a package.
func foundPackageState(spec *gateway.PackageSpec) foundPackageModel {
	model := foundPackageModel{
		ID:                    types.StringValue(spec.Id),
		Name:                  types.StringValue(spec.Name),
		Command:               types.StringValue(spec.Command),
		CommandTimeoutSeconds: types.Int64Value(int64(spec.CommandTimeoutSeconds)),
		ExpireSeconds:         types.Int64Value(int64(spec.ExpireSeconds)),
		ContentSetName:        types.StringValue(spec.ContentSetName),
		Parameters:            []parameterModel{},
		SensorSourced:         []sensorSourceModel{},
	}
	for _, parameter := range catalog.Positional(spec) {
		model.Parameters = append(model.Parameters, parameterModel{
			Key: types.StringValue(parameter.Key), Label: types.StringValue(parameter.Label),
			DefaultValue: types.StringPointerValue(parameter.DefaultValue),
		})
	}
	for _, parameter := range spec.SensorSourcedParams {
		model.SensorSourced = append(model.SensorSourced, sensorSourceModel{Name: types.StringValue(parameter.Name)})
	}
	return model
}
