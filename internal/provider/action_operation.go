// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

func operationAttribute() schema.SingleNestedAttribute {
	tags := func(description string) schema.ListAttribute {
		return schema.ListAttribute{Optional: true, ElementType: types.StringType, Validators: []validator.List{listvalidator.SizeAtLeast(1)},
			MarkdownDescription: description + " A tag has neither white space nor `#|#`."}
	}
	service := func(description string) schema.StringAttribute {
		return schema.StringAttribute{Optional: true, Validators: notEmpty(), MarkdownDescription: description}
	}
	least := func(description string) schema.Int64Attribute {
		return schema.Int64Attribute{Optional: true, Validators: []validator.Int64{int64validator.AtLeast(0)}, MarkdownDescription: description}
	}
	return schema.SingleNestedAttribute{
		Optional: true, MarkdownDescription: "Operation to run, with the package that Tanium picks for each platform. It makes a scheduled action for each set of platforms: see `actions`. Exactly one " +
			"of its arguments is given." + redeploys,
		Attributes: map[string]schema.Attribute{
			"add_tags":        tags("Custom tags to add."),
			"remove_tags":     tags("Custom tags to remove."),
			"start_service":   service("Name of a service to start."),
			"stop_service":    service("Name of a service to stop."),
			"restart_service": service("Name of a service to restart."),
			"reboot": schema.SingleNestedAttribute{Optional: true, MarkdownDescription: "Restart the endpoints; `{}` for Tanium's default delay.",
				Attributes: map[string]schema.Attribute{"random_delay_seconds": least("Each endpoint waits a random time of at most so many seconds.")}},
			"change_client_setting": schema.SingleNestedAttribute{Optional: true, MarkdownDescription: "Setting of the Tanium Client to change.",
				Attributes: map[string]schema.Attribute{
					"name": schema.StringAttribute{Required: true, Validators: []validator.String{oneOf(gateway.AllActionOperationChangeClientSettingName)},
						MarkdownDescription: "`HotCachePercentage`, `LogVerbosityLevel`, `RandomSensorDelayInSeconds` or `StateProtectedFlag`."},
					"value": schema.StringAttribute{Required: true, MarkdownDescription: "Its value."},
				}},
			"collect_active_directory_info": schema.SingleNestedAttribute{Optional: true, MarkdownDescription: "Collect directory data, on Windows and Mac; `{}` for Tanium's default interval.",
				Attributes: map[string]schema.Attribute{"minimum_minutes_between_runs": least("Endpoints that did it less than so many minutes ago do nothing.")}},
		},
	}
}

// operationFrom maps an operation that is wholly known; nil for null.
func operationFrom(object types.Object) *deployment.Operation {
	if object.IsNull() {
		return nil
	}
	fields := object.Attributes()
	operation := &deployment.Operation{
		AddTags: listed(fields["add_tags"]), RemoveTags: listed(fields["remove_tags"]),
		StartService: text(fields["start_service"]), StopService: text(fields["stop_service"]), RestartService: text(fields["restart_service"]),
	}
	if reboot, ok := fields["reboot"].(types.Object); ok && !reboot.IsNull() {
		operation.Reboot = &deployment.Reboot{RandomDelaySeconds: integer(reboot.Attributes()["random_delay_seconds"])}
	}
	if setting, ok := fields["change_client_setting"].(types.Object); ok && !setting.IsNull() {
		name := gateway.ActionOperationChangeClientSettingName(text(setting.Attributes()["name"]))
		operation.ChangeClientSetting = &deployment.ClientSetting{Name: name, Value: text(setting.Attributes()["value"])}
	}
	if collect, ok := fields["collect_active_directory_info"].(types.Object); ok && !collect.IsNull() {
		operation.CollectActiveDirectoryInfo = &deployment.CollectDirectory{MinimumMinutesBetweenRuns: integer(collect.Attributes()["minimum_minutes_between_runs"])}
	}
	return operation
}

// listed is a list of strings; nil for null.
func listed(value attr.Value) []string {
	list, ok := value.(types.List)
	if !ok || list.IsNull() {
		return nil
	}
	texts := make([]string, 0, len(list.Elements()))
	for _, element := range list.Elements() {
		texts = append(texts, text(element))
	}
	return texts
}
