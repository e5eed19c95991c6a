// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
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
		state := packageSpecState(&gateway.PackageSpecDetailsNode{PackageSpec: found.List[i]})
		model.PackageSpecs = append(model.PackageSpecs, foundPackageModel{
			ID: state.ID, Name: state.Name, Command: state.Command,
			CommandTimeoutSeconds: state.CommandTimeoutSeconds, ExpireSeconds: state.ExpireSeconds,
			ContentSetName: state.ContentSetName, Parameters: state.Parameters, SensorSourced: state.SensorSourced,
		})
	}
}

var (
	_ datasource.DataSource              = &packageSpecDataSource{}
	_ datasource.DataSourceWithConfigure = &packageSpecDataSource{}
)

// packageSpecDataSource is the data source tanium_package_spec.
type packageSpecDataSource struct {
	env *environment
}

func newPackageSpecDataSource() datasource.DataSource { return &packageSpecDataSource{} }

// packageSpecModel is the configuration and state of the data source tanium_package_spec.
type packageSpecModel struct {
	ID                    types.String        `tfsdk:"id"`
	Name                  types.String        `tfsdk:"name"`
	Command               types.String        `tfsdk:"command"`
	CommandTimeoutSeconds types.Int64         `tfsdk:"command_timeout_seconds"`
	ExpireSeconds         types.Int64         `tfsdk:"expire_seconds"`
	ContentSetName        types.String        `tfsdk:"content_set_name"`
	ContentSet            *contentSetModel    `tfsdk:"content_set"`
	LastUpdatedBy         types.String        `tfsdk:"last_updated_by"`
	Parameters            []parameterModel    `tfsdk:"parameters"`
	SensorSourced         []sensorSourceModel `tfsdk:"sensor_sourced_parameters"`
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

func (d *packageSpecDataSource) Metadata(
	_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_package_spec"
}

func (d *packageSpecDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	text := computedText
	resp.Schema = schema.Schema{
		MarkdownDescription: "Definition of a package: the command that it runs, and the parameters that an action " +
			"must pass. Look a package up by its name, because IDs differ between Tanium servers.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "ID of the package. Exactly one of `id` and `name` is required.",
				Validators: []validator.String{stringvalidator.LengthAtLeast(1),
					stringvalidator.ExactlyOneOf(path.MatchRoot("name"))},
			},
			"name": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Exact name of the package, including any placeholders between bars.",
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"command": text("Command line that endpoints run, including its placeholders."),
			"command_timeout_seconds": schema.Int64Attribute{
				Computed:            true,
				MarkdownDescription: "Maximum duration of the command, in seconds.",
			},
			"expire_seconds": schema.Int64Attribute{
				Computed:            true,
				MarkdownDescription: "Default expiry of an action that runs the package, in seconds.",
			},
			"content_set_name": text("Name of the content set that the package belongs to."),
			"content_set": schema.SingleNestedAttribute{
				Computed: true,
				MarkdownDescription: "Content set that the package belongs to. Null if the Tanium version does not " +
					"report it.",
				Attributes: map[string]schema.Attribute{
					"id":          text("ID of the content set."),
					"name":        text("Name of the content set."),
					"description": text("Description of the content set."),
				},
			},
			"last_updated_by": text("User who last changed the package. Null if the Tanium version does not report " +
				"it."),
			"parameters":                packageParametersAttribute(),
			"sensor_sourced_parameters": sensorSourcedAttribute(),
		},
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

func (d *packageSpecDataSource) Configure(
	_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse,
) {
	d.env = environmentFrom(req.ProviderData, &resp.Diagnostics)
}

func (d *packageSpecDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model packageSpecModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	const permission = "to read packages"
	wanted := gateway.Ref{ID: model.ID.ValueString(), Name: model.Name.ValueString()}
	spec, problems, err := d.env.lookup.PackageDetails(ctx, wanted, nil)
	message.Report(problems, &resp.Diagnostics)
	if err != nil {
		resp.Diagnostics.Append(message.Failure("read package "+wanted.String(), permission, err))
	}
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, packageSpecState(spec))...)
}

// packageSpecState converts a package to its model. The Tanium version may not report who changed
// it last, and its content set.
func packageSpecState(spec *gateway.PackageSpecDetailsNode) packageSpecModel {
	model := packageSpecModel{
		ID:                    types.StringValue(spec.Id),
		Name:                  types.StringValue(spec.Name),
		Command:               types.StringValue(spec.Command),
		CommandTimeoutSeconds: types.Int64Value(int64(spec.CommandTimeoutSeconds)),
		ExpireSeconds:         types.Int64Value(int64(spec.ExpireSeconds)),
		ContentSetName:        types.StringValue(spec.ContentSetName),
		LastUpdatedBy:         optionalText(spec.LastUpdatedBy),
		Parameters:            []parameterModel{},
		SensorSourced:         []sensorSourceModel{},
	}
	for _, parameter := range catalog.Positional(&spec.PackageSpec) {
		model.Parameters = append(model.Parameters, parameterModel{
			Key: types.StringValue(parameter.Key), Label: types.StringValue(parameter.Label),
			DefaultValue: types.StringPointerValue(parameter.DefaultValue),
		})
	}
	for _, parameter := range spec.SensorSourcedParams {
		model.SensorSourced = append(model.SensorSourced, sensorSourceModel{Name: types.StringValue(parameter.Name)})
	}
	if set := spec.ContentSet; set != nil {
		model.ContentSet = &contentSetModel{
			ID:          types.StringValue(set.Id),
			Name:        types.StringValue(set.Name),
			Description: types.StringPointerValue(set.Description),
		}
	}
	return model
}
