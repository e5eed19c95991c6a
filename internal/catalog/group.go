// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package catalog

import (
	"context"
	"fmt"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// CheckActionGroup reports an action group that Tanium does not have.
//
// Whether Tanium answers an unknown group with null or with an error is not documented: a refusal
// counts as none.
func (c *Catalog) CheckActionGroup(ctx context.Context, wanted gateway.Ref, at Path) ([]Problem, error) {
	group, err := c.ActionGroup(ctx, wanted)
	if group != nil || (err != nil && !gateway.IsRefused(err)) {
		return nil, err
	}
	known, err := c.client.ActionGroupNames(ctx)
	if err != nil {
		return nil, err
	}
	return []Problem{{Path: at.At(attribute(wanted)), Summary: "Unknown action group",
		Detail: fmt.Sprintf("Tanium has no action group with %s that this token may use.%s An action group bounds "+
			"where an action may run; it must exist before.",
			named(wanted), Suggest(wanted.Name, known))}}, nil
}

// CheckComputerGroup reports a computer group that Tanium does not have, found out as by
// CheckActionGroup.
func (c *Catalog) CheckComputerGroup(ctx context.Context, wanted gateway.Ref, at Path) ([]Problem, error) {
	group, err := c.ComputerGroup(ctx, wanted)
	if group != nil || (err != nil && !gateway.IsRefused(err)) {
		return nil, err
	}
	known, err := c.client.ComputerGroupNames(ctx)
	if err != nil {
		return nil, err
	}
	return []Problem{{Path: at.At(attribute(wanted)), Summary: "Unknown computer group",
		Detail: fmt.Sprintf("Tanium has no computer group with %s that this token may use.%s", named(wanted),
			Suggest(wanted.Name, known))}}, nil
}

// attribute is the one of id and name that decides.
func attribute(ref gateway.Ref) string {
	if ref.ID != "" {
		return "id"
	}
	return "name"
}

func named(ref gateway.Ref) string {
	if ref.ID != "" {
		return "the ID " + ref.ID
	}
	return fmt.Sprintf("the name %q", ref.Name)
}
