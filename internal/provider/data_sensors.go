// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/provider/message"
)

// newSensorsDataSource returns the data source tanium_sensors.
func newSensorsDataSource() datasource.DataSource {
	return &lookup[sensorsModel]{name: "sensors", schema: sensorsSchema, read: readSensors}
}

// sensorsModel is the configuration and state of the data source tanium_sensors.
type sensorsModel struct {
	namesModel

	ContentSetName types.String  `tfsdk:"content_set_name"`
	Sensors        []sensorModel `tfsdk:"sensors"`
}

func sensorsSchema() schema.Schema {
	element := sensorAttributes()
	element["name"] = computedText("Name of the sensor.")
	return schema.Schema{
		MarkdownDescription: "Finds sensors by name and content set. All conditions that are set must hold.",
		Attributes: namesAttributes("sensors", map[string]schema.Attribute{
			"content_set_name": contentSetAttribute(),
			"sensors":          computedObjects("The sensors, ordered by name.", element),
		}),
	}
}

func readSensors(ctx context.Context, env *environment, model *sensorsModel, diags *diag.Diagnostics) {
	search := model.search()
	search.ContentSet = model.ContentSetName.ValueString()
	found, err := env.lookup.FindSensors(ctx, search)
	if err != nil {
		diags.Append(message.Failure("find sensors", "to read sensors", err))
		return
	}
	model.setTruncated(found.Truncated, "sensors", diags)
	model.Sensors = []sensorModel{}
	for _, sensor := range found.List {
		model.Sensors = append(model.Sensors, sensorState(sensor))
	}
}

// newSensorDataSource returns the data source tanium_sensor.
func newSensorDataSource() datasource.DataSource {
	return &lookup[sensorModel]{name: "sensor", schema: sensorSchema, read: readSensor}
}

// sensorModel is the data source tanium_sensor, and an element of tanium_sensors.
type sensorModel struct {
	Name           types.String           `tfsdk:"name"`
	Description    types.String           `tfsdk:"description"`
	Category       types.String           `tfsdk:"category"`
	ContentSetName types.String           `tfsdk:"content_set_name"`
	ValueType      types.String           `tfsdk:"value_type"`
	Harvested      types.Bool             `tfsdk:"harvested"`
	Virtual        types.Bool             `tfsdk:"virtual"`
	IgnoreCase     types.Bool             `tfsdk:"ignore_case"`
	MaxAgeSeconds  types.Int64            `tfsdk:"max_age_seconds"`
	Columns        []sensorColumnModel    `tfsdk:"columns"`
	Parameters     []sensorParameterModel `tfsdk:"parameters"`
}

// sensorColumnModel is a column of a sensor.
type sensorColumnModel struct {
	Name      types.String `tfsdk:"name"`
	ValueType types.String `tfsdk:"value_type"`
	Hidden    types.Bool   `tfsdk:"hidden"`
}

// sensorParameterModel is a parameter of a sensor.
type sensorParameterModel struct {
	Name         types.String `tfsdk:"name"`
	DefaultValue types.String `tfsdk:"default_value"`
}

func sensorSchema() schema.Schema {
	attributes := sensorAttributes()
	attributes["name"] = schema.StringAttribute{
		Required: true, Validators: notEmpty(), MarkdownDescription: "Name of the sensor.",
	}
	return schema.Schema{
		MarkdownDescription: "Sensor: what it reads, its columns and its parameters.",
		Attributes:          attributes,
	}
}

// sensorAttributes returns the attributes besides name.
func sensorAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"description":      computedText("Description of the sensor."),
		"category":         computedText("Category of the sensor."),
		"content_set_name": computedText("Name of the content set that the sensor belongs to."),
		"value_type":       computedText("Type of the values, such as `String`. Tanium does not enforce it."),
		"harvested": computedFlag("Whether the data service collects the sensor, so that the source `cached` has its " +
			"readings. Always `false` for a sensor with parameters."),
		"virtual": computedFlag("Whether only the data service has the sensor, so that the source `live` cannot read " +
			"it."),
		"ignore_case":     computedFlag("Whether comparisons ignore case."),
		"max_age_seconds": computedCount("Accepted age of a reading, in seconds; null for a virtual sensor."),
		"columns": computedObjects("Columns of a sensor with several; empty for a sensor with one.",
			map[string]schema.Attribute{
				"name":       computedText("Name of the column."),
				"value_type": computedText("Type of the values."),
				"hidden":     computedFlag("Whether the column is hidden by default."),
			}),
		"parameters": computedObjects("Parameters, in the order of their definition; empty for none.",
			map[string]schema.Attribute{
				"name":          computedText("Name of the parameter."),
				"default_value": computedText("Default value; null for none."),
			}),
	}
}

func readSensor(ctx context.Context, env *environment, model *sensorModel, diags *diag.Diagnostics) {
	name := model.Name.ValueString()
	sensor, problems, err := env.lookup.SensorDetails(ctx, name)
	message.Report(problems, diags)
	switch {
	case err != nil:
		diags.Append(message.Failure(fmt.Sprintf("read sensor %q", name), "to read sensors", err))
	case sensor != nil:
		*model = sensorState(*sensor)
		model.Name = types.StringValue(name) // Tanium may ignore case
	}
}

func sensorState(sensor gateway.FoundSensor) sensorModel {
	model := sensorModel{
		Name: types.StringValue(sensor.Name), Description: types.StringValue(sensor.Description),
		Category: types.StringValue(sensor.Category), ContentSetName: types.StringValue(sensor.ContentSetName),
		ValueType: types.StringValue(sensor.ValueType), Harvested: types.BoolValue(sensor.Harvested),
		Virtual: types.BoolValue(sensor.Virtual), IgnoreCase: types.BoolValue(sensor.IgnoreCase),
		MaxAgeSeconds: numberValue(sensor.MaxAgeSeconds),
		Columns:       []sensorColumnModel{}, Parameters: []sensorParameterModel{},
	}
	for _, column := range sensor.Columns {
		model.Columns = append(model.Columns, sensorColumnModel{
			Name: types.StringValue(column.Name), ValueType: types.StringValue(column.ValueType),
			Hidden: types.BoolValue(column.Hidden),
		})
	}
	for _, parameter := range sensor.Parameters {
		model.Parameters = append(model.Parameters, sensorParameterModel{
			Name:         types.StringValue(parameter.Name),
			DefaultValue: types.StringPointerValue(parameter.DefaultValue),
		})
	}
	return model
}
