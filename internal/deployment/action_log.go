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

// logSensor reads the Tanium Client's log of an action (API.md#action-reports).
const logSensor = "Tanium Action Log"

// ActionLog finds out how the log of an action is read. It is nil where this Tanium does not have
// the sensor, or has one that takes something else; the reason then says so in a sentence.
func ActionLog(
	ctx context.Context, lookup *catalog.Catalog,
) (sensorOf func(actionID string) gateway.EndpointSensorRef, reason string, err error) {
	sensor, err := lookup.Sensor(ctx, logSensor)
	switch {
	case err != nil:
		return nil, "", err
	case sensor == nil:
		return nil, fmt.Sprintf("Tanium has no sensor %q that this token may read.", logSensor), nil
	case len(sensor.Parameters) == 0 || slices.ContainsFunc(sensor.Parameters[1:], required):
		return nil, fmt.Sprintf("The sensor %q of this Tanium does not take the ID of an action as its only "+
			"parameter without a default.", logSensor), nil
	}
	name := sensor.Parameters[0].Name
	return func(actionID string) gateway.EndpointSensorRef {
		return gateway.EndpointSensorRef{
			Name:   logSensor,
			Params: []gateway.EndpointSensorRefParam{{Name: name, Value: actionID}},
		}
	}, "", nil
}

func required(parameter gateway.SensorParameter) bool { return parameter.DefaultValue == nil }
