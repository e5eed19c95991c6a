// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// Marker is what a deployment is found again by. It stands in the comment, the one text of a scheduled action that a filter finds and nobody needs to be unique
// (reference 5.17): an answer may get lost, and names recur.
type Marker struct {
	// Digest is of what is deployed: the same for the same deployment, whoever asks for it and however often.
	Digest string
	// Nonce is of this one attempt.
	Nonce string
}

const (
	markerPrefix = "terraform-"
	digestBytes  = 6
	nonceBytes   = 8
)

// String is the marker as it stands in a comment.
func (m Marker) String() string { return m.family() + m.Nonce }

// family is the beginning that markers of the same deployment share.
func (m Marker) family() string { return markerPrefix + m.Digest + "-" }

// in reports whether a comment carries the marker.
func (m Marker) in(comment string) bool { return strings.Contains(comment, m.String()) }

// newMarker makes the marker of one attempt at a request.
func newMarker(input gateway.ActionPerformInput, triggers map[string]string, random io.Reader) (Marker, error) {
	what, err := json.Marshal(struct {
		Input    gateway.ActionPerformInput
		Triggers map[string]string
	}{input, triggers})
	if err != nil {
		return Marker{}, err
	}
	sum := sha256.Sum256(what)
	nonce := make([]byte, nonceBytes)
	if _, err := io.ReadFull(random, nonce); err != nil {
		return Marker{}, err
	}
	return Marker{Digest: hex.EncodeToString(sum[:digestBytes]), Nonce: hex.EncodeToString(nonce)}, nil
}

// comment is a user's comment with the marker at its end.
func (m Marker) comment(text string) *string {
	whole := strings.TrimSpace(text + " " + m.String())
	return &whole
}

// markerPattern is the form of a marker at the end of a comment.
func markerPattern() *regexp.Regexp {
	return regexp.MustCompile(fmt.Sprintf(`(^| )%s[0-9a-f]{%d}-[0-9a-f]{%d}$`, markerPrefix, 2*digestBytes, 2*nonceBytes))
}

// Unmarked is a comment without the marker at its end.
func Unmarked(comment string) string { return markerPattern().ReplaceAllString(comment, "") }

// Siblings are the parts of the deployment that a scheduled action belongs to: those that carry its marker, or it alone.
func Siblings(ctx context.Context, client *gateway.Client, scheduled *gateway.ScheduledAction) ([]Part, error) {
	marker := strings.TrimSpace(markerPattern().FindString(scheduled.Comment))
	if marker == "" {
		return partsOf([]*gateway.ScheduledAction{scheduled}), nil
	}
	found, err := client.ScheduledActionsCommented(ctx, marker)
	if err != nil {
		return nil, err
	}
	if found = slices.DeleteFunc(found, func(s *gateway.ScheduledAction) bool { return !strings.HasSuffix(s.Comment, marker) }); len(found) == 0 {
		found = []*gateway.ScheduledAction{scheduled}
	}
	return partsOf(found), nil
}
