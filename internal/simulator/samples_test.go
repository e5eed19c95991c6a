// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// The documents of public clients (API.md#samples) run unchanged, on one tenant and in this order.
// The last ones use the deployment of the tenth.
func TestSamples(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	read := func(file string) []byte {
		t.Helper()
		text, err := os.ReadFile(filepath.Join("testdata", "samples", file))
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	parsed := func(file string) map[string]any {
		t.Helper()
		var value map[string]any
		if err := json.Unmarshal(read(file), &value); err != nil {
			t.Fatal(file, err)
		}
		return value
	}
	for _, name := range []string{
		"names_by_prefix", "seen_since", "resumed_walk", "member_of_group", "tag_exists", "neither_of_two",
		"package_by_name", "groups", "sensor",
		"add_tags_everywhere", "status_with_schedule", "stop_and_delete",
	} {
		answer := s.ask(string(read(name+".graphql")), parsed(name+".variables.json"))
		if want := parsed(name + ".answer.json"); !reflect.DeepEqual(answer, want) {
			t.Errorf("%s answers\n%v\nwant\n%v", name, answer, want)
		}
		s.Advance(10 * time.Second)
	}
}
