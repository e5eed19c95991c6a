// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package world

import (
	"fmt"
	"html"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Unknowns choose behavior that Tanium's documentation leaves open. The zero value is the most
// likely behavior. A client must handle every choice.
type Unknowns struct {
	// FailuresInErrors reports a failed mutation in the GraphQL errors instead of the payload
	// (API.md#failed-mutations).
	FailuresInErrors bool
	// MissingIsError adds an error to null when a queried action, scheduled action or group does
	// not exist (API.md#unknown-ids).
	MissingIsError bool
	// Deleted chooses how a deleted scheduled action appears (API.md#stop-and-delete).
	Deleted Deleted
	// StopOverIsError rejects the stop of an action that is over (API.md#stop-and-delete).
	StopOverIsError bool
	// Placeholder shows a pending action as the last action of a scheduled action that has issued
	// none. Otherwise the last action is null (API.md#last-action).
	Placeholder bool
	// OldStatuses names the statuses OPEN and CLOSED as ACTIVE and EXPIRED (API.md#statuses).
	OldStatuses bool
	// CountSilent counts targeted endpoints that are offline as waiting (API.md#counters).
	CountSilent bool
	// DerivedPackages shows an action's package with a different ID (API.md#derived-packages).
	DerivedPackages bool
	// Parameters chooses how the parameters of an action appear (API.md#encoded-parameters).
	Parameters Parameters
	// JoinedStatuses writes multi-word states as one word in the sensor "Action Statuses"
	// (API.md#action-reports).
	JoinedStatuses bool
	// SucceededStatuses writes "Succeeded." for "Completed." in the sensor "Action Statuses"
	// (API.md#action-reports).
	SucceededStatuses bool
	// LateReports is how long endpoints still run and report an action after it is closed
	// (API.md#expiry).
	LateReports time.Duration
	// NeverIssued never issues an approved scheduled action, as while the server has not cached the
	// files of its package (API.md#last-action).
	NeverIssued bool
	// ApproveAgain accepts an approval that is not needed, and changes nothing (API.md#approval).
	ApproveAgain bool
	// Comments chooses how the server changes a comment when it stores it
	// (API.md#names-and-comments).
	Comments Comments
}

// Parameters is a way to show the parameters of an action.
type Parameters string

// The ways to show parameters. The zero value shows them as they were given.
const (
	// ParametersEncoded percent-encodes every character besides letters and digits.
	ParametersEncoded Parameters = "encoded"
	// ParametersPartlyEncoded percent-encodes "+", "=" and "/" only.
	ParametersPartlyEncoded Parameters = "partly-encoded"
)

// Shown returns a parameter as the server shows it: with ParametersEncoded, "new_tag" becomes
// "new%5ftag", as in the command line.
func (p Parameters) Shown(value string) string {
	var text strings.Builder
	for _, each := range []byte(value) {
		encodes := false
		switch p {
		case ParametersEncoded:
			encodes = each >= utf8.RuneSelf || !unicode.IsLetter(rune(each)) && !unicode.IsDigit(rune(each))
		case ParametersPartlyEncoded:
			encodes = strings.IndexByte("+=/", each) >= 0
		}
		if encodes {
			fmt.Fprintf(&text, "%%%02x", each)
		} else {
			text.WriteByte(each)
		}
	}
	return text.String()
}

// Comments is a way to store the comment of a scheduled action.
type Comments string

// The ways to store a comment. The zero value stores it unchanged.
const (
	// CommentsCut keeps the first 255 characters, a common size of a database column.
	CommentsCut Comments = "cut"
	// CommentsUpper changes all letters to upper case.
	CommentsUpper Comments = "upper"
	// CommentsEscaped escapes HTML characters.
	CommentsEscaped Comments = "escaped"
	// CommentsBlanks replaces dashes with blanks.
	CommentsBlanks Comments = "blanks"
)

// maxComment is the number of characters that CommentsCut keeps.
const maxComment = 255

// stored returns the comment as the server stores it.
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

// Deleted is a way to show a deleted scheduled action.
type Deleted int

// The ways to show a deleted scheduled action.
const (
	// DeletedIsGone answers as if the scheduled action did not exist.
	DeletedIsGone Deleted = iota
	// DeletedIsShown answers with the status DELETED.
	DeletedIsShown
)
