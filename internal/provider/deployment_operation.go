// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// operationBlock returns the block operation.
func operationBlock() schema.SingleNestedBlock {
	tags := func(description string) schema.ListAttribute {
		return schema.ListAttribute{
			Optional:            true,
			ElementType:         types.StringType,
			Validators:          []validator.List{listvalidator.SizeAtLeast(1)},
			MarkdownDescription: description + " A tag must not contain white space or `#|#`.",
		}
	}
	service := func(description string) schema.StringAttribute {
		return schema.StringAttribute{Optional: true, Validators: notEmpty(), MarkdownDescription: description}
	}
	return schema.SingleNestedBlock{
		MarkdownDescription: "Operation to run. Tanium picks the package for each platform, " +
			"and creates a scheduled action for each set of platforms. " +
			"Exactly one argument is required.",
		Attributes: map[string]schema.Attribute{
			"add_tags":        tags("Custom tags to add."),
			"remove_tags":     tags("Custom tags to remove."),
			"start_service":   service("Name of a service to start."),
			"stop_service":    service("Name of a service to stop."),
			"restart_service": service("Name of a service to restart."),
		},
		Blocks: map[string]schema.Block{
			"reboot": schema.SingleNestedBlock{
				MarkdownDescription: "Restart the endpoints. An empty block uses the default delay of Tanium.",
				Attributes: map[string]schema.Attribute{
					"random_delay_seconds": atLeast(0,
						"Maximum random delay on each endpoint, in seconds."),
				},
			},
			"change_client_setting": schema.SingleNestedBlock{
				MarkdownDescription: "Setting of the Tanium Client to change.",
				Attributes: map[string]schema.Attribute{
					"name": schema.StringAttribute{
						Optional:   true,
						Validators: []validator.String{oneOf(gateway.AllActionOperationChangeClientSettingName)},
						MarkdownDescription: "Required. `HotCachePercentage`, `LogVerbosityLevel`, " +
							"`RandomSensorDelayInSeconds` or `StateProtectedFlag`.",
					},
					"value": schema.StringAttribute{
						Optional:            true,
						MarkdownDescription: "Required. Value of the setting.",
					},
				},
			},
			"collect_active_directory_info": schema.SingleNestedBlock{
				MarkdownDescription: "Collect directory data, on Windows and Mac. An empty block uses the default " +
					"interval of Tanium.",
				Attributes: map[string]schema.Attribute{
					"minimum_minutes_between_runs": atLeast(0,
						"Minimum interval between two collections on an endpoint, in minutes."),
				},
			},
		},
	}
}

// operationFrom converts an operation that is wholly known; nil for null.
func operationFrom(object types.Object) *deployment.Operation {
	if object.IsNull() {
		return nil
	}
	fields := object.Attributes()
	operation := &deployment.Operation{
		AddTags: listed(fields["add_tags"]), RemoveTags: listed(fields["remove_tags"]),
		StartService: text(fields["start_service"]), StopService: text(fields["stop_service"]),
		RestartService: text(fields["restart_service"]),
	}
	if reboot, ok := fields["reboot"].(types.Object); ok && !reboot.IsNull() {
		operation.Reboot = &deployment.Reboot{RandomDelaySeconds: integer(reboot.Attributes()["random_delay_seconds"])}
	}
	if setting, ok := fields["change_client_setting"].(types.Object); ok && !setting.IsNull() {
		name := gateway.ActionOperationChangeClientSettingName(text(setting.Attributes()["name"]))
		operation.ChangeClientSetting = &deployment.ClientSetting{Name: name,
			Value: text(setting.Attributes()["value"])}
	}
	if collect, ok := fields["collect_active_directory_info"].(types.Object); ok && !collect.IsNull() {
		operation.CollectActiveDirectoryInfo = &deployment.CollectDirectory{
			MinimumMinutesBetweenRuns: integer(collect.Attributes()["minimum_minutes_between_runs"]),
		}
	}
	return operation
}

// checkClientSetting reports missing arguments of change_client_setting.
func checkClientSetting(operation types.Object, at catalog.Path) []catalog.Problem {
	setting, _ := operation.Attributes()["change_client_setting"].(types.Object)
	if setting.IsNull() {
		return nil
	}
	var problems []catalog.Problem
	for _, name := range []string{"name", "value"} {
		if value := setting.Attributes()[name]; value == nil || value.IsNull() {
			problems = append(problems, catalog.Problem{Path: at.At(name), Summary: "Missing " + name,
				Detail: "change_client_setting requires both name and value."})
		}
	}
	return problems
}
