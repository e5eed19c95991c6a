// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package fleet

import (
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// maxDuration limits the durations of a file, so that their sums do not overflow.
const maxDuration = 10 * 365 * 24 * time.Hour

func boundDuration(what string, d time.Duration) error {
	if d < 0 || d > maxDuration {
		return fmt.Errorf("%s must be between 0s and %s, not %s", what, maxDuration, d)
	}
	return nil
}

func boundSeconds(what string, seconds int) error {
	if limit := int(maxDuration / time.Second); seconds < 0 || seconds > limit {
		return fmt.Errorf("%s must be between 0 and %d, not %d", what, limit, seconds)
	}
	return nil
}

func (s Span) check(what string) error {
	if err := cmp.Or(boundDuration(what+": min", s.Min), boundDuration(what+": max", s.Max)); err != nil {
		return err
	}
	if s.Max < s.Min {
		return fmt.Errorf("%s: max is %s, which is less than min, %s", what, s.Max, s.Min)
	}
	return nil
}

func (f *Fleet) checkContentSets() error {
	sets := newNames("content set")
	for _, set := range f.ContentSets {
		if err := sets.take(set.ID, set.Name); err != nil {
			return err
		}
	}
	return nil
}

// knownContentSet checks the name of a content set; an empty one is none.
func (f *Fleet) knownContentSet(name string) error {
	if name == "" || slices.ContainsFunc(f.ContentSets, func(set ContentSet) bool { return set.Name == name }) {
		return nil
	}
	return fmt.Errorf("unknown content set %q: add it to content_sets", name)
}

func (f *Fleet) checkSensor(s *Sensor) error {
	columns, params := map[string]bool{}, map[string]bool{}
	for _, column := range s.Columns {
		if err := put(columns, "column", column.Name, true); err != nil {
			return err
		}
	}
	for _, param := range s.Parameters {
		if err := put(params, "parameter", param.Name, true); err != nil {
			return err
		}
	}
	for i, values := range s.Registered {
		for name := range values {
			if !params[name] {
				return fmt.Errorf("registered %d: the sensor has no parameter %q", i+1, name)
			}
		}
	}
	return cmp.Or(f.knownContentSet(s.ContentSet), boundSeconds("max_age_seconds", s.MaxAgeSeconds))
}

func (f *Fleet) checkPackage(p *Package) error {
	keys := map[string]bool{}
	for _, param := range p.Params {
		if err := put(keys, "key of a parameter", param.Key, true); err != nil {
			return err
		}
	}
	for _, placeholder := range placeholders(p.Command) {
		if !keys[placeholder] {
			return fmt.Errorf("command: %s is not the key of a parameter: add it to params", placeholder)
		}
	}
	for _, name := range p.SensorSourced {
		if !f.knownColumn(name) {
			return fmt.Errorf("sensor_sourced: there is no sensor %q: write <sensor>, or <sensor>_<column>", name)
		}
	}
	for _, platform := range p.Platforms {
		if !slices.Contains(Platforms(), platform) {
			return fmt.Errorf("unknown platform %q, must be one of %s", platform, strings.Join(Platforms(), ", "))
		}
	}
	return cmp.Or(f.knownContentSet(p.ContentSet), p.Download.check("download"), p.Execute.check("execute"))
}

// knownColumn reports whether a name is that of a sensor, or of a sensor and a column, joined by an
// underscore. Either name can contain underscores itself.
func (f *Fleet) knownColumn(name string) bool {
	if f.Sensor(name) != nil {
		return true
	}
	for i, letter := range name {
		if letter != '_' {
			continue
		}
		if sensor := f.Sensor(name[:i]); sensor != nil && sensor.ColumnIndex(name[i+1:]) >= 0 {
			return true
		}
	}
	return false
}

// checkEffect checks what the effect takes from the package.
func (p *Package) checkEffect(effect Effect) error {
	if isPlaceholder(effect.Value) && p.position(effect.Value) < 0 {
		return fmt.Errorf("effect on sensor %q: value: %s is not the key of a parameter: add it to params",
			effect.Sensor, effect.Value)
	}
	if name, ok := sourcedName(effect.Value); ok && !slices.Contains(p.SensorSourced, name) {
		return fmt.Errorf("effect on sensor %q: value: %s is not in sensor_sourced", effect.Sensor, effect.Value)
	}
	return nil
}

func (e *Endpoint) check() error {
	if e.IPAddress != "" {
		if _, err := netip.ParseAddr(e.IPAddress); err != nil {
			return fmt.Errorf("ip_address: %q is not an IP address", e.IPAddress)
		}
	}
	return cmp.Or(boundDuration("online_after", e.OnlineAfter), boundDuration("relapse_after", e.RelapseAfter))
}

func (f *Fleet) checkIDChanges() error {
	olds := map[string]bool{}
	for i, change := range f.IDChanges {
		where := fmt.Sprintf("id_changes: entry %d", i+1)
		if err := put(olds, "old ID", change.Old, true); err != nil {
			return fmt.Errorf("%s: %w", where, err)
		}
		if f.Endpoint(change.Old) != nil {
			return fmt.Errorf("%s: old: an endpoint still has the ID %q", where, change.Old)
		}
		if change.New == "" || change.New == change.Old {
			return fmt.Errorf("%s: new must be another ID than old, %q", where, change.Old)
		}
		if err := boundDuration("after", change.After); err != nil {
			return fmt.Errorf("%s: %w", where, err)
		}
	}
	return nil
}

// checkOperands rejects what a rule would ignore.
func (r Rule) checkOperands() error {
	if r.Sensor == "" && (r.Column != "" || r.Params != nil || r.Op != "" || r.Value != "") {
		return errors.New("a rule has column, params, op or value without a sensor")
	}
	return nil
}
