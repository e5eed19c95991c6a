// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package store_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/store"
)

// A store returns its commands in their order, also if the file was created without a command.
func TestStore(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "store")
	made, err := store.Open(path, "shape")
	if err != nil {
		t.Fatal(err)
	}
	if err := made.Close(); err != nil { // closed before the first transaction
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 7, 9, 0, 0, 5, time.UTC)
	for round := range 3 {
		opened, err := store.Open(path, "shape")
		if err != nil {
			t.Fatal(err)
		}
		began, commands, err := opened.Load(at.Add(time.Duration(round) * time.Hour))
		if err != nil || !began.Equal(at) || len(commands) != round*300 {
			t.Errorf("began %v with %d commands, %v", began, len(commands), err)
		}
		for i, command := range commands {
			if string(command) != fmt.Sprint(i) {
				t.Fatalf("command %d is %s", i, command)
			}
		}
		for i := range 300 {
			if err := opened.Append([]byte(fmt.Sprint(round*300 + i))); err != nil {
				t.Fatal(err)
			}
		}
		if err := opened.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestNewer(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "store")
	made, err := store.Open(path, "shape")
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := made.Load(time.Now()); err != nil {
		t.Fatal(err)
	}
	if err := made.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Update(func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte("about")).Put([]byte("version"),
			[]byte{2})
	}); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Open(path, "shape"); err == nil || !strings.Contains(err.Error(), "newer version") {
		t.Error(err)
	}
}

func BenchmarkAppend(b *testing.B) {
	kept, err := store.Open(filepath.Join(b.TempDir(), "store"), "shape")
	if err != nil {
		b.Fatal(err)
	}
	if _, _, err := kept.Load(time.Now()); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := kept.Append([]byte("a command")); err != nil {
			b.Fatal(err)
		}
	}
}
