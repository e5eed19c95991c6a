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

// Marker identifies a deployment. It is part of the comment, which is the only text of a scheduled
// action that a filter can search and that need not be unique (API.md#names-and-comments). With the
// marker, a deployment is found again if its answer is lost; names are not unique.
//
// Tanium does not document how it changes comments. So the marker is at the start, where truncation
// keeps it, and consists of digits, which survive a change of case, escaping and the loss of
// dashes.
type Marker struct {
	// Digest is a hash of the deployment. It is the same for every attempt at the same deployment,
	// from any configuration.
	Digest uint64
	// Nonce identifies one attempt. It is random except for its last bits: see targetedBits and
	// singleBit.
	Nonce uint64
}

// targetedBits is the length of the number of endpoints, at the end of a nonce, that the attempt
// was sent to. Tanium does not report it. With singleBit before it, 39 random bits remain for
// attempts at the same deployment.
const targetedBits = 24

// singleBit is the bit of a nonce that reports a package. A package makes exactly one scheduled
// action (API.md#operations), so any other one with its marker is a copy.
const singleBit = 1 << targetedBits

const (
	markerPrefix = "terraform"
	digestBits   = 48
	digestDigits = 15
	nonceDigits  = 20
)

// String returns the marker in the form of a comment.
func (m Marker) String() string {
	return fmt.Sprintf("%s%s%0*d", markerPrefix, m.family(), nonceDigits, m.Nonce)
}

// family returns the digits that the markers of one deployment share.
func (m Marker) family() string { return fmt.Sprintf("%0*d", digestDigits, m.Digest) }

// oldFamily returns the text that the markers of one deployment share in earlier versions. Their
// form was terraform-<digest>-<nonce>, in hexadecimal digits, at the end of a comment.
func (m Marker) oldFamily() string {
	return fmt.Sprintf("%s-%0*x-", markerPrefix, digestBits/4, m.Digest)
}

// newMarker returns the marker for a new attempt at a deployment, given by its digest, to a number
// of endpoints. The parameter single reports a package.
func newMarker(digest uint64, single bool, targeted int, random io.Reader) (Marker, error) {
	var nonce [8]byte
	if _, err := io.ReadFull(random, nonce[:]); err != nil {
		return Marker{}, err
	}
	if targeted < 0 || targeted >= 1<<targetedBits {
		targeted = 0
	}
	made := Marker{
		Digest: digest,
		Nonce:  binary.BigEndian.Uint64(nonce[:])>>(targetedBits+1)<<(targetedBits+1) | uint64(targeted),
	}
	if single {
		made.Nonce |= singleBit
	}
	return made, nil
}

// digestOf returns the digest of a deployment and its triggers.
func digestOf(input gateway.ActionPerformInput, triggers map[string]string) (uint64, error) {
	encoded, err := json.Marshal(struct {
		Input    gateway.ActionPerformInput
		Triggers map[string]string
	}{input, triggers})
	if err != nil {
		return 0, err
	}
	sum := sha256.Sum256(encoded)
	return binary.BigEndian.Uint64(sum[:8]) >> (64 - digestBits), nil
}

// comment returns the marker followed by a user's comment.
func (m Marker) comment(text string) *string {
	comment := strings.TrimSpace(m.String() + " " + text)
	return &comment
}

// markerPatterns returns the pattern of a marker and that of earlier versions. Both ignore case.
// The latter also takes spaces for dashes.
func markerPatterns() (current, old *regexp.Regexp) {
	current = regexp.MustCompile(fmt.Sprintf(`(?i)%s(\d{%d})(\d{%d})`, markerPrefix, digestDigits, nonceDigits))
	old = regexp.MustCompile(fmt.Sprintf(`(?i)%s[- ]([0-9a-f]{%d})[- ]([0-9a-f]{16})`, markerPrefix, digestBits/4))
	return current, old
}

// MarkerOf returns the marker in a comment; false if there is none.
func MarkerOf(comment string) (Marker, bool) {
	current, old := markerPatterns()
	match, base := current.FindStringSubmatch(comment), 10
	if match == nil {
		match, base = old.FindStringSubmatch(comment), 16
	}
	if match == nil {
		return Marker{}, false
	}
	digest, err := strconv.ParseUint(match[1], base, 64)
	if err != nil {
		return Marker{}, false
	}
	nonce, err := strconv.ParseUint(match[2], base, 64)
	return Marker{Digest: digest, Nonce: nonce}, err == nil
}

// targetedOf returns the number of endpoints that the attempt with a comment was sent to;
// TargetedUnknown if the comment does not have it. Nonces of earlier versions are random to the
// last bit.
func targetedOf(comment string) int {
	marker, ok := MarkerOf(comment)
	current, _ := markerPatterns()
	if targeted := int(marker.Nonce & (1<<targetedBits - 1)); ok && targeted > 0 && current.MatchString(comment) {
		return targeted
	}
	return TargetedUnknown
}

// singleOf reports whether the attempt with a comment runs a package, by its marker. Nonces of
// earlier versions do not tell.
func singleOf(comment string) bool {
	marker, ok := MarkerOf(comment)
	current, _ := markerPatterns()
	return ok && marker.Nonce&singleBit != 0 && current.MatchString(comment)
}

// Unmarked returns a comment without its markers and surrounding space.
func Unmarked(comment string) string {
	current, old := markerPatterns()
	return strings.TrimSpace(old.ReplaceAllString(current.ReplaceAllString(comment, ""), ""))
}

// in reports whether a comment has this marker.
func (m Marker) in(comment string) bool {
	found, ok := MarkerOf(comment)
	return ok && found == m
}
