// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package graph

import "context"

// CurrentUserContext tells whose token it is. Every simulated user has the default persona.
func (r *queryResolver) CurrentUserContext(ctx context.Context) (*TaniumPlatformUserContext, error) {
	user := userOf(ctx)
	return &TaniumPlatformUserContext{User: TaniumPlatformUser{
		ID: user.ID, Username: &user.Name, DisplayName: &user.Name,
	}}, nil
}

// ManagementRightsGroups tells which computer groups the user may manage; none for no limit.
func (r *queryResolver) ManagementRightsGroups(ctx context.Context) ([]ComputerGroup, error) {
	groups := []ComputerGroup{}
	for _, name := range userOf(ctx).Manages {
		if group := r.fleet().ComputerGroup("", name); group != nil {
			groups = append(groups, r.computerGroup(*group))
		}
	}
	return groups, nil
}
