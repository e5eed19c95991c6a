// Package iterator stands in for the iterators of Google's clients; see package storage.
package iterator

import "errors"

// Done is the error of an iterator at its end.
var Done = errors.New("no more items in iterator")
