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

// endpoint converts an endpoint. A field without a sensor in the fleet is empty.
func endpoint(subject fleet.Subject) Endpoint {
	field := func(path string) string { return values(subject.Field(path)) }
	sensor := func(name string) []string {
		if subject.Fleet.Sensor(name) == nil {
			return nil
		}
		return subject.Reading(filter.SensorRef{Name: name})
	}
	return Endpoint{
		ID: subject.Endpoint.ID, Name: subject.Endpoint.Name, IPAddress: subject.Endpoint.IPAddress,
		IPAddresses: sensor("IP Address"), ComputerID: field("computerID"),
		ChassisType: field("chassisType"), DomainName: field("domainName"), LastLoggedInUser: field("lastLoggedInUser"),
		Manufacturer: field("manufacturer"), Model: field("model"),
		SerialNumber: field("serialNumber"), IsVirtual: pointer(strings.EqualFold(field("isVirtual"), "true")),
		IsEndpoint: pointer(true),
		Os: EndpointOs{
			Name:       field("os.name"),
			Generation: values(sensor("Operating System Generation")),
			Platform:   EndpointPlatform(subject.Endpoint.Platform()),
			Language:   "English",
		},
		Services: services(subject),
		Networking: Networking{
			Adapters:         []*NetworkAdapter{},
			DNSServers:       []*string{},
			WirelessAdapters: []*WirelessAdapter{},
		},
		EidLastSeen: subject.LastSeen(), subject: subject,
	}
}

// values joins the values of a field; empty for no results.
func values(all []string) string {
	if len(all) == 0 || all[0] == fleet.NoResults {
		return ""
	}
	return strings.Join(all, ", ")
}

// rows reads a sensor; nil if the fleet does not have it or it has no results.
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

func (r *endpointResolver) InstalledApplications(
	_ context.Context, of *Endpoint, input *FieldFilter,
) ([]EndpointInstalledApplication, error) {
	match, err := applicationFilter(input)
	if err != nil {
		return nil, err
	}
	return applications(of.subject, match), nil
}

// applicationFilter compiles a filter of installed applications. Nil matches all.
func applicationFilter(input *FieldFilter) (filter.Matcher, error) {
	if input == nil {
		return func(filter.Subject) bool { return true }, nil
	}
	return filter.Compile(fieldFilter(*input), paths{
		"name":                  filter.String,
		"version":               filter.Version,
		"silentUninstallString": filter.String,
		"uninstallable":         filter.String,
	})
}

func applications(subject fleet.Subject, match filter.Matcher) []EndpointInstalledApplication {
	result := []EndpointInstalledApplication{}
	for _, row := range rows(subject, "Installed Applications", 4) {
		if match(record{
			"name":                  row[0],
			"version":               row[1],
			"silentUninstallString": row[2],
			"uninstallable":         strings.ToLower(row[3]),
		}) {
			result = append(result, EndpointInstalledApplication{
				Name:                  row[0],
				Version:               row[1],
				SilentUninstallString: row[2],
				Uninstallable:         pointer(row[3] == "True"),
			})
		}
	}
	return result
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

func (r *queryResolver) EndpointIDChanges(
	_ context.Context, after time.Time, namespace *string,
) (*EndpointIDChangesPayload, error) {
	now := r.world.Now()
	payload := &EndpointIDChangesPayload{Before: now, Changes: []EndpointIDChange{}}
	if text(namespace) != "" {
		return payload, nil // all endpoints are Tanium Clients, in the default namespace
	}
	for _, change := range r.fleet().IDChanges {
		if at := r.world.Began().Add(change.After); at.After(after) && !at.After(now) {
			payload.Changes = append(payload.Changes, EndpointIDChange{OldID: change.Old, NewID: change.New})
		}
	}
	return payload, nil
}
