// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package graph

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/world"
)

// operationParts returns one part for each set of platforms that the packages of a registered
// operation cover (API.md#operations). It fails if a requested platform is not covered. No
// requested platforms means all.
func operationParts(operation ActionOperationInput, asked []string) ([]part, error) {
	parts, err := packageParts(operation)
	if err != nil || len(asked) == 0 {
		return parts, err
	}
	var left []part
	covered := 0
	for _, p := range parts {
		var both []string
		for _, platform := range p.platforms {
			if slices.Contains(asked, platform) {
				both = append(both, platform)
			}
		}
		if covered += len(both); both != nil {
			p.platforms = both
			left = append(left, p)
		}
	}
	if covered < len(asked) {
		return nil, fmt.Errorf("targets.platforms: the operation has no package for one of %s",
			strings.Join(asked, ", "))
	}
	return left, nil
}

// checkOperation rejects an operation whose packages or sensors the fleet lacks. A tenant has all
// of them; a user's own fleet may not.
func checkOperation(parts []part, f *fleet.Fleet) error {
	for _, p := range parts {
		if f.Package("", p.packageName) == nil {
			detail := fmt.Sprintf("the operation needs the package %q, which the fleet does not have", p.packageName)
			return &world.Failure{Name: "PackageNotFound", Detail: detail}
		}
		for _, platform := range p.platforms {
			if sensor := "Is " + platform; f.Sensor(sensor) == nil {
				return fmt.Errorf("the operation needs the sensor %q, which the fleet does not have", sensor)
			}
		}
	}
	return nil
}

// packageParts returns the parts of the requested operation.
func packageParts(o ActionOperationInput) ([]part, error) {
	var parts []part
	given := 0
	for _, each := range []struct {
		asked bool
		parts func() ([]part, error)
	}{
		{o.AddTags != nil, func() ([]part, error) { return tags(o.AddTags, addTags) }},
		{o.RemoveTags != nil, func() ([]part, error) { return tags(o.RemoveTags, removeTags) }},
		{o.Reboot != nil, func() ([]part, error) { return reboot(*o.Reboot), nil }},
		{o.StartService != nil, func() ([]part, error) { return service("Start", text(o.StartService)), nil }},
		{o.StopService != nil, func() ([]part, error) { return service("Stop", text(o.StopService)), nil }},
		{o.RestartService != nil, func() ([]part, error) { return service("Restart", text(o.RestartService)), nil }},
		{o.ChangeClientSetting != nil, func() ([]part, error) { return clientSetting(*o.ChangeClientSetting), nil }},
		{o.CollectActiveDirectoryInfo != nil, func() ([]part, error) {
			return collectDirectory(*o.CollectActiveDirectoryInfo), nil
		}},
	} {
		if !each.asked {
			continue
		}
		given++
		var err error
		if parts, err = each.parts(); err != nil {
			return nil, err
		}
	}
	if given != 1 {
		return nil, errors.New("operation: exactly one operation must be given")
	}
	return parts, nil
}

func onWindows(p part) part {
	p.platforms = []string{"Windows"}
	return p
}

func onNonWindows(p part) part {
	p.platforms = []string{"AIX", "Linux", "Mac", "Solaris"}
	return p
}

func tags(tags []string, parts func(joined string) []part) ([]part, error) {
	for _, tag := range tags {
		if tag == "" || strings.Contains(tag, "#|#") || len(strings.Fields(tag)) != 1 || strings.TrimSpace(tag) != tag {
			return nil, fmt.Errorf("tag %q must not be empty and must contain neither white space nor #|#", tag)
		}
	}
	if len(tags) == 0 {
		return nil, errors.New("operation: no tags are given")
	}
	return parts(strings.Join(tags, " ")), nil
}

func addTags(joined string) []part {
	return []part{
		onWindows(part{packageName: "Custom Tagging - Add Tags", params: []string{joined}}),
		onNonWindows(part{packageName: "Custom Tagging - Add Tags (Non-Windows)", params: []string{joined}}),
	}
}

func removeTags(joined string) []part {
	sourced := map[string]string{"Custom Tags": joined}
	return []part{
		onWindows(part{packageName: "Custom Tagging - Remove Tags", sourced: sourced}),
		onNonWindows(part{packageName: "Custom Tagging - Remove Tags (Non-Windows)", sourced: sourced}),
	}
}

func reboot(o ActionOperationRebootInput) []part {
	delay := decimal(number(o.RandomDelaySeconds))
	return []part{
		onWindows(part{packageName: "Reboot Windows Machine", params: []string{"no", delay}}),
		onNonWindows(part{packageName: "Reboot Non-Windows Machine", params: []string{delay}}),
	}
}

func service(verb, name string) []part {
	return []part{
		onWindows(part{
			packageName: verb + " Service - ||Service Details_Service Name||",
			sourced:     map[string]string{"Service Details_Service Name": name},
		}),
		onNonWindows(part{packageName: "Service Control (Non-Windows)", params: []string{name, strings.ToLower(verb)}}),
	}
}

func clientSetting(o ActionOperationChangeClientSettingInput) []part {
	params := []string{"REG_DWORD", string(o.Name), o.Value}
	return []part{
		onWindows(part{packageName: "Modify Tanium Client Setting", params: params}),
		onNonWindows(part{packageName: "Modify Tanium Client Setting (Non-Windows)", params: params}),
	}
}

func collectDirectory(o ActionOperationCollectActiveDirectoryInfoInput) []part {
	params := []string{decimal(number(o.MinimumMinutesBetweenRuns))}
	return []part{
		onWindows(part{packageName: "Collect Active Directory Info", params: params}),
		{packageName: "Collect Active Directory Info [Mac]", params: params, platforms: []string{"Mac"}},
	}
}
