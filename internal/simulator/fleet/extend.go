// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package fleet

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/goccy/go-yaml"
)

// extendsBuiltin is the only value of Fleet.Extends.
const extendsBuiltin = "builtin"

// extend merges the fleet into the one that it extends. The digest covers both files, because the
// built-in fleet depends on the version of the program.
func (f *Fleet) extend(raw []byte) error {
	switch f.Extends {
	case "":
		return nil
	case extendsBuiltin:
	default:
		return fmt.Errorf("extends: unknown fleet %q, must be %q", f.Extends, extendsBuiltin)
	}
	base, err := readBuiltin()
	if err != nil {
		return err
	}
	f.Extends, f.text, f.Digest = "", nil, digest(slices.Concat(builtin, raw))
	f.Users = mergeByKey(base.Users, f.Users, func(u User) string { return u.Name })
	f.ContentSets = mergeByKey(base.ContentSets, f.ContentSets, func(c ContentSet) string { return c.Name })
	f.Sensors = mergeByKey(base.Sensors, f.Sensors, func(s Sensor) string { return s.Name })
	f.Packages = mergeByKey(base.Packages, f.Packages, func(p Package) string { return p.Name })
	f.ComputerGroups = mergeByKey(base.ComputerGroups, f.ComputerGroups, func(g ComputerGroup) string { return g.Name })
	f.ActionGroups = mergeByKey(base.ActionGroups, f.ActionGroups, func(g ActionGroup) string { return g.Name })
	f.Profiles = mergeByKey(base.Profiles, f.Profiles, func(p Profile) string { return p.Name })
	f.Endpoints = mergeByKey(base.Endpoints, f.Endpoints, func(e *Endpoint) string {
		if e == nil {
			return "" // complete rejects it and reports its position
		}
		return e.ID
	})
	f.IDChanges = mergeByKey(base.IDChanges, f.IDChanges, func(c IDChange) string { return c.Old })
	return nil
}

// mergeByKey replaces elements of base with the elements of own that have the same key, and appends
// the others. A key that own has twice stays there twice; complete rejects it.
func mergeByKey[T any](base, own []T, key func(T) string) []T {
	result := slices.Clone(base)
	indexes := make(map[string]int, len(base)) // of elements that are not replaced yet
	for i, each := range base {
		indexes[key(each)] = i
	}
	for _, each := range own {
		if index, free := indexes[key(each)]; free {
			result[index] = each
			delete(indexes, key(each))
			continue
		}
		result = append(result, each)
	}
	return result
}

// YAML returns a fleet file of the loaded fleet: the original file if it is complete, or a
// generated one.
func (f *Fleet) YAML() ([]byte, error) {
	if f.text != nil {
		return bytes.Clone(f.text), nil
	}
	return yaml.MarshalWithOptions(f, yaml.OmitZero())
}
