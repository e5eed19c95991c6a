// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

// Package fleet is the initial state of a simulation: endpoints with their readings, sensors,
// packages, groups and users, from a YAML file or the built-in one. It also defines how a sensor
// reads an endpoint and how a package changes one.
//
// Of this project it imports only filter, for the rules of groups.
package fleet

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/filter"
)

// Fleet is the initial state of a simulation. It never changes after it is loaded; the world keeps
// the changes.
type Fleet struct {
	// Extends is "builtin" for a file that adds to the built-in fleet. An object replaces the
	// built-in one of the same name. An endpoint replaces the one of the same ID, and an ID change
	// the one of the same old ID.
	Extends        string          `yaml:"extends" jsonschema:"enum=builtin"`
	Users          []User          `yaml:"users"`
	ContentSets    []ContentSet    `yaml:"content_sets"`
	Sensors        []Sensor        `yaml:"sensors"`
	Packages       []Package       `yaml:"packages"`
	ComputerGroups []ComputerGroup `yaml:"computer_groups"`
	ActionGroups   []ActionGroup   `yaml:"action_groups"`
	// Profiles are readings that several endpoints share.
	Profiles  []Profile   `yaml:"profiles"`
	Endpoints []*Endpoint `yaml:"endpoints"`
	// IDChanges are changes of endpoint IDs over time.
	IDChanges []IDChange `yaml:"id_changes"`
	// Digest identifies the file.
	Digest string `yaml:"-"`

	index index
	text  []byte // text of the file; nil if the fleet differs from its file
}

// IDChange is the replacement of an endpoint ID by another, some time after the simulation starts.
// No endpoint has the ID Old any more.
type IDChange struct {
	Old   string        `yaml:"old"`
	New   string        `yaml:"new"`
	After time.Duration `yaml:"after"`
}

// User is a user of the API with API tokens.
type User struct {
	ID     string   `yaml:"id"`
	Name   string   `yaml:"name"`
	Tokens []string `yaml:"tokens"`
	// Manages lists the computer groups that the user may manage, by name; empty for no limit. The
	// gateway only tells it: it limits no list and no action.
	Manages []string `yaml:"manages"`
}

// ContentSet is a set of packages and sensors.
type ContentSet struct {
	ID          string `yaml:"id"`
	Name        string `yaml:"name"`
	Description string `yaml:"description"`
}

// Sensor defines a reading. Columns is empty for a sensor with one column.
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
	// Unregistered means that the data service does not collect the sensor, so that only a live
	// question reads it. It has no effect on a sensor with parameters: see Registered.
	Unregistered bool `yaml:"unregistered"`
	Hidden       bool `yaml:"hidden"`
	// CaseSensitive sensors are rare: all sensors of a recorded server ignore case.
	CaseSensitive bool `yaml:"case_sensitive"`
	// Empty is the reading of an endpoint without a value; default "[no results]".
	Empty string `yaml:"empty"`
	// Registered lists the parameter values for which the data service collects a sensor with
	// parameters.
	Registered []map[string]string `yaml:"registered"`
}

// Harvested reports whether the data service collects the sensor. It collects a sensor with
// parameters only for registered values.
func (s *Sensor) Harvested(params map[string]string) bool {
	if len(s.Parameters) == 0 {
		return !s.Unregistered
	}
	return slices.ContainsFunc(s.Registered, func(values map[string]string) bool { return maps.Equal(values, params) })
}

// Column is a column of a sensor.
type Column struct {
	Name      string      `yaml:"name"`
	ValueType filter.Type `yaml:"value_type"` // default String
	Hidden    bool        `yaml:"hidden"`
}

// Parameter is a parameter of a sensor. A parameter without a default requires a value.
type Parameter struct {
	Name    string  `yaml:"name"`
	Default *string `yaml:"default"`
}

// Package is a package, which an action runs.
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
	// Platforms lists the platforms on which the command can succeed. It fails on others. Empty
	// means all platforms.
	Platforms []string `yaml:"platforms"`
	// Outcome is the result of a run, unless the endpoint sets another; default succeed.
	Outcome Outcome `yaml:"outcome"`
	// Chances are the shares of runs (0 to 1) with other outcomes, drawn by the seed.
	Chances map[Outcome]float64 `yaml:"chances"`
	// Download and Execute are the durations of these steps, drawn by the seed.
	Download Span     `yaml:"download"` // default 1s to 3s
	Execute  Span     `yaml:"execute"`  // default 1s to 5s
	Output   Output   `yaml:"output"`   // default none
	Effects  []Effect `yaml:"effects"`
}

// Output is what the command of a package writes, in lines, which the sensor "Tanium Action Log"
// shows.
type Output struct {
	Succeed []string `yaml:"succeed"`
	Fail    []string `yaml:"fail"`
}

// PackageParam is a positional parameter of a package.
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

// Outcome is the result of a run of a package on an endpoint.
type Outcome string

// The outcomes.
const (
	Succeed    Outcome = "succeed"
	Fail       Outcome = "fail"
	Retry      Outcome = "retry"      // fails, waits, and succeeds at the second attempt
	Hang       Outcome = "hang"       // runs until the action expires
	Verify     Outcome = "verify"     // completes, and passes its verification later
	Unverified Outcome = "unverified" // completes, and fails its verification later
)

// ComputerGroup is a set of endpoints, defined by a rule.
type ComputerGroup struct {
	ID         string `yaml:"id"`
	Name       string `yaml:"name"`
	Expression string `yaml:"expression"`
	Rule       Rule   `yaml:"rule"`
	// Filter replaces Rule for a group that was created through the API; nil otherwise.
	Filter *filter.Filter `yaml:"-"`
	// Management groups limit what users see; other groups are only filters.
	Management bool `yaml:"management"`
	// ContentSet is the content set of a filter group; empty for none.
	ContentSet string `yaml:"content_set"`
}

// Rule is a filter in a fleet file: sensor, op and value; or member_of; or all; or any.
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

// check reports a rule that has several conditions beside each other, of which one would be
// ignored.
func (r Rule) check() error {
	given := []string{}
	for name, set := range map[string]bool{
		"sensor": r.Sensor != "", "member_of": r.MemberOf != "", "all": r.All != nil, "any": r.Any != nil,
	} {
		if set {
			given = append(given, name)
		}
	}
	if slices.Sort(given); len(given) > 1 {
		return fmt.Errorf("a rule has %s; put them into all or any", strings.Join(given, " and "))
	}
	if err := r.checkOperands(); err != nil {
		return err
	}
	for _, child := range slices.Concat(r.All, r.Any) {
		if err := child.check(); err != nil {
			return err
		}
	}
	return nil
}

// Filter returns the rule as a filter.
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

// ActionGroup limits the endpoints that actions can target.
type ActionGroup struct {
	ID   string `yaml:"id"`
	Name string `yaml:"name"`
	// Any means that membership in one of the computer groups is enough. Otherwise an endpoint must
	// be in all of them.
	Any            bool     `yaml:"any"`
	ComputerGroups []string `yaml:"computer_groups"` // by name
	// Visibility is spelled as in the schema; default ALL. UserGroups lists the user groups that
	// see the group if it is USER_GROUPS.
	Visibility string   `yaml:"visibility"`
	UserGroups []string `yaml:"user_groups"`
}

// Profile is what endpoints of one kind have in common.
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
	// Profile is the name of a profile. Its readings apply where the endpoint has none.
	Profile string `yaml:"profile"`
	// Offline endpoints are known but do not answer and run nothing.
	Offline bool `yaml:"offline"`
	// OnlineAfter is the time from the start of the simulation at which an offline endpoint comes
	// online; 0 for never.
	OnlineAfter time.Duration `yaml:"online_after"`
	// RelapseAfter is how long what an action changes on the endpoint lasts: the sensors then read
	// what they read before it. 0 for always.
	RelapseAfter time.Duration `yaml:"relapse_after"`
	// Locked endpoints answer questions and run no action: they have an action lock
	// (API.md#action-lock).
	Locked bool `yaml:"locked"`
	// Readings by sensor override those of the profile.
	Readings map[string]Rows `yaml:"readings"`
	// Outcomes by package name override the outcome of the package.
	Outcomes map[string]Outcome `yaml:"outcomes"`
	// Execute by package name overrides the durations of the package.
	Execute map[string]Span `yaml:"execute"`

	profile *Profile
}

// Platform returns the platform of the endpoint, spelled as in the schema's EndpointPlatform.
func (e *Endpoint) Platform() string { return e.profile.Platform }

// Rows is a reading: rows with one string per column.
type Rows [][]string

// Sensor finds a sensor by name; nil for none.
func (f *Fleet) Sensor(name string) *Sensor { return f.index.sensors[name] }

// Package finds a package; nil for none. The ID wins over the name (API.md#packages).
func (f *Fleet) Package(id, name string) *Package {
	if id != "" {
		return f.index.packagesByID[id]
	}
	return f.index.packages[name]
}

// Endpoint finds an endpoint by ID; nil for none.
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

// index indexes the objects of a fleet.
type index struct {
	sensors                map[string]*Sensor
	packages, packagesByID map[string]*Package
	endpoints              map[string]*Endpoint
	tokens                 map[string]*User
	profiles               map[string]*Profile
}

// WithSensor returns the fleet with one sensor replaced by name.
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
