// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package store_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/store"
)

// filled returns the bytes of a store with commands on many pages.
func filled(t *testing.T) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "store")
	kept, err := store.Open(path, "shape")
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := kept.Load(time.Now()); err != nil {
		t.Fatal(err)
	}
	for range 200 {
		if err := kept.Append(bytes.Repeat([]byte("x"), 300)); err != nil {
			t.Fatal(err)
		}
	}
	if err := kept.Close(); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(path) //nolint:gosec // the test's own file
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// use opens a store of some bytes and reads and writes it.
func use(t *testing.T, raw []byte) error {
	t.Helper()
	path := filepath.Join(t.TempDir(), "store")
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	kept, err := store.Open(path, "shape")
	if err != nil {
		if text := err.Error(); !strings.Contains(text, path) || strings.Contains(text, "\n") {
			t.Errorf("says %q", text)
		}
		return err
	}
	defer kept.Close() //nolint:errcheck // it is only read
	_, _, err = kept.Load(time.Now())
	return err
}

// A file that was cut anywhere is rejected with one line, which says what to do.
func TestCut(t *testing.T) {
	t.Parallel()
	whole := filled(t)
	for size := 1; size < len(whole); size += 4001 {
		err := use(t, whole[:size])
		if err == nil {
			continue // only unused pages are missing
		}
		if !strings.Contains(err.Error(), "restore the file from a copy, or delete it") {
			t.Errorf("%d of %d bytes: %v", size, len(whole), err)
		}
	}
	if err := use(t, whole[:4096*8]); err == nil {
		t.Error("a file without most of its pages is accepted")
	}
	if err := use(t, whole); err != nil {
		t.Error(err)
	}
}

// A store with damaged bytes is rejected with one line or works: it never faults.
func TestFlipped(t *testing.T) {
	t.Parallel()
	whole := filled(t)
	random := rand.New(rand.NewPCG(1, 1))
	for range 300 {
		flipped := bytes.Clone(whole)
		page := random.IntN(len(flipped) / 4096)
		flipped[page*4096+random.IntN(120)] ^= byte(1 << random.IntN(8))
		_ = use(t, flipped)
	}
}
