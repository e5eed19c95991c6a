// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

// Package replay is a gateway that answers from a record of the provider (package record), so that
// a bug of a tenant shows without it.
//
// It may import the package record, and nothing else of this project.
package replay

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/record"
)

// Server answers each request with the first exchange that has its operation and its variables and
// was not used yet. A query is answered with the last one again, because a poll may ask more often
// than the recorded one did. It is an http.Handler and safe for concurrent use.
type Server struct {
	patterns patterns
	merged   *regexp.Regexp
	now      func() time.Time
	warn     func(string)

	mutex     sync.Mutex
	exchanges []*exchange
	known     meanings
	// behind is how long ago the record was made; nil before the first request.
	behind *time.Duration
}

// exchange is a recorded exchange.
type exchange struct {
	record.Exchange
	variables any
	// left is how often it is still to be used. A client repeats a request that failed, and the
	// record has one exchange for all attempts.
	left int
}

// request is what a client sends.
type request struct {
	Operation string          `json:"operationName"`
	Query     string          `json:"query"`
	Variables json.RawMessage `json:"variables"`
}

// New returns a server for a record. It calls warn with each request that is not in the record.
func New(exchanges []record.Exchange, now func() time.Time, warn func(string)) (*Server, error) {
	s := &Server{
		patterns: newPatterns(), merged: regexp.MustCompile(`_[0-9]+$`), now: now, warn: warn, known: meanings{},
	}
	for _, each := range exchanges {
		if each.Canceled {
			continue // nobody waited for its answer
		}
		variables, err := decode(each.Variables)
		if err != nil {
			return nil, fmt.Errorf("the variables of exchange %d, %s: %w", each.Number, each.Operation, err)
		}
		s.exchanges = append(s.exchanges, &exchange{Exchange: each, variables: variables, left: max(1, each.Attempts)})
	}
	return s, nil
}

// decode decodes JSON, of which a request may have none, without loss of digits.
func decode(raw []byte) (any, error) {
	if raw = bytes.TrimSpace(raw); len(raw) == 0 || string(raw) == "null" { // a document without variables
		return map[string]any{}, nil
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var value any
	err := decoder.Decode(&value)
	return value, err
}

// maxRequest is the maximum size of a request, in bytes.
const maxRequest = 16 << 20

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
	var asked request
	var variables any
	if err == nil {
		err = json.Unmarshal(body, &asked)
	}
	if err == nil {
		variables, err = decode(asked.Variables)
	}
	if err != nil || s.isMerged(variables) {
		// The provider then sends its queries one by one, as they are in the record.
		send(w, http.StatusBadRequest, "application/json", []byte(`{"text":"a replay answers one query at a time"}`))
		return
	}
	found, answer := s.answer(asked, variables)
	w.Header().Set("Date", s.date().UTC().Format(http.TimeFormat))
	switch {
	case found == nil:
		text := fmt.Sprintf("the record has no exchange of %s with the variables %s", asked.Operation, asked.Variables)
		s.warn(text)
		refused, _ := json.Marshal(map[string]any{"errors": []any{map[string]any{"message": text}}})
		send(w, http.StatusOK, "application/json", refused)
	case found.Status == 0:
		panic(http.ErrAbortHandler) // closes the connection: there was no answer
	default:
		send(w, found.Status, found.ContentType, answer)
	}
}

func send(w http.ResponseWriter, status int, kind string, body []byte) {
	w.Header().Set("Content-Type", kind)
	w.WriteHeader(status)
	_, _ = w.Write(body) // an error means that the client has gone
}

// isMerged reports whether a client has merged several queries into a request: their variables have
// numbers.
func (s *Server) isMerged(variables any) bool {
	named, _ := variables.(map[string]any)
	for name := range named {
		if !s.merged.MatchString(name) {
			return false
		}
	}
	return len(named) > 0
}

// answer returns the exchange for a request and the answer in the words of the client; nil if there
// is none.
func (s *Server) answer(asked request, variables any) (*exchange, []byte) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.behind == nil && len(s.exchanges) > 0 {
		behind := s.now().Sub(s.exchanges[0].Started)
		s.behind = &behind
	}
	for _, loose := range []bool{false, true} {
		if found := s.find(asked, variables, loose); found != nil {
			found.left = max(0, found.left-1)
			isJSON := found.Answer != nil
			return found, s.patterns.translate(found.Body(), s.known, isJSON)
		}
	}
	return nil, nil
}

// find returns the first exchange for a request that is left, or else the last one for a query.
func (s *Server) find(asked request, variables any, loose bool) *exchange {
	var last *exchange
	var after meanings
	for _, each := range s.exchanges {
		if each.Operation != asked.Operation {
			continue
		}
		known, ok := s.patterns.matches(each.variables, variables, s.known, loose)
		if !ok {
			continue
		}
		if each.left > 0 {
			s.known = known
			return each
		}
		if strings.HasPrefix(strings.TrimSpace(asked.Query), "query") {
			last, after = each, known
		}
	}
	if last != nil {
		s.known = after
	}
	return last
}

// date returns the time of the server. It goes on from the start of the record, so that the actions
// in it have not expired.
func (s *Server) date() time.Time {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.behind == nil {
		return s.now()
	}
	return s.now().Add(-*s.behind)
}
