// Package option stands in for the options of Google's clients; see package storage.
package option

import "golang.org/x/oauth2"

// ClientOption has no effect.
type ClientOption any

// WithTokenSource returns nil.
func WithTokenSource(oauth2.TokenSource) ClientOption { return nil }
