// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"bytes"
	"html"
	"io"
	"strings"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// The digest differs for every difference in a deployment and its triggers.
func TestMarker(t *testing.T) {
	t.Parallel()
	seen := map[uint64]string{}
	expire := 900
	for name, change := range map[string]func(*Request){
		"same": func(*Request) {}, "name": func(r *Request) { r.Name = "x" }, "comment": func(r *Request) {
			r.Comment = "x"
		}, "package": func(r *Request) { r.Package.Ref.Name = "x" },
		"targets": func(r *Request) { r.Targets.EndpointIDs = []string{"1"} }, "schedule": func(r *Request) {
			r.Schedule.ExpireSeconds = &expire
		}, "triggers": func(r *Request) { r.Triggers = map[string]string{"a": "b"} },
	} {
		request := dispatched()
		change(&request)
		marker, err := markerOf(request.input(reboot()), request.Triggers, 0, zeros{})
		if err != nil {
			t.Fatal(err)
		}
		if other := seen[marker.Digest]; other != "" {
			t.Errorf("%s and %s have the same digest", name, other)
		}
		seen[marker.Digest] = name
		if got := *marker.comment("INC-4711"); !strings.HasSuffix(got, " INC-4711") || !marker.in(got) ||
			Unmarked(got) != "INC-4711" {
			t.Errorf("comment is %q", got)
		}
	}
}

// TestMarkerSurvives checks that a marker is found in an edited comment, and nothing in others.
func TestMarkerSurvives(t *testing.T) {
	t.Parallel()
	marker := Marker{Digest: 0x0123456789ab, nonce: 1234567890, targeted: 4711, single: true}
	long := *marker.comment(strings.Repeat("<INC-4711> & more ", 30))
	for name, comment := range map[string]string{
		"as it was": long, "cut": long[:255], "cut to itself": marker.String(), "in capitals": strings.ToUpper(long),
		"escaped": html.EscapeString(long), "without dashes": strings.ReplaceAll(long, "-", " "),
		"without blanks": strings.ReplaceAll(long, " ", ""), "behind a text": "tf TF12 " + long,
		"before a number": marker.String() + "4711", "with others": long + " " + Marker{Digest: 7}.String(),
	} {
		if !marker.in(comment) {
			t.Errorf("%s: not found in %q", name, comment)
		}
	}
	for _, comment := range []string{"", "INC-4711", "tf", "TF-4711", "tf" + strings.Repeat("1", markerDigits-1),
		"tf" + strings.Repeat("1", 9) + " " + strings.Repeat("1", markerDigits),
		"tf" + strings.Repeat("3", markerDigits), marker.String()[:markerDigits]} {
		if _, found := MarkerOf(comment); found || Unmarked(comment) != comment {
			t.Errorf("found in %q", comment)
		}
	}
	if got := Unmarked(marker.String() + marker.String() + " INC-1 "); got != "INC-1" {
		t.Errorf("unmarked: %q", got)
	}
}

// TestMarkerFields checks that a marker tells a package from an operation, and the number of
// endpoints, with any random part, and that it is short.
func TestMarkerFields(t *testing.T) {
	t.Parallel()
	for targeted, want := range map[int]int{
		0: 0, 1: 1, 7: 7, 999_999: 999_999, 1_000_000: 0, -1: 0,
	} {
		for _, input := range []gateway.ActionPerformInput{{}, {Operation: &gateway.ActionOperationInput{}}} {
			for _, random := range []io.Reader{zeros{}, bytes.NewReader(bytes.Repeat([]byte{255}, 8))} {
				marker, err := markerOf(input, nil, targeted, random)
				if err != nil {
					t.Fatal(err)
				}
				comment, single := *marker.comment("INC-1"), input.Operation == nil
				if singleOf(comment) != single || gateway.Deref(targetedOf(comment)) != want ||
					len(marker.String()) != 34 {
					t.Errorf("%s, of a package: %t, to %d", marker, single, targeted)
				}
			}
		}
	}
	for _, comment := range []string{"", "INC-1"} {
		if singleOf(comment) || targetedOf(comment) != nil {
			t.Errorf("something in %q", comment)
		}
	}
}

// FuzzMarkerOf checks that every marker in any text is the one that its digits are.
func FuzzMarkerOf(f *testing.F) {
	f.Add("tf0000000000000070000000042000010" + "1 INC-1")
	f.Add("TFTF\xfftf1")
	f.Fuzz(func(t *testing.T, comment string) {
		marker, ok := MarkerOf(comment)
		if ok && !strings.Contains(strings.ToLower(comment), marker.String()) {
			t.Errorf("%q has %s", comment, marker)
		}
		if _, again := MarkerOf(Unmarked(comment)); again {
			t.Errorf("%q keeps a marker", comment)
		}
	})
}

// TestEqualDigests checks that requests which mean the same are one deployment.
func TestEqualDigests(t *testing.T) {
	t.Parallel()
	zero := 0
	digest := func(change func(*Request)) uint64 {
		request := dispatched()
		request.Targets.EndpointIDs = []string{"1", "2"}
		request.Targets.Platforms = []gateway.EndpointPlatform{"Linux", "Mac"}
		change(&request)
		return digestOf(request.redacted(reboot()), request.Triggers)
	}
	plain := digest(func(*Request) {})
	for name, change := range map[string]func(*Request){
		"no seconds to spread": func(r *Request) { r.Schedule.DistributeSeconds = &zero },
		"no triggers":          func(r *Request) { r.Triggers = map[string]string{} },
		"another order": func(r *Request) {
			r.Targets.EndpointIDs = []string{"2", "1"}
			r.Targets.Platforms = []gateway.EndpointPlatform{"Mac", "Linux"}
		},
	} {
		if digest(change) != plain {
			t.Errorf("%s is another deployment", name)
		}
	}
	if digest(func(r *Request) { r.Targets.EndpointIDs = []string{"1"} }) == plain {
		t.Error("other endpoints are the same deployment")
	}
}
