// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"context"
	"fmt"
	"slices"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// LogSensor is the sensor that reads the Tanium Client's log of an action (API.md#action-reports).
const LogSensor = "Tanium Action Log"

// ActionLog returns a function that makes the reference to the log sensor for one action. The
// function is nil if this Tanium has no such sensor, or if the sensor takes other parameters; the
// reason is then a sentence that says so.
func ActionLog(
	ctx context.Context, lookup *catalog.Catalog,
) (sensorOf func(actionID string) gateway.EndpointSensorRef, reason string, err error) {
	sensor, err := lookup.Sensor(ctx, LogSensor)
	switch {
	case err != nil:
		return nil, "", err
	case sensor == nil:
		return nil, fmt.Sprintf("Tanium has no sensor %q that this token may read.", LogSensor), nil
	case len(sensor.Parameters) == 0 || slices.ContainsFunc(sensor.Parameters[1:], required):
		return nil, fmt.Sprintf("The sensor %q in this Tanium does not take an action ID as its only "+
			"parameter without a default.", LogSensor), nil
	}
	name := sensor.Parameters[0].Name
	return func(actionID string) gateway.EndpointSensorRef {
		return gateway.EndpointSensorRef{
			Name:   LogSensor,
			Params: []gateway.EndpointSensorRefParam{{Name: name, Value: actionID}},
		}
	}, "", nil
}

// required reports whether a parameter has no default.
func required(parameter gateway.SensorParameter) bool { return parameter.DefaultValue == nil }
