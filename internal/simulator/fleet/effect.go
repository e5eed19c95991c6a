// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package fleet

import (
	"fmt"
	"slices"
	"strings"
)

// EffectKind is the kind of an effect.
type EffectKind string

// The kinds of effects.
const (
	AddRows    EffectKind = "add_rows"    // add a row for each word of the value
	RemoveRows EffectKind = "remove_rows" // remove rows whose column is the value or one of its words
	SetColumn  EffectKind = "set_column"  // set another column in rows whose column is the value
)

// Effect is a change of a sensor's readings when a run of a package completes.
type Effect struct {
	Kind   EffectKind `yaml:"kind"`
	Sensor string     `yaml:"sensor"`
	// Column is the column that Value refers to; default: the sensor's only column.
	Column string `yaml:"column"`
	// Value is a text, a parameter of the package ("$1"), or a sensor-sourced parameter
	// ("||name||").
	Value string `yaml:"value"`
	// Words splits the value at blanks into a list of words.
	Words bool `yaml:"words"`
	// Set is the column that set_column changes, and To its new value.
	Set string `yaml:"set"`
	To  string `yaml:"to"`
	// Linked makes remove_rows also remove the matching rows of another sensor.
	Linked *Link `yaml:"linked"`
}

// Link connects the rows of two sensors.
type Link struct {
	From   string `yaml:"from"` // column of the removed rows
	Sensor string `yaml:"sensor"`
	Column string `yaml:"column"` // default: the only column
}

func (f *Fleet) checkEffect(effect Effect) error {
	switch effect.Kind {
	case AddRows, RemoveRows, SetColumn:
	default:
		return fmt.Errorf("unknown effect %q", effect.Kind)
	}
	type place struct{ sensor, column string }
	places := []place{{effect.Sensor, effect.Column}}
	if effect.Kind == SetColumn {
		places = append(places, place{effect.Sensor, effect.Set})
	}
	if effect.Linked != nil {
		places = append(places, place{effect.Sensor, effect.Linked.From},
			place{effect.Linked.Sensor, effect.Linked.Column})
	}
	for _, place := range places {
		sensor := f.Sensor(place.sensor)
		if sensor == nil {
			return fmt.Errorf("effect: unknown sensor %q", place.sensor)
		}
		if len(sensor.keyParameters()) > 0 {
			return fmt.Errorf("effect on sensor %q: an effect has no values for its parameters",
				place.sensor)
		}
		if sensor.ColumnIndex(place.column) < 0 {
			return fmt.Errorf("effect on sensor %q: unknown column %q", place.sensor, place.column)
		}
	}
	if effect.Kind == AddRows && len(f.Sensor(effect.Sensor).Columns) > 1 {
		return fmt.Errorf("effect on sensor %q: add_rows needs a sensor with one column", effect.Sensor)
	}
	if effect.Kind != SetColumn && effect.Set+effect.To != "" {
		return fmt.Errorf("effect on sensor %q: set and to apply to set_column only", effect.Sensor)
	}
	if effect.Kind != RemoveRows && effect.Linked != nil {
		return fmt.Errorf("effect on sensor %q: linked applies to remove_rows only", effect.Sensor)
	}
	return nil
}

// Apply returns the readings that a completed run of the package changes, by sensor.
func (f *Fleet) Apply(
	p *Package, e *Endpoint, overlay Overlay, params []string, sourced map[string]string,
) map[string]Rows {
	changed := map[string]Rows{}
	current := func(sensor string) Rows {
		if rows, ok := changed[sensor]; ok {
			return rows
		}
		return f.recorded(e, overlay, sensor)
	}
	for _, effect := range p.Effects {
		words := []string{p.parameterValue(effect.Value, params, sourced)}
		if effect.Words {
			words = strings.Fields(words[0])
		}
		sensor := f.Sensor(effect.Sensor)
		column := sensor.ColumnIndex(effect.Column)
		rows := current(effect.Sensor)
		matches := func(row []string) bool {
			return slices.ContainsFunc(words, func(word string) bool { return strings.EqualFold(word, row[column]) })
		}
		switch effect.Kind {
		case AddRows:
			rows = slices.Clone(rows)
			for _, word := range words {
				if !containsValue(rows, word) {
					rows = append(rows, []string{word})
				}
			}
			changed[effect.Sensor] = rows
		case RemoveRows:
			if link := effect.Linked; link != nil {
				from, other := sensor.ColumnIndex(link.From), f.Sensor(link.Sensor).ColumnIndex(link.Column)
				var names []string
				for _, row := range rows {
					if matches(row) {
						names = append(names, row[from])
					}
				}
				changed[link.Sensor] = removeRows(current(link.Sensor), func(row []string) bool {
					return slices.Contains(names, row[other])
				})
			}
			changed[effect.Sensor] = removeRows(rows, matches)
		case SetColumn:
			set := sensor.ColumnIndex(effect.Set)
			result := make(Rows, len(rows))
			for i, row := range rows {
				if result[i] = row; matches(row) {
					result[i] = slices.Clone(row)
					result[i][set] = effect.To
				}
			}
			changed[effect.Sensor] = result
		}
	}
	return changed
}

func removeRows(rows Rows, remove func([]string) bool) Rows {
	result := Rows{}
	for _, row := range rows {
		if !remove(row) {
			result = append(result, row)
		}
	}
	return result
}

// parameterValue replaces a placeholder with its parameter.
func (p *Package) parameterValue(placeholder string, params []string, sourced map[string]string) string {
	if name, ok := sourcedName(placeholder); ok {
		return sourced[name]
	}
	if isPlaceholder(placeholder) {
		if at := p.position(placeholder); at >= 0 && at < len(params) {
			return params[at]
		}
		return ""
	}
	return placeholder
}
