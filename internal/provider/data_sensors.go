// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
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
		diags.Append(failure("find sensors", "to read sensors", err))
		return
	}
	model.setTruncated(found.Truncated, "sensors", diags)
	model.Sensors = []sensorModel{}
	for _, sensor := range found.List {
		model.Sensors = append(model.Sensors, sensorState(sensor))
	}
}
