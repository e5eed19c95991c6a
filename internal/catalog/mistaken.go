// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package catalog

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// finder looks an object up; false for none. It reports no failure, because it only serves the
// message about another object.
type finder func(ref gateway.Ref) (found gateway.Ref, ok bool)

// mistaken returns the sentences of a message about an unknown object that say what the reference
// is instead: the name of an object, given as its ID, or the reverse. It starts with a space. It is
// empty if no object of the kind, such as "package", has the value.
func mistaken(kind string, ref gateway.Ref, find finder) string {
	other, ok := swapped(ref)
	if !ok {
		return ""
	}
	found, ok := find(other)
	switch {
	case !ok:
		return ""
	case ref.ID != "":
		return fmt.Sprintf(" %q is the name of %s, not an ID. Write name = %q, or id = %q.",
			ref.ID, article(kind), found.Name, found.ID)
	default:
		return fmt.Sprintf(" %s is the ID of the %s %q, not a name. Write id = %q, or name = %q.",
			ref.Name, kind, found.Name, found.ID, found.Name)
	}
}

// swapped returns a reference with the ID as the name, or the reverse. It is false for a name that
// cannot be an ID.
func swapped(ref gateway.Ref) (gateway.Ref, bool) {
	switch {
	case ref.ID != "":
		return gateway.Ref{Name: ref.ID}, true
	case isNumber(ref.Name):
		return gateway.Ref{ID: ref.Name}, true
	default:
		return gateway.Ref{}, false
	}
}

// isNumber reports whether a text has only digits, as the IDs of Tanium's packages and groups do.
func isNumber(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool { return r < '0' || r > '9' })
}

// hint returns the sentences of a message about an unknown object: what it is instead, or else the
// nearest names. It is empty if the names cannot be read, because the message about the object is
// right without them. The error is that of an interrupt.
func (c *Catalog) hint(
	ctx context.Context, ref gateway.Ref, names func(context.Context) ([]string, error),
	instead func(known []string) string,
) (string, error) {
	known, err := names(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return "", err
		}
		return "", nil // nor is anything else asked of a server that fails
	}
	if found := instead(known); found != "" {
		return found, nil
	}
	name := ref.Name
	if ref.ID != "" && !isNumber(ref.ID) {
		name = ref.ID // a misspelled name, given as an ID
	}
	return Suggest(name, known), nil
}

// article returns a kind of object with its article.
func article(kind string) string {
	if strings.ContainsRune("aeiou", rune(kind[0])) {
		return "an " + kind
	}
	return "a " + kind
}

// anyOf finds an object by a reference, or by the swapped one.
func anyOf(ref gateway.Ref, find finder) (gateway.Ref, bool) {
	if found, ok := find(ref); ok {
		return found, true
	}
	if other, ok := swapped(ref); ok {
		return find(other)
	}
	return gateway.Ref{}, false
}

// isActionGroup returns the sentences of a message about an unknown computer group that is an
// action group; empty for another. A data source has no path.
func (c *Catalog) isActionGroup(ctx context.Context, ref gateway.Ref, computerGroups []string, at Path) string {
	found, ok := anyOf(ref, c.findActionGroup(ctx))
	if !ok {
		return ""
	}
	text := fmt.Sprintf(" It is the action group %q (ID %s).", found.Name, found.ID)
	if len(at) == 0 {
		return text + " Use the data source tanium_action_group for it."
	}
	text += fmt.Sprintf(" In the targets of an action, write action_group = { name = %q } for it.", found.Name)
	return text + sameName("computer group", found.Name, computerGroups)
}

// isComputerGroup is isActionGroup with the kinds reversed.
func (c *Catalog) isComputerGroup(ctx context.Context, ref gateway.Ref, actionGroups []string, at Path) string {
	found, ok := anyOf(ref, c.findComputerGroup(ctx))
	if !ok {
		return ""
	}
	text := fmt.Sprintf(" It is the computer group %q (ID %s).", found.Name, found.ID)
	if len(at) == 0 {
		return text + " Use the data source tanium_computer_group for it."
	}
	text += fmt.Sprintf(" Write computer_group = { name = %q } for it, beside an action_group that covers its "+
		"endpoints.", found.Name)
	return text + sameName("action group", found.Name, actionGroups)
}

// sameName returns the sentence about a group of the wanted kind with the name of another; empty if
// there is none.
func sameName(kind, name string, known []string) string {
	if !slices.Contains(known, name) {
		return ""
	}
	return fmt.Sprintf(" Tanium has %s of this name, too: name = %q selects it.", article(kind), name)
}

func (c *Catalog) findActionGroup(ctx context.Context) finder {
	return func(ref gateway.Ref) (gateway.Ref, bool) {
		group, err := c.ActionGroup(ctx, ref)
		if err != nil || group == nil {
			return gateway.Ref{}, false
		}
		return gateway.Ref{ID: group.Id, Name: group.Name}, true
	}
}

func (c *Catalog) findComputerGroup(ctx context.Context) finder {
	return func(ref gateway.Ref) (gateway.Ref, bool) {
		group, err := c.ComputerGroup(ctx, ref)
		if err != nil || group == nil {
			return gateway.Ref{}, false
		}
		return gateway.Ref{ID: group.Id, Name: group.Name}, true
	}
}

func (c *Catalog) findPackage(ctx context.Context) finder {
	return func(ref gateway.Ref) (gateway.Ref, bool) {
		specs, err := c.PackageSpecs(ctx, ref)
		if err != nil || len(specs) == 0 {
			return gateway.Ref{}, false
		}
		return gateway.Ref{ID: specs[0].Id, Name: specs[0].Name}, true
	}
}
