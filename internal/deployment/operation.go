// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// Operation is something that Tanium knows how to do on each platform: it picks the packages, and
// makes a scheduled action for each set of platforms that they cover (API.md#operations). Exactly
// one field is set.
type Operation struct {
	// AddTags and RemoveTags are custom tags.
	AddTags, RemoveTags []string
	// Reboot restarts the endpoint.
	Reboot *Reboot
	// StartService, StopService and RestartService name a service.
	StartService, StopService, RestartService string
	// ChangeClientSetting sets a setting of the Tanium Client.
	ChangeClientSetting *ClientSetting
	// CollectActiveDirectoryInfo collects directory data, on Windows and Mac.
	CollectActiveDirectoryInfo *CollectDirectory
}

// Reboot after a random delay of so many seconds at most; nil for Tanium's default.
type Reboot struct{ RandomDelaySeconds *int }

// ClientSetting is a setting of the Tanium Client and its value.
type ClientSetting struct {
	Name  gateway.ActionOperationChangeClientSettingName
	Value string
}

// CollectDirectory unless it was done so many minutes ago; nil for Tanium's default.
type CollectDirectory struct{ MinimumMinutesBetweenRuns *int }

// operationPatience is how long an operation is expected to take at most, where its schedule does
// not say when it expires: nobody tells the expiry of the packages that Tanium picks.
const operationPatience = time.Hour

// Name is the operation's, as Terraform spells it; empty for none.
func (o *Operation) Name() string {
	given := o.given()
	if len(given) == 0 {
		return ""
	}
	return given[0]
}

// given lists the names of what is set.
func (o *Operation) given() []string {
	var names []string
	for _, each := range []struct {
		set  bool
		name string
	}{
		{o.AddTags != nil, "add_tags"}, {o.RemoveTags != nil, "remove_tags"}, {o.Reboot != nil, "reboot"},
		{o.StartService != "", "start_service"}, {o.StopService != "", "stop_service"},
		{o.RestartService != "", "restart_service"}, {o.ChangeClientSetting != nil, "change_client_setting"},
		{o.CollectActiveDirectoryInfo != nil, "collect_active_directory_info"},
	} {
		if each.set {
			names = append(names, each.name)
		}
	}
	return names
}

// platforms that the operation is for; nil for all.
func (o *Operation) platforms() []gateway.EndpointPlatform {
	if o.CollectActiveDirectoryInfo != nil {
		return []gateway.EndpointPlatform{gateway.EndpointPlatformMac, gateway.EndpointPlatformWindows}
	}
	return nil
}

// Validate reports what is wrong with the operation by itself, and with platforms that it is not
// for.
func (o *Operation) Validate(at catalog.Path, platforms []gateway.EndpointPlatform) []catalog.Problem {
	var problems []catalog.Problem
	if given := o.given(); len(given) != 1 {
		problems = append(problems, catalog.Problem{
			Path:    at,
			Summary: "Exactly one operation",
			Detail:  fmt.Sprintf("An action runs exactly one operation; %d are given.", len(given)),
		})
	}
	for name, tags := range map[string][]string{"add_tags": o.AddTags, "remove_tags": o.RemoveTags} {
		for i, tag := range tags {
			if tag == "" || strings.ContainsAny(tag, " \t\r\n") || strings.Contains(tag, "#|#") {
				problems = append(problems, catalog.Problem{Path: at.At(name, i), Summary: "Invalid tag",
					Detail: fmt.Sprintf("%q is no tag: a tag is not empty and has neither white space nor #|#.", tag)})
			}
		}
	}
	if only := o.platforms(); only != nil {
		for _, platform := range platforms {
			if !slices.Contains(only, platform) {
				problems = append(problems,
					catalog.Problem{Path: catalog.Path{"targets", "platforms"},
						Summary: "Operation is not for this platform",
						Detail: fmt.Sprintf("The operation %s is for Windows and Mac alone, not for %s.", o.Name(),
							platform)})
			}
		}
	}
	return problems
}

func (o *Operation) input() *gateway.ActionOperationInput {
	input := &gateway.ActionOperationInput{AddTags: o.AddTags, RemoveTags: o.RemoveTags,
		StartService: gateway.Optional(o.StartService), StopService: gateway.Optional(o.StopService),
		RestartService: gateway.Optional(o.RestartService)}
	if o.Reboot != nil {
		input.Reboot = &gateway.ActionOperationRebootInput{RandomDelaySeconds: o.Reboot.RandomDelaySeconds}
	}
	if setting := o.ChangeClientSetting; setting != nil {
		input.ChangeClientSetting = &gateway.ActionOperationChangeClientSettingInput{Name: setting.Name,
			Value: setting.Value}
	}
	if collect := o.CollectActiveDirectoryInfo; collect != nil {
		input.CollectActiveDirectoryInfo = &gateway.ActionOperationCollectActiveDirectoryInfoInput{
			MinimumMinutesBetweenRuns: collect.MinimumMinutesBetweenRuns,
		}
	}
	return input
}
