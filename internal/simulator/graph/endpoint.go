// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package graph

import (
	"context"
	"strings"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/filter"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
)

// endpoint shows an endpoint. What no sensor of the fleet reads is empty.
func endpoint(subject fleet.Subject, now time.Time) Endpoint {
	field := func(path string) string { return values(subject.Field(path)) }
	sensor := func(name string) []string {
		if subject.Fleet.Sensor(name) == nil {
			return nil
		}
		return subject.Reading(filter.SensorRef{Name: name})
	}
	shown := Endpoint{
		ID: subject.Endpoint.ID, Name: subject.Endpoint.Name, IPAddress: subject.Endpoint.IPAddress, IPAddresses: sensor("IP Address"), ComputerID: field("computerID"),
		ChassisType: field("chassisType"), DomainName: field("domainName"), LastLoggedInUser: field("lastLoggedInUser"), Manufacturer: field("manufacturer"), Model: field("model"),
		SerialNumber: field("serialNumber"), IsVirtual: pointer(strings.EqualFold(field("isVirtual"), "true")), IsEndpoint: pointer(true),
		Os:         EndpointOs{Name: field("os.name"), Generation: values(sensor("Operating System Generation")), Platform: EndpointPlatform(subject.Endpoint.Platform()), Language: "English"},
		Services:   services(subject),
		Networking: Networking{Adapters: []*NetworkAdapter{}, DNSServers: []*string{}, WirelessAdapters: []*WirelessAdapter{}},
		subject:    subject,
	}
	if subject.Overlay.Online {
		shown.EidLastSeen = pointer(now.UTC())
	}
	return shown
}

// values of a field as one text; nothing for no results.
func values(all []string) string {
	if len(all) == 0 || all[0] == fleet.NoResults {
		return ""
	}
	return strings.Join(all, ", ")
}

// rows of a sensor that the fleet may not have.
func rows(subject fleet.Subject, name string, columns int) fleet.Rows {
	sensor := subject.Fleet.Sensor(name)
	if sensor == nil || len(sensor.Columns) < columns {
		return nil
	}
	all := subject.Fleet.Read(subject.Endpoint, subject.Overlay, sensor, nil)
	if all[0][0] == sensor.Empty {
		return nil
	}
	return all
}

func (r *endpointResolver) InstalledApplications(_ context.Context, of *Endpoint, input *FieldFilter) ([]EndpointInstalledApplication, error) {
	applications := []EndpointInstalledApplication{}
	for _, row := range rows(of.subject, "Installed Applications", 4) {
		applications = append(applications, EndpointInstalledApplication{Name: row[0], Version: row[1], SilentUninstallString: row[2], Uninstallable: pointer(row[3] == "True")})
	}
	if input != nil {
		return nil, later("the filter of Endpoint.installedApplications")
	}
	return applications, nil
}

func services(subject fleet.Subject) []EndpointService {
	result := []EndpointService{}
	for _, row := range rows(subject, "Service Details", 4) {
		service := EndpointService{Name: row[0], DisplayName: row[1]}
		switch row[2] {
		case "Running":
			service.Status = pointer(EndpointServiceStatusRunning)
		case "Stopped":
			service.Status = pointer(EndpointServiceStatusStopped)
		}
		switch row[3] {
		case "Automatic":
			service.StartupMode = pointer(EndpointServiceStartupModeAuto)
		case "Manual":
			service.StartupMode = pointer(EndpointServiceStartupModeManual)
		case "Disabled":
			service.StartupMode = pointer(EndpointServiceStartupModeDisabled)
		}
		result = append(result, service)
	}
	return result
}
