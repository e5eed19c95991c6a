// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// Marker is what a deployment is found again by. It stands in the comment, the one text of a
// scheduled action that a filter finds and that need not be unique (API.md#names-and-comments): an
// answer may get lost, and names recur.
//
// What Tanium does to comments is not documented. So the marker stands first, where a cut leaves
// it, and is found by its digits alone, which survive another case, escaping and the loss of
// dashes.
type Marker struct {
	// Digest is of what is deployed: the same for the same deployment, by any configuration and any
	// number of times.
	Digest uint64
	// Nonce is of this one attempt.
	Nonce uint64
}

const (
	markerPrefix = "terraform"
	digestBits   = 48
	digestDigits = 15
	nonceDigits  = 20
)

// String is the marker as it stands in a comment.
func (m Marker) String() string {
	return fmt.Sprintf("%s%s%0*d", markerPrefix, m.family(), nonceDigits, m.Nonce)
}

// family are the digits that markers of the same deployment share.
func (m Marker) family() string { return fmt.Sprintf("%0*d", digestDigits, m.Digest) }

// oldFamily is what the markers of earlier versions share: terraform-<digest>-<nonce>, in
// hexadecimal digits at the end of a comment.
func (m Marker) oldFamily() string {
	return fmt.Sprintf("%s-%0*x-", markerPrefix, digestBits/4, m.Digest)
}

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
	var nonce [8]byte
	if _, err := io.ReadFull(random, nonce[:]); err != nil {
		return Marker{}, err
	}
	return Marker{
		Digest: binary.BigEndian.Uint64(sum[:8]) >> (64 - digestBits),
		Nonce:  binary.BigEndian.Uint64(nonce[:]),
	}, nil
}

// comment is a user's comment with the marker before it.
func (m Marker) comment(text string) *string {
	whole := strings.TrimSpace(m.String() + " " + text)
	return &whole
}

// markerForms are the form of a marker, and that of earlier versions, in whatever case and with a
// blank in place of a dash.
func markerForms() (now, before *regexp.Regexp) {
	now = regexp.MustCompile(fmt.Sprintf(`(?i)%s(\d{%d})(\d{%d})`, markerPrefix, digestDigits, nonceDigits))
	before = regexp.MustCompile(fmt.Sprintf(`(?i)%s[- ]([0-9a-f]{%d})[- ]([0-9a-f]{16})`, markerPrefix, digestBits/4))
	return now, before
}

// MarkerOf finds the marker in a comment; false where there is none.
func MarkerOf(comment string) (Marker, bool) {
	now, before := markerForms()
	form, base := now.FindStringSubmatch(comment), 10
	if form == nil {
		form, base = before.FindStringSubmatch(comment), 16
	}
	if form == nil {
		return Marker{}, false
	}
	digest, err := strconv.ParseUint(form[1], base, 64)
	if err != nil {
		return Marker{}, false
	}
	nonce, err := strconv.ParseUint(form[2], base, 64)
	return Marker{Digest: digest, Nonce: nonce}, err == nil
}

// Unmarked is a comment without the marker in it.
func Unmarked(comment string) string {
	now, before := markerForms()
	return strings.TrimSpace(before.ReplaceAllString(now.ReplaceAllString(comment, ""), ""))
}

// in reports whether a comment carries the marker.
func (m Marker) in(comment string) bool {
	found, ok := MarkerOf(comment)
	return ok && found == m
}
