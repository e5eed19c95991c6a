// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"fmt"
	"strings"
)

// OnDuplicate is what to do when the same deployment is already open.
type OnDuplicate int

// The choices.
const (
	// DuplicateError deploys nothing and returns a *Duplicate.
	DuplicateError OnDuplicate = iota
	// DuplicateAdopt takes over the open deployment.
	DuplicateAdopt
	// DuplicateIgnore deploys another one.
	DuplicateIgnore
)

// Duplicates say what to do when the same deployment is already open.
type Duplicates struct {
	// On is the choice.
	On OnDuplicate
	// Failed reports a finished deployment that failed, by its parts as just read. DuplicateAdopt
	// cancels and replaces such a deployment. Nil for never.
	Failed func(parts []Part) bool
}

// Duplicate is the error of a deployment that is already open. An earlier run that could not save
// it may have deployed it, or somebody else.
type Duplicate struct {
	// Existing is what is open.
	Existing []Existing
	// Cancelled are the scheduled actions that this run made before it read what was open, and
	// cancelled; nil where nothing was deployed.
	Cancelled []string
	// Left is why a scheduled action of this run could not be cancelled; nil where none is left.
	Left error
}

// Error names what is open.
func (d *Duplicate) Error() string {
	text := "the same deployment is open already: " + DescribeExisting(d.Existing)
	if d.Left != nil {
		text += "; " + d.Left.Error()
	}
	return text
}

// Uncertain is the error of a dispatch that may or may not have deployed: the request may have
// arrived, no answer came back, and a search for the marker found nothing or failed. The request is
// not repeated, because that could deploy twice.
type Uncertain struct {
	// Marker in the comment of the deployment, if there is one.
	Marker Marker
	// Searched reports that Tanium was asked for the marker and showed none.
	Searched bool
	// Err is why there is no answer.
	Err error
}

// Error says what is not known.
func (u *Uncertain) Error() string {
	return fmt.Sprintf("whether the action with the marker %s was deployed is unknown: %s", u.Marker, u.Err)
}

// Unwrap is why there is no answer.
func (u *Uncertain) Unwrap() error { return u.Err }

// Multiple is the error of a deployment that was carried out more often than it was sent. Nothing
// was cancelled.
type Multiple struct {
	// Marker that all of them carry.
	Marker Marker
	// ScheduledActionIDs of all of them.
	ScheduledActionIDs []string
}

// Error names them.
func (m *Multiple) Error() string {
	return fmt.Sprintf("the deployment with the marker %s was made %d times: scheduled actions %s",
		m.Marker, len(m.ScheduledActionIDs), strings.Join(m.ScheduledActionIDs, ", "))
}
