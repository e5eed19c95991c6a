// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

// Package fleet is what there is before anybody acts: endpoints with their readings, sensors,
// packages, groups and users, from a YAML file or the one built in; how a sensor reads an endpoint;
// and what a package does to one.
//
// It imports the filter package, whose rules groups are made of, and nothing else of this project.
package fleet

import (
	"maps"
	"slices"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/filter"
)

// Fleet is the world at its beginning. It is never changed once it is loaded: what happens later is
// the world's.
type Fleet struct {
	// Extends is "builtin" for a file that adds to the built-in fleet. What has the name of
	// something built in takes its place; of endpoints, and of ID changes by the old ID, what has
	// its ID.
	Extends        string          `yaml:"extends" jsonschema:"enum=builtin"`
	Users          []User          `yaml:"users"`
	ContentSets    []ContentSet    `yaml:"content_sets"`
	Sensors        []Sensor        `yaml:"sensors"`
	Packages       []Package       `yaml:"packages"`
	ComputerGroups []ComputerGroup `yaml:"computer_groups"`
	ActionGroups   []ActionGroup   `yaml:"action_groups"`
	// Profiles are readings that endpoints share.
	Profiles  []Profile   `yaml:"profiles"`
	Endpoints []*Endpoint `yaml:"endpoints"`
	// IDChanges are endpoint IDs that are replaced in the course of time.
	IDChanges []IDChange `yaml:"id_changes"`
	// Digest tells one file from another.
	Digest string `yaml:"-"`

	index index
	text  []byte // of the file; nil for a fleet that is no file as it stands
}

// IDChange is an endpoint ID that took the place of another, some time after the simulation began.
// Old is the ID of nobody any more.
type IDChange struct {
	Old   string        `yaml:"old"`
	New   string        `yaml:"new"`
	After time.Duration `yaml:"after"`
}

// User is somebody who may call, with API tokens.
type User struct {
	ID     string   `yaml:"id"`
	Name   string   `yaml:"name"`
	Tokens []string `yaml:"tokens"`
}

// ContentSet holds packages and sensors.
type ContentSet struct {
	ID          string `yaml:"id"`
	Name        string `yaml:"name"`
	Description string `yaml:"description"`
}

// Sensor defines a reading. A sensor of one column has no Columns.
type Sensor struct {
	Name        string      `yaml:"name"`
	Description string      `yaml:"description"`
	Category    string      `yaml:"category"`
	ContentSet  string      `yaml:"content_set"`
	ValueType   filter.Type `yaml:"value_type"` // default String
	Columns     []Column    `yaml:"columns"`
	Parameters  []Parameter `yaml:"parameters"`
	// MaxAgeSeconds is the accepted age of a reading.
	MaxAgeSeconds int `yaml:"max_age_seconds"`
	// Unregistered sensors are not collected by the data service, so that only a live question
	// reads them. A sensor with parameters never is.
	Unregistered bool `yaml:"unregistered"`
	Hidden       bool `yaml:"hidden"`
	// CaseSensitive sensors are the exception: all of a recorded server's ignored case.
	CaseSensitive bool `yaml:"case_sensitive"`
	// Empty is what the sensor says of nothing; default "[no results]".
	Empty string `yaml:"empty"`
	// Registered are parameter values for which the data service collects a sensor with parameters.
	Registered []map[string]string `yaml:"registered"`
}

// Harvested reports that the data service collects the sensor. One with parameters is collected for
// registered values of them alone.
func (s *Sensor) Harvested(params map[string]string) bool {
	if len(s.Parameters) == 0 {
		return !s.Unregistered
	}
	return slices.ContainsFunc(s.Registered, func(values map[string]string) bool { return maps.Equal(values, params) })
}

// Column is one of a sensor's columns.
type Column struct {
	Name      string      `yaml:"name"`
	ValueType filter.Type `yaml:"value_type"` // default String
	Hidden    bool        `yaml:"hidden"`
}

// Parameter is a sensor's parameter; without a default, a value must be given.
type Parameter struct {
	Name    string  `yaml:"name"`
	Default *string `yaml:"default"`
}

// Package is something an action runs.
type Package struct {
	ID                    string `yaml:"id"`
	Name                  string `yaml:"name"`
	Command               string `yaml:"command"`
	ContentSet            string `yaml:"content_set"`
	CommandTimeoutSeconds int    `yaml:"command_timeout_seconds"` // default 60
	// default: command timeout + 600
	ExpireSeconds int            `yaml:"expire_seconds"`
	Params        []PackageParam `yaml:"params"`
	SensorSourced []string       `yaml:"sensor_sourced"`
	// Platforms where its command can succeed; it fails on others. Empty is everywhere.
	Platforms []string `yaml:"platforms"`
	// Outcome of its runs where the endpoint does not say otherwise; default succeed.
	Outcome Outcome `yaml:"outcome"`
	// Chances are the shares of runs, 0 to 1, that end otherwise, drawn by the seed.
	Chances map[Outcome]float64 `yaml:"chances"`
	// Download and Execute bound how long these steps take, drawn by the seed.
	Download Span     `yaml:"download"` // default 1s to 3s
	Execute  Span     `yaml:"execute"`  // default 1s to 5s
	Effects  []Effect `yaml:"effects"`
}

// PackageParam is a positional parameter.
type PackageParam struct {
	Key     string  `yaml:"key"`
	Label   string  `yaml:"label"`
	Default *string `yaml:"default"`
}

// Span is a range of durations.
type Span struct {
	Min time.Duration `yaml:"min"`
	Max time.Duration `yaml:"max"`
}

// Outcome is how a run of a package ends on an endpoint.
type Outcome string

// The outcomes.
const (
	Succeed    Outcome = "succeed"
	Fail       Outcome = "fail"
	Retry      Outcome = "retry"      // fails, waits, and succeeds the second time
	Hang       Outcome = "hang"       // never ends by itself: the action's expiry ends it
	Verify     Outcome = "verify"     // completes, and verifies a little later
	Unverified Outcome = "unverified" // completes, and fails its verification
)

// ComputerGroup is a set of endpoints by rule.
type ComputerGroup struct {
	ID         string `yaml:"id"`
	Name       string `yaml:"name"`
	Expression string `yaml:"expression"`
	Rule       Rule   `yaml:"rule"`
	// Filter in place of Rule, of a group that was made by the API; nil otherwise.
	Filter *filter.Filter `yaml:"-"`
	// Management groups bound what users may see; the others are filters only.
	Management bool `yaml:"management"`
	// ContentSet of a group that is a filter group; empty for none.
	ContentSet string `yaml:"content_set"`
}

// Rule is a filter as a fleet file writes it: sensor, op and value; or member_of; or all; or any.
type Rule struct {
	Sensor   string            `yaml:"sensor"`
	Column   string            `yaml:"column"`
	Params   map[string]string `yaml:"params"`
	Op       filter.Op         `yaml:"op"`
	Value    string            `yaml:"value"`
	MemberOf string            `yaml:"member_of"`
	All      []Rule            `yaml:"all"`
	Any      []Rule            `yaml:"any"`
	Not      bool              `yaml:"not"`
}

// Filter is the rule as a filter.
func (r Rule) Filter() filter.Filter {
	result := filter.Filter{Negated: r.Not, Any: r.Any != nil}
	switch {
	case r.Sensor != "":
		result.Sensor, result.Op, result.Value = &filter.SensorRef{Name: r.Sensor, Column: r.Column,
			Params: r.Params}, r.Op, &r.Value
	case r.MemberOf != "":
		result.MemberOf = &filter.GroupRef{Name: r.MemberOf}
	}
	for _, child := range append(r.All, r.Any...) {
		result.Filters = append(result.Filters, child.Filter())
	}
	return result
}

// ActionGroup bounds who may be targeted.
type ActionGroup struct {
	ID   string `yaml:"id"`
	Name string `yaml:"name"`
	// Any: a member of one of the computer groups is enough, else of all.
	Any            bool     `yaml:"any"`
	ComputerGroups []string `yaml:"computer_groups"` // by name
	// Visibility as the schema spells it, default ALL, and with USER_GROUPS the names of those who
	// see it.
	Visibility string   `yaml:"visibility"`
	UserGroups []string `yaml:"user_groups"`
}

// Profile is what endpoints of one make have in common.
type Profile struct {
	Name     string          `yaml:"name"`
	Platform string          `yaml:"platform"`
	Readings map[string]Rows `yaml:"readings"`
}

// Endpoint is a machine.
type Endpoint struct {
	ID        string `yaml:"id"`
	Name      string `yaml:"name"`
	IPAddress string `yaml:"ip_address"`
	// Profile by name, whose readings hold where the endpoint has none of its own.
	Profile string `yaml:"profile"`
	// Offline endpoints are known, do not answer, and run nothing.
	Offline bool `yaml:"offline"`
	// OnlineAfter is when an offline endpoint comes online, from the start of the simulation; 0 for
	// never.
	OnlineAfter time.Duration `yaml:"online_after"`
	// Readings by sensor, besides those of the profile.
	Readings map[string]Rows `yaml:"readings"`
	// Outcomes of packages, by name, besides the package's own.
	Outcomes map[string]Outcome `yaml:"outcomes"`
	// Execute bounds how long packages run, by name, besides the package's own.
	Execute map[string]Span `yaml:"execute"`

	profile *Profile
}

// Platform of the endpoint, one of the schema's EndpointPlatform.
func (e *Endpoint) Platform() string { return e.profile.Platform }

// Rows is a reading: one string per column, for each row.
type Rows [][]string

// Sensor finds a sensor by its name; nil for none.
func (f *Fleet) Sensor(name string) *Sensor { return f.index.sensors[name] }

// Package finds a package. The ID wins when both are given (API.md#packages); nil for none.
func (f *Fleet) Package(id, name string) *Package {
	if id != "" {
		return f.index.packagesByID[id]
	}
	return f.index.packages[name]
}

// Endpoint finds an endpoint; nil for none.
func (f *Fleet) Endpoint(id string) *Endpoint { return f.index.endpoints[id] }

// User finds a user by ID; nil for none.
func (f *Fleet) User(id string) *User {
	for i := range f.Users {
		if f.Users[i].ID == id {
			return &f.Users[i]
		}
	}
	return nil
}

// index finds what a fleet holds.
type index struct {
	sensors                map[string]*Sensor
	packages, packagesByID map[string]*Package
	endpoints              map[string]*Endpoint
	tokens                 map[string]*User
	profiles               map[string]*Profile
}

// WithSensor is the fleet with a sensor in the place of the one of its name.
func (f *Fleet) WithSensor(changed Sensor) *Fleet {
	next := *f
	next.text = nil
	next.Sensors = slices.Clone(f.Sensors)
	next.index.sensors = maps.Clone(f.index.sensors)
	for i := range next.Sensors {
		if next.Sensors[i].Name == changed.Name {
			next.Sensors[i] = changed
			next.index.sensors[changed.Name] = &next.Sensors[i]
		}
	}
	return &next
}
