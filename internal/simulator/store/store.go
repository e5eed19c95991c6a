// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

// Package store keeps a simulation in a file, so that it survives whatever ends the program: when
// the world began, and every command since, each in a transaction of its own that is on the disk
// before the command is acknowledged.
//
// It knows bytes and imports nothing of this project.
package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// version of the form that a store has. A newer one is left alone.
const version = 1

// Names within the file.
const (
	bucketAbout    = "about"
	bucketCommands = "commands"
	keyVersion     = "version"
	keyOrigin      = "shape"
	keyBegan       = "began"
)

// lockTimeout is how long to wait for another program to let go of the file.
const lockTimeout = time.Second

// Store is an open file. It is safe for concurrent use.
type Store struct {
	path   string
	origin string
	db     *bbolt.DB
}

// Open opens a store, or makes one. The shape names everything that a simulation is computed from
// besides its commands; a store of another shape is refused, because its commands would come to
// something else. Every error is one line that names the file, which is then as it was.
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

func open(path string, readOnly bool) (db *bbolt.DB, err error) {
	defer func() {
		if recover() != nil { // bbolt panics on some pages that no bbolt wrote
			err = fmt.Errorf("store %s is damaged", path)
		}
	}()
	db, err = bbolt.Open(path, 0o600, &bbolt.Options{Timeout: lockTimeout, ReadOnly: readOnly})
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return nil, fmt.Errorf("store %s is in use by another program", path)
	case errors.Is(err, bolterrors.ErrInvalid), errors.Is(err, bolterrors.ErrChecksum),
		errors.Is(err, bolterrors.ErrVersionMismatch):
		return nil, fmt.Errorf("store %s is damaged, or no store: %w", path, err)
	case err != nil:
		return nil, fmt.Errorf("store %s: %w", path, err)
	}
	return db, nil
}

// inspect reads a store without a chance to change it.
func inspect(path, origin string) (err error) {
	db, err := open(path, true)
	if err != nil {
		return err
	}
	defer func() {
		if recover() != nil {
			err = fmt.Errorf("store %s is damaged", path)
		}
		err = errors.Join(err, db.Close())
	}()
	return db.View(func(tx *bbolt.Tx) error {
		for problem := range tx.Check() {
			return fmt.Errorf("store %s is damaged: %w", path, problem)
		}
		about := tx.Bucket([]byte(bucketAbout))
		if about == nil && tx.Inspect().KeyN == 0 {
			return nil // made, and ended before anything was in it
		}
		if about == nil {
			return fmt.Errorf("store %s is no store of a simulation", path)
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

// Begin is when the simulation began, which is now for a new store, and every command since.
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
				return err
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

// describe writes what a store says of itself.
func (s *Store) writeAbout(about *bbolt.Bucket, began time.Time) error {
	text, err := began.MarshalText()
	if err != nil {
		return err
	}
	return errors.Join(about.Put([]byte(keyBegan), text), about.Put([]byte(keyVersion), []byte{version}),
		about.Put([]byte(keyOrigin), []byte(s.origin)))
}

// Empty drops every command, and lets the simulation begin at a time. Both are on the disk when
// this returns, or neither is.
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

// Append keeps a command: it is on the disk when this returns.
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

// Close lets go of the file.
func (s *Store) Close() error { return s.db.Close() }
