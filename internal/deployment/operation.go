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

// Operation is a task that Tanium can run on several platforms. Tanium selects the packages and
// makes a scheduled action for each set of platforms that they cover (API.md#operations). Exactly
// one field is set.
type Operation struct {
	// AddTags and RemoveTags are the custom tags to add or remove.
	AddTags, RemoveTags []string
	// Reboot restarts the endpoint.
	Reboot *Reboot
	// StartService, StopService and RestartService are the name of a service.
	StartService, StopService, RestartService string
	// ChangeClientSetting changes a setting of the Tanium Client.
	ChangeClientSetting *ClientSetting
	// CollectActiveDirectoryInfo collects Active Directory data on Windows and Mac.
	CollectActiveDirectoryInfo *CollectDirectory
}

// Reboot are the settings of a restart.
type Reboot struct {
	// RandomDelaySeconds is the maximum of a random delay; nil for Tanium's default.
	RandomDelaySeconds *int
}

// ClientSetting is a setting of the Tanium Client and its value.
type ClientSetting struct {
	Name  gateway.ActionOperationChangeClientSettingName
	Value string
}

// CollectDirectory are the settings of a collection of Active Directory data.
type CollectDirectory struct {
	// MinimumMinutesBetweenRuns skips a collection that follows another too soon; nil for Tanium's
	// default.
	MinimumMinutesBetweenRuns *int
}

// defaultOperationExpiry is an estimate of the expiry of an operation whose schedule does not set
// one. Tanium does not show the expiry of the packages that it selects.
const defaultOperationExpiry = time.Hour

// name returns the operation's name in a configuration; empty for none.
func (o *Operation) name() string {
	given := o.given()
	if len(given) == 0 {
		return ""
	}
	return given[0]
}

// given returns the names of the fields that are set.
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

// operationNames returns the names of all operations.
func operationNames() []string {
	return (&Operation{
		AddTags: []string{}, RemoveTags: []string{}, Reboot: &Reboot{}, StartService: "x", StopService: "x",
		RestartService: "x", ChangeClientSetting: &ClientSetting{}, CollectActiveDirectoryInfo: &CollectDirectory{},
	}).given()
}

// platforms returns the platforms that the operation supports; nil for all.
func (o *Operation) platforms() []gateway.EndpointPlatform {
	if o.CollectActiveDirectoryInfo != nil {
		return []gateway.EndpointPlatform{gateway.EndpointPlatformMac, gateway.EndpointPlatformWindows}
	}
	return nil
}

// Validate reports problems that can be found without a request to Tanium, including platforms that
// the operation does not support.
func (o *Operation) Validate(at catalog.Path, platforms []gateway.EndpointPlatform) []catalog.Problem {
	var problems []catalog.Problem
	if given := o.given(); len(given) != 1 {
		problems = append(problems, catalog.Problem{
			Path:    at,
			Summary: "Exactly one operation",
			Detail:  fmt.Sprintf("An action runs exactly one operation. The configuration has %d.", len(given)),
		})
	}
	for name, tags := range map[string][]string{"add_tags": o.AddTags, "remove_tags": o.RemoveTags} {
		for i, tag := range tags {
			if tag == "" || strings.ContainsAny(tag, " \t\r\n") || strings.Contains(tag, "#|#") {
				problems = append(problems, catalog.Problem{Path: at.At(name, i), Summary: "Invalid tag",
					Detail: fmt.Sprintf("%q is not a valid tag. A tag is not empty and has no white space and no #|#.",
						tag)})
			}
		}
	}
	if supported := o.platforms(); supported != nil {
		for _, platform := range platforms {
			if !slices.Contains(supported, platform) {
				problems = append(problems,
					catalog.Problem{Path: catalog.Path{"targets", "platforms"},
						Summary: "Operation does not support this platform",
						Detail: fmt.Sprintf("The operation %s supports only Windows and Mac, not %s.", o.name(),
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
