// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package graph

import (
	"context"
	"crypto/rand"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/world"
)

// secret returns a new token secret. It is the only value that the seed does not determine.
func secret() string { return "token-" + rand.Text() }

func (r *queryResolver) MyAPITokens(ctx context.Context) (*APITokenQueryPayload, error) {
	payload := &APITokenQueryPayload{Tokens: []APIToken{}}
	for _, token := range r.world.Tokens(userOf(ctx)) {
		payload.Tokens = append(payload.Tokens, apiToken(token, nil))
	}
	return payload, nil
}

func (r *mutationResolver) APITokenGrant(ctx context.Context, input APITokenGrantInput) (*APITokenGrantPayload, error) {
	if input.PersonaName != nil {
		// no simulated user has personas
		failure, err := r.refuse(&world.Failure{Name: "InvalidPersonaForUser", Detail: *input.PersonaName})
		return &APITokenGrantPayload{Error: failure}, err
	}
	made := secret()
	token, err := r.world.GrantToken(world.Grant{
		By:      userOf(ctx).ID,
		Notes:   text(input.Notes),
		Digest:  world.Digest(made),
		Days:    number(input.ExpiresInDays),
		Trusted: input.TrustedIPAddresses,
	})
	if err != nil {
		failure, err := r.refuse(err)
		return &APITokenGrantPayload{Error: failure}, err
	}
	return &APITokenGrantPayload{Token: pointer(apiToken(*token, &made))}, nil
}

func (r *mutationResolver) APITokenRotate(
	ctx context.Context, input APITokenRotateInput,
) (*APITokenRotatePayload, error) {
	made := secret()
	token, err := r.world.RotateToken(world.Rotation{
		By:  userOf(ctx).ID,
		Old: world.Digest(input.TokenString),
		New: world.Digest(made),
	})
	if err != nil {
		failure, err := r.refuse(err)
		return &APITokenRotatePayload{Error: failure}, err
	}
	return &APITokenRotatePayload{Token: pointer(apiToken(*token, &made))}, nil
}

func (r *mutationResolver) APITokenRevoke(
	ctx context.Context, input APITokenRevokeInput,
) (*APITokenRevokePayload, error) {
	if err := r.world.RevokeToken(world.Revocation{By: userOf(ctx).ID, ID: input.ID}); err != nil {
		failure, err := r.refuse(err)
		return &APITokenRevokePayload{Error: failure}, err
	}
	return &APITokenRevokePayload{}, nil
}

// apiToken converts a token. It contains the secret only when the token is new.
func apiToken(token world.Token, secret *string) APIToken {
	return APIToken{ID: token.ID, Created: token.Created, Expiration: token.Expiration, LastUsed: token.LastUsed,
		Notes: token.Notes, TokenString: secret,
		TrustedIPAddresses: append([]string{}, token.Trusted...)}
}
