// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package fleet

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // the built-in fleet
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
)

//go:embed builtin.yaml
var builtin []byte

// Builtin returns the built-in fleet. It has every name of Tanium's page on deploying actions.
func Builtin() (*Fleet, error) {
	loaded, err := readBuiltin()
	if err != nil {
		return nil, err
	}
	return loaded, loaded.complete()
}

// decodedBuiltin decodes the built-in fleet once: that takes most of the time to load a fleet.
//
//nolint:gochecknoglobals // nothing changes it
var decodedBuiltin = sync.OnceValues(func() (*Fleet, error) { return read(builtin) })

// readBuiltin returns the built-in fleet without completing it, like read.
func readBuiltin() (*Fleet, error) {
	decoded, err := decodedBuiltin()
	if err != nil {
		return nil, err
	}
	return decoded.copied(), nil
}

// copied returns a copy of a fleet that is not complete. The copy has its own of all that complete
// changes, and of each object that a caller might change.
func (f *Fleet) copied() *Fleet {
	next := *f
	next.Users, next.ContentSets = slices.Clone(f.Users), slices.Clone(f.ContentSets)
	next.Sensors, next.Packages = slices.Clone(f.Sensors), slices.Clone(f.Packages)
	next.ComputerGroups, next.ActionGroups = slices.Clone(f.ComputerGroups), slices.Clone(f.ActionGroups)
	next.Profiles, next.Endpoints = slices.Clone(f.Profiles), slices.Clone(f.Endpoints)
	next.IDChanges = slices.Clone(f.IDChanges)
	for i := range next.Sensors {
		next.Sensors[i].Columns = slices.Clone(next.Sensors[i].Columns)
	}
	for i, endpoint := range next.Endpoints {
		own := *endpoint
		next.Endpoints[i] = &own
	}
	return &next
}

// maxFileBytes limits the size of a file. A file of a hundred thousand endpoints has a quarter of
// that.
const maxFileBytes = 64 << 20

// Load reads a fleet file. The error is one line that starts with the name. A syntax error also
// contains the line number.
func Load(name string, from io.Reader) (*Fleet, error) { return loadWithin(maxFileBytes, name, from) }

// loadWithin is Load with another limit of the size of a file, in bytes.
func loadWithin(limit int, name string, from io.Reader) (*Fleet, error) {
	raw, err := io.ReadAll(io.LimitReader(from, int64(limit)+1))
	if err != nil {
		return nil, err
	}
	if len(raw) > limit {
		return nil, fmt.Errorf("%s: the file has more than %d MB", name, limit>>20)
	}
	loaded, err := read(raw)
	if err != nil {
		first, _, _ := strings.Cut(yaml.FormatError(err, false, false), "\n")
		return nil, fmt.Errorf("%s:%s", name, first)
	}
	if err := loaded.extend(raw); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if err := loaded.complete(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return loaded, nil
}

// read decodes a fleet file without completing it. It bounds the file before it decodes it.
func read(raw []byte) (*Fleet, error) {
	if err := boundDepth(raw); err != nil {
		return nil, err
	}
	if err := boundAliases(raw); err != nil {
		return nil, err
	}
	loaded := Fleet{}
	if err := decode(raw, &loaded); err != nil {
		return nil, err
	}
	loaded.text, loaded.Digest = raw, digest(raw)
	return &loaded, nil
}

// digest is short, because it only distinguishes a user's own files. It is no protection.
func digest(raw []byte) string {
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:4])
}

// decode reads a file of one YAML document. It recovers, because the decoder panics on some
// malformed documents, such as one with an unknown tag in place of a list.
func decode(raw []byte, into *Fleet) (err error) {
	defer func() {
		if recover() != nil {
			err = errors.New(" the file is not a fleet in YAML")
		}
	}()
	decoder := yaml.NewDecoder(bytes.NewReader(raw), yaml.Strict())
	if err := decoder.Decode(into); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if reflect.ValueOf(*into).IsZero() {
		return errors.New(" the file has no fleet: write extends: builtin, or start from --print-fleet")
	}
	if err := decoder.Decode(&Fleet{}); !errors.Is(err, io.EOF) {
		return errors.New(" the file has more than one YAML document: write one fleet, without a second ---")
	}
	return nil
}

// ComputerGroup finds a computer group; nil for none. The ID wins over the name.
func (f *Fleet) ComputerGroup(id, name string) *ComputerGroup {
	for i := range f.ComputerGroups {
		if group := &f.ComputerGroups[i]; (id != "" && group.ID == id) || (id == "" && group.Name == name) {
			return group
		}
	}
	return nil
}

// ActionGroup finds an action group; nil for none. The ID wins over the name.
func (f *Fleet) ActionGroup(id, name string) *ActionGroup {
	for i := range f.ActionGroups {
		if group := &f.ActionGroups[i]; (id != "" && group.ID == id) || (id == "" && group.Name == name) {
			return group
		}
	}
	return nil
}

// Platforms returns the platforms that an endpoint can have.
func Platforms() []string { return []string{"AIX", "Linux", "Mac", "Solaris", "Windows"} }
