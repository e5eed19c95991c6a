// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package fleet

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/goccy/go-yaml"
)

// extendsBuiltin is what Fleet.Extends may be.
const extendsBuiltin = "builtin"

// extend puts the built-in fleet under one that extends it. What was built in depends on the
// version of the program, so the digest is that of both files.
func (f *Fleet) extend(raw []byte) error {
	switch f.Extends {
	case "":
		return nil
	case extendsBuiltin:
	default:
		return fmt.Errorf("extends: there is no fleet %q, but %q", f.Extends, extendsBuiltin)
	}
	base, err := read(builtin)
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
			return "" // refused later, with its place
		}
		return e.ID
	})
	f.IDChanges = mergeByKey(base.IDChanges, f.IDChanges, func(c IDChange) string { return c.Old })
	return nil
}

// over is a list with another's elements in the place of those of the same key, and the rest of
// them after. A key that is there twice stays there twice, to be refused like in any other file.
func mergeByKey[T any](base, own []T, key func(T) string) []T {
	result := slices.Clone(base)
	indexes := make(map[string]int, len(base)) // that are not taken yet
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

// YAML is the fleet as it was loaded: its file where that has all of it, or else another file of
// the same fleet.
func (f *Fleet) YAML() ([]byte, error) {
	if f.text != nil {
		return bytes.Clone(f.text), nil
	}
	return yaml.MarshalWithOptions(f, yaml.OmitZero())
}
