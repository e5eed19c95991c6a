// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"maps"
	"regexp"
	"strings"
	"sync"
	"time"
)

// Entry is a logged request.
type Entry struct {
	Operation string   `json:"operation"`
	Fields    []string `json:"fields"`
	// Variables are the variables, with everything that looks like a token masked.
	Variables map[string]any `json:"variables"`
	// At is the simulated time of the request.
	At time.Time `json:"at"`
	// Status is the HTTP status; 0 if the connection was closed without an answer.
	Status               int     `json:"status"`
	DurationMilliseconds float64 `json:"duration_milliseconds"`
	// Number counts the requests since the start or the last reset, from 1.
	Number int `json:"number"`

	document string
}

// Stats counts requests to the gateway, without control calls.
type Stats struct {
	Requests   int            `json:"requests"`
	Operations map[string]int `json:"operations"` // by root field
	BytesIn    int            `json:"bytes_in"`
	BytesOut   int            `json:"bytes_out"`
	// Deployments counts accepted deployments. OpenScheduledActions counts scheduled actions that
	// may still issue an action, or whose last action is pending or open.
	Deployments          int `json:"deployments"`
	OpenScheduledActions int `json:"open_scheduled_actions"`
}

// maxLogEntries limits the log; the oldest entries are dropped.
const maxLogEntries = 2000

type log struct {
	mutex   sync.Mutex
	stats   Stats
	entries []Entry
}

func (l *log) add(request exchange, status, sent int) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.stats.Requests++
	l.stats.BytesIn += len(request.body)
	l.stats.BytesOut += sent
	if l.stats.Operations == nil {
		l.stats.Operations = map[string]int{}
	}
	for _, field := range request.fields {
		l.stats.Operations[field]++
	}
	masked, _ := mask(request.variables).(map[string]any)
	if len(request.body) > maxLogged {
		masked = map[string]any{"omitted": "the request is too large for the log"}
	}
	if len(l.entries) == maxLogEntries {
		l.entries = l.entries[1:]
	}
	l.entries = append(l.entries,
		Entry{Operation: request.operation, Fields: request.fields, Variables: masked, Status: status,
			At: request.at, DurationMilliseconds: float64(time.Since(request.start).Microseconds()) / 1000,
			Number: l.stats.Requests, document: maskDocument(request.document)})
}

// maxLogged is the length of a request, in bytes, up to which the log keeps its variables.
const maxLogged = 256 << 10

// maxDocument is the length, in bytes, up to which the log keeps a document.
const maxDocument = 64 << 10

// maskDocument hides texts that start like a token, and cuts a long document.
func maskDocument(document string) string {
	if len(document) > maxDocument {
		document = strings.ToValidUTF8(document[:maxDocument], "") + "\n…"
	}
	return regexp.MustCompile(`"token-[^"]*`).ReplaceAllString(document, `"token-…`)
}

// Document returns the document of a request that the log has; false for another.
func (s *Simulator) Document(number int) (string, bool) {
	l := &s.instance().log
	l.mutex.Lock()
	defer l.mutex.Unlock()
	for _, entry := range l.entries {
		if entry.Number == number {
			return entry.document, true
		}
	}
	return "", false
}

// mask hides strings that start like a token (API.md#authentication).
func mask(value any) any {
	switch value := value.(type) {
	case string:
		if strings.HasPrefix(value, "token-") {
			return "token-…"
		}
		return value
	case map[string]any:
		masked := make(map[string]any, len(value))
		for key, each := range value {
			masked[key] = mask(each)
		}
		return masked
	case []any:
		masked := make([]any, len(value))
		for i, each := range value {
			masked[i] = mask(each)
		}
		return masked
	default:
		return value
	}
}

// Stats returns the statistics since the start or the last reset.
func (s *Simulator) Stats() Stats {
	l := s.instance()
	l.log.mutex.Lock()
	stats := l.log.stats
	stats.Operations = maps.Clone(stats.Operations)
	l.log.mutex.Unlock()
	if stats.Operations == nil {
		stats.Operations = map[string]int{}
	}
	tally := l.world.Tally()
	stats.Deployments, stats.OpenScheduledActions = tally.Deployments, tally.OpenScheduledActions
	return stats
}

// Requests returns the latest requests, oldest first.
func (s *Simulator) Requests() []Entry {
	l := &s.instance().log
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return append([]Entry{}, l.entries...)
}
