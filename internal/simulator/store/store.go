// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

// Package store keeps a simulation in a file. It stores the start time and every command since,
// each in its own transaction. A command is on disk before it is acknowledged.
//
// It stores bytes and imports no other package of this project.
package store

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime/debug"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// version is the format version of a store. The package does not touch a store of a newer version.
const version = 1

// The names in the file.
const (
	bucketAbout    = "about"
	bucketCommands = "commands"
	keyVersion     = "version"
	keyOrigin      = "shape"
	keyBegan       = "began"
)

// lockTimeout limits the wait for another program to release the file.
const lockTimeout = time.Second

// Store is an open file. It is safe for concurrent use.
type Store struct {
	path   string
	origin string
	db     *bbolt.DB
}

// Open opens or creates a store. The origin identifies all other inputs of the simulation, such as
// the fleet and the seed. Open rejects a store of another origin, because its commands would have
// other results. Every error is one line that contains the path. On error the file is unchanged.
func Open(path, origin string) (*Store, error) {
	if info, err := os.Stat(path); err == nil && info.Size() > 0 {
		if err := inspect(path, origin); err != nil {
			return nil, err
		}
	}
	db, err := open(path, false)
	if err != nil {
		return nil, err
	}
	return &Store{path: path, origin: origin, db: db}, nil
}

// advice says what to do about a damaged file.
const advice = "restore the file from a copy, or delete it to start anew"

// guard makes an error of a panic. bbolt panics on some damaged pages, and faults where it reads
// beyond the end of the file. The caller defers both it and the function that it returns.
func guard(path string, err *error) (restore func()) {
	faults := debug.SetPanicOnFault(true)
	return func() {
		debug.SetPanicOnFault(faults)
		if failed := recover(); failed != nil {
			*err = fmt.Errorf("store %s is damaged: %v: %s", path, failed, advice)
		}
	}
}

func open(path string, readOnly bool) (db *bbolt.DB, err error) {
	defer guard(path, &err)()
	db, err = bbolt.Open(path, 0o600, &bbolt.Options{Timeout: lockTimeout, ReadOnly: readOnly})
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return nil, fmt.Errorf("store %s is in use by another program", path)
	case errors.Is(err, bolterrors.ErrInvalid), errors.Is(err, bolterrors.ErrChecksum),
		errors.Is(err, bolterrors.ErrVersionMismatch):
		return nil, fmt.Errorf("store %s is damaged or not a store: %w: %s", path, err, advice)
	case errors.As(err, new(*fs.PathError)):
		return nil, fmt.Errorf("store %s: %w", path, err)
	case err != nil: // such as a file that is too short
		return nil, fmt.Errorf("store %s is damaged or cannot be read: %w: %s", path, err, advice)
	}
	return db, nil
}

// inspect checks a store through a read-only handle.
func inspect(path, origin string) (err error) {
	db, err := open(path, true)
	if err != nil {
		return err
	}
	defer func() { err = cmp.Or(err, db.Close()) }()
	defer guard(path, &err)()
	raw, err := os.ReadFile(path) // under the lock of db
	if err != nil {
		return fmt.Errorf("store %s: %w", path, err)
	}
	if err := verify(raw); err != nil {
		return fmt.Errorf("store %s is damaged: %w: %s", path, err, advice)
	}
	return db.View(func(tx *bbolt.Tx) error {
		var first error
		for problem := range tx.Check() { // to the end: it reads the file until then
			first = cmp.Or(first, problem)
		}
		if first != nil {
			return fmt.Errorf("store %s is damaged: %w: %s", path, first, advice)
		}
		about := tx.Bucket([]byte(bucketAbout))
		if about == nil && tx.Inspect().KeyN == 0 {
			return nil // the program ended before it wrote the first transaction
		}
		if about == nil {
			return fmt.Errorf("store %s is not a store of a simulation", path)
		}
		if found := about.Get([]byte(keyVersion)); len(found) != 1 || found[0] > version {
			return fmt.Errorf("store %s was made by a newer version of this program", path)
		}
		if found := string(about.Get([]byte(keyOrigin))); found != origin {
			return fmt.Errorf("store %s belongs to another fleet or other flags (%s, not %s)", path, found, origin)
		}
		return nil
	})
}

// Load returns the start time of the simulation and every command since. A new store starts now.
func (s *Store) Load(now time.Time) (began time.Time, commands [][]byte, err error) {
	err = s.db.Update(func(tx *bbolt.Tx) error {
		about, err := tx.CreateBucketIfNotExists([]byte(bucketAbout))
		if err != nil {
			return err
		}
		stored, err := tx.CreateBucketIfNotExists([]byte(bucketCommands))
		if err != nil {
			return err
		}
		if raw := about.Get([]byte(keyBegan)); raw != nil {
			if err := began.UnmarshalText(raw); err != nil {
				return fmt.Errorf("its start time is damaged: %w: %s", err, advice)
			}
			return stored.ForEach(func(_, command []byte) error {
				commands = append(commands, append([]byte(nil), command...))
				return nil
			})
		}
		began = now.UTC().Round(0)
		return s.writeAbout(about, began)
	})
	if err != nil {
		return time.Time{}, nil, fmt.Errorf("store %s: %w", s.path, err)
	}
	return began, commands, nil
}

// writeAbout writes the start time, the version and the origin.
func (s *Store) writeAbout(about *bbolt.Bucket, began time.Time) error {
	text, err := began.MarshalText()
	if err != nil {
		return err
	}
	return errors.Join(about.Put([]byte(keyBegan), text), about.Put([]byte(keyVersion), []byte{version}),
		about.Put([]byte(keyOrigin), []byte(s.origin)))
}

// Clear deletes every command and sets the start time, in one transaction.
func (s *Store) Clear(began time.Time) error {
	err := s.db.Update(func(tx *bbolt.Tx) error {
		if err := tx.DeleteBucket([]byte(bucketCommands)); err != nil {
			return err
		}
		if _, err := tx.CreateBucket([]byte(bucketCommands)); err != nil {
			return err
		}
		return s.writeAbout(tx.Bucket([]byte(bucketAbout)), began.UTC().Round(0))
	})
	if err != nil {
		return fmt.Errorf("store %s: %w", s.path, err)
	}
	return nil
}

// Append stores a command. The command is on disk when Append returns.
func (s *Store) Append(command []byte) error {
	return s.db.Update(func(tx *bbolt.Tx) error {
		stored := tx.Bucket([]byte(bucketCommands))
		next, err := stored.NextSequence()
		if err != nil {
			return err
		}
		return stored.Put(binary.BigEndian.AppendUint64(nil, next), command)
	})
}

// Damaged is the error for a stored command that cannot be read or applied.
func (s *Store) Damaged(err error) error {
	return fmt.Errorf("store %s is damaged: %w: %s", s.path, err, advice)
}

// Close closes the file.
func (s *Store) Close() error { return s.db.Close() }
