// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// Marker identifies a deployment. It is part of the comment, which is the only text of a scheduled
// action that a filter can search and that need not be unique (API.md#names-and-comments). With the
// marker, a deployment is found again if its answer is lost; names are not unique. The zero value
// stands for no marker.
type Marker struct {
	// Digest is a hash of the deployment. It is the same for every attempt at the same deployment,
	// from any configuration.
	Digest uint64
	// nonce is random and identifies one attempt.
	nonce uint64
	// targeted is the number of endpoints that the attempt was sent to, which Tanium does not
	// report; 0 if it is not known.
	targeted int
	// single reports a package. A package makes exactly one scheduled action (API.md#operations),
	// so any other one with its marker is a copy.
	single bool
}

// The form of a marker: a prefix, and decimal numbers of fixed lengths without separators. Digits
// survive a change of case, escaping and the loss of dashes. The last digit is singleDigit or
// severalDigit.
const (
	markerPrefix   = "tf"
	digestBits     = 48
	digestDigits   = 15
	nonceDigits    = 10
	targetedDigits = 6
	markerDigits   = digestDigits + nonceDigits + targetedDigits + 1
	maxNonce       = 10_000_000_000
	maxTargeted    = 999_999
	singleDigit    = 1
	severalDigit   = 2
)

// String returns the marker in the form of a comment.
func (m Marker) String() string {
	kind := severalDigit
	if m.single {
		kind = singleDigit
	}
	return fmt.Sprintf("%s%s%0*d%0*d%d", markerPrefix, family(m.Digest), nonceDigits, m.nonce,
		targetedDigits, m.targeted, kind)
}

// family returns the digits that the markers of one deployment share.
func family(digest uint64) string { return fmt.Sprintf("%0*d", digestDigits, digest) }

// newMarker returns the marker for a new attempt at a deployment, given by its digest, to a number
// of endpoints; nil if it is not known. The parameter single reports a package.
func newMarker(digest uint64, single bool, targeted *int, random io.Reader) (Marker, error) {
	var nonce [8]byte
	if _, err := io.ReadFull(random, nonce[:]); err != nil {
		return Marker{}, err
	}
	marker := Marker{Digest: digest, nonce: binary.BigEndian.Uint64(nonce[:]) % maxNonce, single: single}
	if count := gateway.Deref(targeted); count > 0 && count <= maxTargeted {
		marker.targeted = count
	}
	return marker, nil
}

// digestOf returns the digest of a deployment and its triggers.
func digestOf(input gateway.ActionPerformInput, triggers map[string]string) uint64 {
	if len(triggers) == 0 {
		triggers = nil // as no triggers
	}
	encoded, _ := json.Marshal(struct { // texts, numbers, times and lists are always encoded
		Input    gateway.ActionPerformInput
		Triggers map[string]string
	}{input, triggers})
	sum := sha256.Sum256(encoded)
	return binary.BigEndian.Uint64(sum[:8]) >> (64 - digestBits)
}

// comment returns the marker followed by a user's comment.
func (m Marker) comment(text string) *string {
	comment := strings.TrimSpace(m.String() + " " + text)
	return &comment
}

// MarkerOf returns the first marker in a comment; false if there is none.
func MarkerOf(comment string) (Marker, bool) {
	marker, _, _, ok := locate(comment)
	return marker, ok
}

// locate returns the first marker in a comment, and where it begins and ends.
func locate(comment string) (marker Marker, begin, end int, ok bool) {
	for begin := 0; begin+len(markerPrefix)+markerDigits <= len(comment); begin++ {
		first := begin + len(markerPrefix)
		end := first + markerDigits
		if !strings.EqualFold(comment[begin:first], markerPrefix) {
			continue
		}
		if marker, ok := parseMarker(comment[first:end]); ok {
			return marker, begin, end, true
		}
	}
	return Marker{}, 0, 0, false
}

// parseMarker parses the digits of a marker.
func parseMarker(digits string) (marker Marker, ok bool) {
	next := func(length int) (number uint64) {
		for _, digit := range []byte(digits[:length]) {
			if digit < '0' || digit > '9' {
				ok = false
			}
			number = 10*number + uint64(digit-'0')
		}
		digits = digits[length:]
		return number
	}
	ok = true
	marker.Digest, marker.nonce = next(digestDigits), next(nonceDigits)
	marker.targeted = int(next(targetedDigits)) //nolint:gosec // six digits
	kind := next(1)
	marker.single = kind == singleDigit
	return marker, ok && (marker.single || kind == severalDigit)
}

// targetedOf returns the number of endpoints that the attempt with a comment was sent to;
// nil if the comment does not have it.
func targetedOf(comment string) *int {
	if marker, ok := MarkerOf(comment); ok && marker.targeted > 0 {
		return &marker.targeted
	}
	return nil
}

// singleOf reports whether the attempt with a comment runs a package, by its marker.
func singleOf(comment string) bool {
	marker, _ := MarkerOf(comment)
	return marker.single
}

// Unmarked returns a comment without its markers and surrounding space.
func Unmarked(comment string) string {
	for {
		_, begin, end, ok := locate(comment)
		if !ok {
			return strings.TrimSpace(comment)
		}
		comment = comment[:begin] + comment[end:]
	}
}

// in reports whether a comment has this marker.
func (m Marker) in(comment string) bool {
	found, ok := MarkerOf(comment)
	return ok && found == m
}
