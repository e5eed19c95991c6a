// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/store"
)

// A stored command that is damaged ends the start with one line, which names the file and the
// record.
func TestDamagedCommand(t *testing.T) {
	t.Parallel()
	const good = `{"at": "2026-03-07T09:00:00Z", "delete": "1"}`
	for damaged, says := range map[string]string{
		`{"at": "2026-03`: "record 2 is not a command",
		`{"at": "2026-03-07T09:00:00Z", "delfte": "1"}`: "record 2 is not a command",
		`{"at": "2025-03-07T09:00:00Z", "delete": "1"}`: "record 2 is earlier than the one before it",
		`{"at": "2026-03-07T09:00:00Z", "disturb": [{"id": "none", "online": true}]}`: "record 2: the command " +
			"cannot be applied",
	} {
		path := filepath.Join(t.TempDir(), "store")
		kept, err := store.Open(path, "shape")
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := kept.Load(time.Date(2026, 3, 7, 8, 0, 0, 0, time.UTC)); err != nil {
			t.Fatal(err)
		}
		for _, command := range []string{good, damaged} {
			if err := kept.Append([]byte(command)); err != nil {
				t.Fatal(err)
			}
		}
		_, err = simulator.New(simulator.Options{Store: kept})
		if err == nil || !strings.Contains(err.Error(), "store "+path+" is damaged: "+says) ||
			!strings.Contains(err.Error(), "delete it to start anew") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", damaged, err)
		}
		if err := kept.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
