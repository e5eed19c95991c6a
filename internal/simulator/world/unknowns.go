// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package world

import (
	"html"
	"strings"
)

// Unknowns choose what Tanium's documentation leaves open. The zero value is what seems likeliest;
// a client has to live with every choice.
type Unknowns struct {
	// FailuresInErrors reports a mutation's failure in the GraphQL errors, not in the payload
	// (API.md#failed-mutations).
	FailuresInErrors bool
	// MissingIsError answers the query of an action, scheduled action or group that is not there
	// with an error besides null (API.md#unknown-ids).
	MissingIsError bool
	// Deleted is what becomes of a deleted scheduled action (API.md#stop-and-delete).
	Deleted Deleted
	// StopOverIsError refuses to stop an action that is over (API.md#stop-and-delete).
	StopOverIsError bool
	// Placeholder shows a pending action as the last one of a scheduled action that has issued
	// none; it is null otherwise (API.md#last-action).
	Placeholder bool
	// OldStatuses speaks of ACTIVE and EXPIRED in place of OPEN and CLOSED (API.md#statuses).
	OldStatuses bool
	// CountSilent counts endpoints that are targeted and offline as waiting (API.md#counters).
	CountSilent bool
	// DerivedPackages shows an action's package under an ID of its own (API.md#derived-packages).
	DerivedPackages bool
	// JoinedStatuses spells the states of several words in the sensor "Action Statuses" as one
	// (API.md#action-reports).
	JoinedStatuses bool
	// Comments is what becomes of a comment when it is stored
	// (API.md#names-and-comments).
	Comments Comments
}

// Comments is what a server does to the comment of a scheduled action when it stores it.
type Comments string

// The ways to store a comment. The zero value stores it as it is given.
const (
	// CommentsCut keeps the first characters, as many as a column of a database often has.
	CommentsCut Comments = "cut"
	// CommentsUpper makes all letters capital.
	CommentsUpper Comments = "upper"
	// CommentsEscaped escapes what has a meaning in HTML.
	CommentsEscaped Comments = "escaped"
	// CommentsBlanks puts blanks in the place of dashes.
	CommentsBlanks Comments = "blanks"
)

// longestComment is how many characters CommentsCut keeps.
const maxComment = 255

// stored is a comment as it is kept.
func (c Comments) stored(comment string) string {
	switch c {
	case CommentsCut:
		characters := []rune(comment)
		return string(characters[:min(maxComment, len(characters))])
	case CommentsUpper:
		return strings.ToUpper(comment)
	case CommentsEscaped:
		return html.EscapeString(comment)
	case CommentsBlanks:
		return strings.ReplaceAll(comment, "-", " ")
	default:
		return comment
	}
}

// Deleted is what becomes of a deleted scheduled action.
type Deleted int

// The ways to show a deleted scheduled action.
const (
	// DeletedIsGone answers as if it had never been.
	DeletedIsGone Deleted = iota
	// DeletedIsShown answers with the status DELETED.
	DeletedIsShown
)
