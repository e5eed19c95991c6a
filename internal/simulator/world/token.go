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

// Token is an API token. The world keeps a digest in place of its secret.
type Token struct {
	ID, User, Notes, Digest       string
	Created, Expiration, LastUsed time.Time
	// Trusted lists the addresses and address blocks from which the token may be used.
	Trusted []string
}

// Grant describes a token to grant.
type Grant struct {
	By, Notes, Digest string
	Days              int
	Trusted           []string
}

// Rotation replaces a token's secret. The new token has another ID (API.md#authentication).
type Rotation struct{ By, Old, New string }

// Revocation revokes a token of its owner.
type Revocation struct{ By, ID string }

// Lifetimes of tokens (API.md#authentication). A fleet's own tokens do not expire during a test.
const (
	defaultTokenDays = 7
	fleetTokenDays   = 3650
	day              = 24 * time.Hour
)

// Digest returns the digest of a token's secret.
func Digest(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// anywhere returns the addresses from which a fleet's own tokens may be used.
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

// Authenticate returns the user of a token that is used from an address. It returns nil for a token
// that is unknown, expired or not trusted from there; Tanium answers all three alike
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

// Accepts reports whether a token is valid, without using it.
func (w *World) Accepts(secret string) bool {
	defer w.lock()()
	token := w.token(Digest(secret))
	return token != nil && token.Expiration.After(w.now)
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

// parseBlock parses an address or an address block.
func parseBlock(entry string) (netip.Prefix, error) {
	if address, err := netip.ParseAddr(entry); err == nil {
		return netip.PrefixFrom(address, address.BitLen()), nil
	}
	return netip.ParsePrefix(entry)
}

// Tokens returns the tokens of a user.
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

// GrantToken creates a token. The caller chooses the secret; the world keeps only its digest.
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

// RotateToken replaces the secret of a token. The old secret is invalid at once.
func (w *World) RotateToken(rotation Rotation) (*Token, error) {
	defer w.lock()()
	done, err := w.execute(Command{Rotate: &rotation})
	return done.token, err
}

// RevokeToken revokes a token.
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
		return commandResult{}, &Failure{"TokenNotFound", "the caller has no such token"}
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
