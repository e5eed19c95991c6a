// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// OnDuplicate is the reaction to an identical deployment that is open or has ended recently.
type OnDuplicate int

// The reactions.
const (
	// DuplicateError deploys nothing and returns a *Duplicate.
	DuplicateError OnDuplicate = iota
	// DuplicateAdopt adopts the other deployment.
	DuplicateAdopt
	// DuplicateIgnore makes another deployment.
	DuplicateIgnore
)

// Duplicates are the settings for an identical deployment that is open or has ended recently.
type Duplicates struct {
	On OnDuplicate
	// Managed reports that the caller manages an adopted deployment from then on: other resources
	// of the run do not cancel it.
	Managed bool
	// Judge decides, from the parts as just read and from the number of endpoints that were
	// targeted (nil if unknown), what becomes of a deployment. DuplicateAdopt cancels
	// and replaces one that failed. Neither DuplicateAdopt nor DuplicateError deploys again what
	// somebody stopped. Nil takes over every deployment.
	Judge func(parts []Part, targeted *int) Succession
	// Ended also finds a deployment that ended within endedWithin and that nobody cancelled: an
	// earlier run made it and could not save it, or another object in the state has it.
	Ended bool
	// Finished reports, from the parts as just read and from the number of endpoints that were
	// targeted (nil if unknown), whether a deployment is finished although it is open:
	// Tanium keeps an action open until it expires. Such a deployment is no duplicate, and stays as
	// it is. If Finished is nil, an open deployment is one.
	Finished func(parts []Part, targeted *int) bool
}

// endedWithin is how long ago a deployment may have ended to be a duplicate. A pipeline whose run
// was killed runs again within a day.
const endedWithin = 24 * time.Hour

// Outcome is how a deployment ended.
type Outcome struct {
	// At is when the last action was over, at the latest; the zero time if it is not known.
	At time.Time
	// Parts are the parts as last read.
	Parts []Part
	// Succession is what becomes of it.
	Succession Succession
}

// Duplicate is the error for an identical deployment that is open or has ended recently. Another
// user may have made it, or an earlier run that could not save it in the state.
type Duplicate struct {
	Existing []Existing
	// Holder says who has it.
	Holder Holder
	// Ended is how it ended; nil if it is open.
	Ended *Outcome
	// Cancelled are the scheduled actions that this run made before it found the other deployment,
	// and then cancelled; nil if it made none.
	Cancelled []string
	// Left is the reason why a scheduled action of this run could not be cancelled; nil if none
	// remains.
	Left error
}

// Error lists the scheduled actions.
func (d *Duplicate) Error() string {
	text := "the same deployment is already open: "
	if d.Ended != nil {
		text = "the same deployment has ended recently: "
	}
	text += DescribeExisting(d.Existing)
	if d.Left != nil {
		text += "; " + d.Left.Error()
	}
	return text
}

// Uncertain is the error of a dispatch with an unknown result: the request may have arrived, no
// clear answer came back, and a search for the marker found nothing or failed. The request is not
// repeated, because a repetition could deploy twice.
type Uncertain struct {
	// Marker is the marker in the comment of the deployment, if the deployment exists.
	Marker Marker
	// Searched reports that a search for the marker succeeded and found nothing.
	Searched bool
	Err      error
}

// Error names the marker and the failure of the request.
func (u *Uncertain) Error() string {
	return fmt.Sprintf("it is unknown whether the action with the marker %s was deployed: %s", u.Marker, u.Err)
}

// Unwrap returns the failure of the request.
func (u *Uncertain) Unwrap() error { return u.Err }

// Multiple is the error for a deployment with more scheduled actions than its request makes. They
// were not all cancelled.
type Multiple struct {
	Marker             Marker
	ScheduledActionIDs []string
}

// Error names the marker and the scheduled actions.
func (m *Multiple) Error() string {
	return fmt.Sprintf("the deployment with the marker %s was made %d times: scheduled actions %s",
		m.Marker, len(m.ScheduledActionIDs), strings.Join(m.ScheduledActionIDs, ", "))
}

// Renamed is the error of a deployment that this run destroyed under another address, after which
// nothing was deployed.
type Renamed struct {
	// Left is the deployment that was destroyed, as it was before.
	Left Handover
	// Kept reports that the destroy left it to the creation, and cancelled nothing.
	Kept bool
}

func (r *Renamed) Error() string {
	return "scheduled action " + strings.Join(ScheduledIDs(r.Left.Parts), ", ") +
		" was the same deployment, and this run destroyed it"
}

// NotDestroyed is the error of a deployment that this run failed to destroy under another address,
// after which nothing was deployed.
type NotDestroyed struct {
	// Left is that deployment, as it was before.
	Left Handover
}

func (n *NotDestroyed) Error() string {
	return "scheduled action " + strings.Join(ScheduledIDs(n.Left.Parts), ", ") +
		" is the same deployment, and this run could not destroy it"
}

// conflictsOf returns the scheduled actions because of which a deployment was not made; nil for
// another reason.
func conflictsOf(err error) (ids []string) {
	var duplicate *Duplicate
	if errors.As(err, &duplicate) {
		for _, existing := range duplicate.Existing {
			ids = append(ids, existing.scheduledActionID)
		}
	}
	return ids
}
