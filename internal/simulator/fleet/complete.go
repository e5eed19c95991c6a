// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package fleet

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/filter"
)

// complete sets defaults, builds the index and checks all references.
func (f *Fleet) complete() error {
	f.index = index{
		sensors: map[string]*Sensor{}, packages: map[string]*Package{}, packagesByID: map[string]*Package{},
		endpoints: map[string]*Endpoint{}, tokens: map[string]*User{}, profiles: map[string]*Profile{},
	}
	for _, step := range []func() error{f.completeUsers, f.checkContentSets, f.completeSensors,
		f.completePackages, f.completeEndpoints, f.checkIDChanges, f.completeGroups} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (f *Fleet) completeUsers() error {
	users := newNames("user")
	for i := range f.Users {
		user := &f.Users[i]
		if user.Name == "" {
			return fmt.Errorf("user %d has no name", i+1)
		}
		if err := users.take(user.ID, user.Name); err != nil {
			return err
		}
		for j, token := range user.Tokens {
			if err := put(f.index.tokens, "token of user", token, user); err != nil {
				// the message never shows the token
				return fmt.Errorf("user %q: token %d is empty or a duplicate", user.Name, j+1)
			}
		}
	}
	return nil
}

func (f *Fleet) completeSensors() error {
	for i := range f.Sensors {
		sensor := &f.Sensors[i]
		if err := put(f.index.sensors, "sensor", sensor.Name, sensor); err != nil {
			return err
		}
		if sensor.Empty == "" {
			sensor.Empty = NoResults
		}
		if err := knownType(&sensor.ValueType, sensor.Name); err != nil {
			return err
		}
		for j := range sensor.Columns {
			if err := knownType(&sensor.Columns[j].ValueType, sensor.Name); err != nil {
				return err
			}
		}
		if err := f.checkSensor(sensor); err != nil {
			return fmt.Errorf("sensor %q: %w", sensor.Name, err)
		}
	}
	return nil
}

func knownType(valueType *filter.Type, sensor string) error {
	if *valueType == "" {
		*valueType = filter.String
	}
	if !slices.Contains(filter.Types(), *valueType) {
		return fmt.Errorf("sensor %q: unknown value type %q", sensor, *valueType)
	}
	return nil
}

// Defaults of a package. It expires after the command timeout and 600 seconds to download, like
// every recorded package (API.md#packages).
const (
	defaultCommandTimeoutSeconds = 60
	downloadSeconds              = 600
	defaultDownloadMin           = 1 * time.Second
	defaultDownloadMax           = 3 * time.Second
	defaultExecuteMin            = 1 * time.Second
	defaultExecuteMax            = 5 * time.Second
)

func (f *Fleet) completePackages() error {
	for i := range f.Packages {
		p := &f.Packages[i]
		if err := put(f.index.packages, "package", p.Name, p); err != nil {
			return err
		}
		if err := put(f.index.packagesByID, "ID of package "+p.Name, p.ID, p); err != nil {
			return err
		}
		if err := cmp.Or(boundSeconds("command_timeout_seconds", p.CommandTimeoutSeconds),
			boundSeconds("expire_seconds", p.ExpireSeconds)); err != nil {
			return fmt.Errorf("package %q: %w", p.Name, err)
		}
		if p.CommandTimeoutSeconds == 0 {
			p.CommandTimeoutSeconds = defaultCommandTimeoutSeconds
		}
		if p.ExpireSeconds == 0 {
			p.ExpireSeconds = p.CommandTimeoutSeconds + downloadSeconds
		}
		if p.Download == (Span{}) {
			p.Download = Span{defaultDownloadMin, defaultDownloadMax}
		}
		if p.Execute == (Span{}) {
			p.Execute = Span{defaultExecuteMin, defaultExecuteMax}
		}
		if err := f.checkPackage(p); err != nil {
			return fmt.Errorf("package %q: %w", p.Name, err)
		}
		if err := knownOutcome(&p.Outcome, "package "+p.Name); err != nil {
			return err
		}
		sum := 0.0
		for outcome, share := range p.Chances {
			if err := knownOutcome(&outcome, "chances of package "+p.Name); err != nil {
				return err
			}
			if !(share >= 0 && share <= 1) { // a share that is not a number is neither
				return fmt.Errorf("package %q: chances: the share of %s must be between 0 and 1, not %v", p.Name,
					outcome, share)
			}
			sum += share
		}
		if sum > 1 {
			return fmt.Errorf("package %q: the sum of the chances is more than 1", p.Name)
		}
		for _, effect := range p.Effects {
			if err := cmp.Or(f.checkEffect(effect), p.checkEffect(effect)); err != nil {
				return fmt.Errorf("package %q: %w", p.Name, err)
			}
		}
	}
	return nil
}

func knownOutcome(outcome *Outcome, where string) error {
	switch *outcome {
	case "":
		*outcome = Succeed
	case Succeed, Fail, Retry, Hang, Verify, Unverified:
	default:
		return fmt.Errorf("%s: unknown outcome %q", where, *outcome)
	}
	return nil
}

func (f *Fleet) completeEndpoints() error {
	for i := range f.Profiles {
		profile := &f.Profiles[i]
		if err := put(f.index.profiles, "profile", profile.Name, profile); err != nil {
			return err
		}
		if !slices.Contains(Platforms(), profile.Platform) {
			return fmt.Errorf("profile %q: unknown platform %q", profile.Name, profile.Platform)
		}
		if err := f.CheckReadings(profile.Readings, "profile "+profile.Name); err != nil {
			return err
		}
	}
	for i, endpoint := range f.Endpoints {
		if endpoint == nil {
			return fmt.Errorf("endpoint %d is empty", i+1)
		}
		if err := put(f.index.endpoints, "endpoint", endpoint.ID, endpoint); err != nil {
			return err
		}
		where := "endpoint " + endpoint.ID
		if err := endpoint.check(); err != nil {
			return fmt.Errorf("%s: %w", where, err)
		}
		if endpoint.OnlineAfter != 0 && !endpoint.Offline {
			return fmt.Errorf("%s: online_after needs offline: true", where)
		}
		if endpoint.profile = f.index.profiles[endpoint.Profile]; endpoint.profile == nil {
			return fmt.Errorf("%s: unknown profile %q", where, endpoint.Profile)
		}
		if err := f.CheckReadings(endpoint.Readings, where); err != nil {
			return err
		}
		for name, outcome := range endpoint.Outcomes {
			if f.Package("", name) == nil {
				return fmt.Errorf("%s: unknown package %q", where, name)
			}
			if err := knownOutcome(&outcome, where); err != nil {
				return err
			}
		}
		for name, span := range endpoint.Execute {
			if f.Package("", name) == nil {
				return fmt.Errorf("%s: unknown package %q", where, name)
			}
			if err := span.check("execute of package " + name); err != nil {
				return fmt.Errorf("%s: %w", where, err)
			}
		}
	}
	return nil
}

func (f *Fleet) completeGroups() error {
	if err := f.distinctGroups(); err != nil {
		return err
	}
	for _, group := range f.ComputerGroups {
		if err := group.Rule.check(); err != nil {
			return fmt.Errorf("computer group %q: %w", group.Name, err)
		}
		if _, err := f.Vocabulary().Group(filter.GroupRef{Name: group.Name}); err != nil {
			return fmt.Errorf("computer group %q: %w", group.Name, err)
		}
		if err := f.knownContentSet(group.ContentSet); err != nil {
			return fmt.Errorf("computer group %q: %w", group.Name, err)
		}
	}
	for _, user := range f.Users {
		for _, name := range user.Manages {
			if f.ComputerGroup("", name) == nil {
				return fmt.Errorf("user %q: manages: unknown computer group %q", user.Name, name)
			}
		}
	}
	for i, group := range f.ActionGroups {
		switch group.Visibility {
		case "":
			f.ActionGroups[i].Visibility = "ALL"
		case "ALL", "ADMIN", "USER_GROUPS":
		default:
			return fmt.Errorf("action group %q: unknown visibility %q", group.Name, group.Visibility)
		}
		if len(group.ComputerGroups) == 0 {
			return fmt.Errorf("action group %q: computer_groups is empty: add a computer group", group.Name)
		}
		for _, name := range group.ComputerGroups {
			if f.ComputerGroup("", name) == nil {
				return fmt.Errorf("action group %q: unknown computer group %q", group.Name, name)
			}
		}
	}
	return nil
}

// distinctGroups rejects groups with the same name or ID. A file that extends the built-in fleet
// can have one.
func (f *Fleet) distinctGroups() error {
	computers, actions := newNames("computer group"), newNames("action group")
	for _, group := range f.ComputerGroups {
		if err := computers.take(group.ID, group.Name); err != nil {
			return err
		}
	}
	for _, group := range f.ActionGroups {
		if err := actions.take(group.ID, group.Name); err != nil {
			return err
		}
	}
	return nil
}

// names records the names and IDs of one kind of object.
type names struct {
	kind       string
	ids, names map[string]bool
}

func newNames(kind string) names { return names{kind, map[string]bool{}, map[string]bool{}} }

func (n names) take(id, name string) error {
	if err := put(n.names, n.kind, name, true); err != nil {
		return err
	}
	return put(n.ids, "ID of "+n.kind+" "+name, id, true)
}

// put adds a value to an index. It rejects an empty or duplicate name.
func put[V any](index map[string]V, what, name string, value V) error {
	if name == "" {
		return fmt.Errorf("%s: name or id is missing", what)
	}
	if _, taken := index[name]; taken {
		return fmt.Errorf("duplicate %s %q", what, name)
	}
	index[name] = value
	return nil
}
