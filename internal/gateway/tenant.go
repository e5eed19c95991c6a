// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import "context"

// CurrentUser returns the user and the persona of the token (API.md#the-caller).
func (c *Client) CurrentUser(ctx context.Context) (UserContext, error) {
	answer, err := CurrentUser(ctx, c.reads)
	if err != nil {
		return UserContext{}, c.mask.wrap("currentUserContext", err)
	}
	return answer.CurrentUserContext, nil
}

// ManagementRights returns the computer groups that the token may manage; none if that is not
// limited (API.md#the-caller).
func (c *Client) ManagementRights(ctx context.Context) ([]GroupRef, error) {
	answer, err := ManagementRights(ctx, c.reads)
	if err != nil {
		return nil, c.mask.wrap("managementRightsGroups", err)
	}
	return answer.ManagementRightsGroups, nil
}

// MyTokens returns the API tokens of the user, without their secrets. Which of them the requests
// use is not told (API.md#the-caller). Many tokens may not read this.
func (c *Client) MyTokens(ctx context.Context) ([]Token, error) {
	answer, err := MyTokens(ctx, c.batched)
	if err != nil {
		return nil, c.mask.wrap("myAPITokens", err)
	}
	if err := c.mask.systemError("myAPITokens", answer.MyAPITokens.Error); err != nil {
		return nil, err
	}
	return answer.MyAPITokens.Tokens, nil
}
