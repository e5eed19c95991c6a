// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package world

import (
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"slices"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
)

// Token is an API token, without its secret: the world knows what that hashes to.
type Token struct {
	ID, User, Notes, Digest       string
	Created, Expiration, LastUsed time.Time
	// Trusted addresses or blocks of them, that it may be used from.
	Trusted []string
}

// Grant of a token to a user.
type Grant struct {
	By, Notes, Digest string
	Days              int
	Trusted           []string
}

// Rotation of a token's secret: who has the old one gets the new one, under another ID
// (API.md#authentication).
type Rotation struct{ By, Old, New string }

// Revocation of a token by its owner.
type Revocation struct{ By, ID string }

// Lifetimes of tokens (API.md#authentication). Those that a fleet begins with do not end in
// anybody's test.
const (
	defaultTokenDays = 7
	fleetTokenDays   = 3650
	day              = 24 * time.Hour
)

// Digest of a token's secret.
func Digest(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// anywhere a fleet's own tokens may be used.
func anywhere() []string { return []string{"0.0.0.0/0", "::/0"} }

func (w *World) addFleetTokens() {
	add := func(user fleet.User, secret string) {
		w.addToken(Token{
			User:       user.ID,
			Digest:     Digest(secret),
			Created:    w.began,
			Expiration: w.began.Add(fleetTokenDays * day),
			LastUsed:   w.began,
			Trusted:    anywhere(),
		})
	}
	for _, user := range w.fleet.Users {
		for _, secret := range user.Tokens {
			add(user, secret)
		}
	}
	if len(w.fleet.Users) > 0 {
		for _, secret := range w.options.Tokens {
			add(w.fleet.Users[0], secret)
		}
	}
}

func (w *World) addToken(token Token) *Token {
	w.created++
	token.ID = numberedID(firstCreated, w.created)
	w.tokens = append(w.tokens, &token)
	return &token
}

// Authenticate is the user of a token that may be used from an address; nil for a token that is
// unknown, expired or not to be used from there, which all look the same from outside
// (API.md#authentication).
func (w *World) Authenticate(secret string, from netip.Addr) *fleet.User {
	defer w.lock()()
	token := w.token(Digest(secret))
	if token == nil || !token.Expiration.After(w.now) || !trusted(token.Trusted, from) {
		return nil
	}
	token.LastUsed = w.now
	return w.fleet.User(token.User)
}

func (w *World) token(digest string) *Token {
	i := slices.IndexFunc(w.tokens, func(t *Token) bool { return t.Digest == digest })
	if i < 0 {
		return nil
	}
	return w.tokens[i]
}

func trusted(list []string, from netip.Addr) bool {
	return slices.ContainsFunc(list, func(entry string) bool {
		block, err := parseBlock(entry)
		return err == nil && block.Contains(from.Unmap())
	})
}

// parseBlock reads an address or a block of addresses.
func parseBlock(entry string) (netip.Prefix, error) {
	if address, err := netip.ParseAddr(entry); err == nil {
		return netip.PrefixFrom(address, address.BitLen()), nil
	}
	return netip.ParsePrefix(entry)
}

// Tokens of a user.
func (w *World) Tokens(user *fleet.User) []Token {
	defer w.lock()()
	var own []Token
	for _, token := range w.tokens {
		if token.User == user.ID {
			own = append(own, *token)
		}
	}
	return own
}

// GrantToken makes a token with a secret that the caller chose and the world does not keep.
func (w *World) GrantToken(grant Grant) (*Token, error) {
	for _, entry := range grant.Trusted {
		if _, err := parseBlock(entry); err != nil {
			return nil, err
		}
	}
	defer w.lock()()
	done, err := w.execute(Command{Grant: &grant})
	return done.token, err
}

// RotateToken puts a new secret in the place of an old one, which ends at once.
func (w *World) RotateToken(rotation Rotation) (*Token, error) {
	defer w.lock()()
	done, err := w.execute(Command{Rotate: &rotation})
	return done.token, err
}

// RevokeToken ends a token.
func (w *World) RevokeToken(revocation Revocation) error {
	defer w.lock()()
	_, err := w.execute(Command{Revoke: &revocation})
	return err
}

func (w *World) grant(g Grant) (commandResult, error) {
	days := g.Days
	if days <= 0 {
		days = defaultTokenDays
	}
	created := *w.addToken(Token{
		User:       g.By,
		Notes:      g.Notes,
		Digest:     g.Digest,
		Created:    w.now,
		Expiration: w.now.Add(time.Duration(days) * day),
		LastUsed:   w.now,
		Trusted:    g.Trusted,
	})
	return commandResult{token: &created}, nil
}

func (w *World) rotate(r Rotation) (commandResult, error) {
	old := w.token(r.Old)
	if old == nil || old.User != r.By {
		return commandResult{}, &Failure{"TokenNotFound", "the token is not one of the caller's"}
	}
	lifetime := old.Expiration.Sub(old.Created)
	w.tokens = slices.DeleteFunc(w.tokens, func(t *Token) bool { return t == old })
	created := *w.addToken(Token{
		User:       old.User,
		Notes:      old.Notes,
		Digest:     r.New,
		Created:    w.now,
		Expiration: w.now.Add(lifetime),
		LastUsed:   w.now,
		Trusted:    old.Trusted,
	})
	return commandResult{token: &created}, nil
}

func (w *World) revoke(r Revocation) error {
	before := len(w.tokens)
	w.tokens = slices.DeleteFunc(w.tokens, func(t *Token) bool { return t.ID == r.ID && t.User == r.By })
	if len(w.tokens) == before {
		return &Failure{"TokenNotFound", r.ID}
	}
	return nil
}
