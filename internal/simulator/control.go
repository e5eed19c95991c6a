// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/world"
)

// routeControl registers the control calls for tests and demonstrations. They need no token,
// because the simulator is meant for loopback.
func (s *Simulator) routeControl() {
	s.mux.HandleFunc("GET /simulator/stats", serveJSON(func() any { return s.Stats() }))
	s.mux.HandleFunc("GET /simulator/requests", func(w http.ResponseWriter, r *http.Request) {
		after, _ := strconv.Atoi(r.FormValue("after"))
		entries := s.Requests()
		writeJSON(w, http.StatusOK, slices.DeleteFunc(entries, func(entry Entry) bool { return entry.Number <= after }))
	})
	s.mux.HandleFunc("GET /simulator/requests/{number}", func(w http.ResponseWriter, r *http.Request) {
		number, _ := strconv.Atoi(r.PathValue("number"))
		document, found := s.Document(number)
		if !found {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = io.WriteString(w, document)
	})
	s.mux.HandleFunc("GET /simulator/faults", serveJSON(func() any { return s.Faults() }))
	s.mux.HandleFunc("POST /simulator/faults", handleList("fault", func(list []Fault) error { return s.Fail(list...) }))
	s.mux.HandleFunc("POST /simulator/endpoints", handleList("endpoint", s.Disturb))
	s.mux.HandleFunc("POST /simulator/edit", handleObject(s.Edit))
	s.mux.HandleFunc("POST /simulator/reset", func(w http.ResponseWriter, _ *http.Request) {
		if err := s.Reset(); err != nil {
			writeJSON(w, http.StatusInternalServerError, map[string]string{"text": err.Error()})
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
	s.mux.HandleFunc("POST /simulator/clock", handleObject(func(move clockMove) error {
		by, err := move.duration()
		if err != nil {
			return err
		}
		return s.Advance(by)
	}))
}

// clockMove is the body of a control call that moves the time.
type clockMove struct {
	AdvanceSeconds json.RawMessage `json:"advance_seconds"`
}

// duration returns the time to move by. JSON can write a whole number as 3600, 3600.0 or 3.6e3.
func (m clockMove) duration() (time.Duration, error) {
	const limit = math.MaxInt64 / int64(time.Second)
	if m.AdvanceSeconds == nil {
		return 0, errors.New("advance_seconds is missing")
	}
	seconds, err := strconv.ParseFloat(string(m.AdvanceSeconds), 64) // exact up to the limit
	if err != nil || seconds < 0 || seconds > float64(limit) || seconds != math.Trunc(seconds) {
		return 0, fmt.Errorf("advance_seconds must be a whole number from 0 to %d, not %s", limit,
			shorten(string(m.AdvanceSeconds)))
	}
	return time.Duration(seconds) * time.Second, nil
}

// shorten cuts a long text, so that a message stays readable.
func shorten(text string) string {
	const limit = 40
	if line := strings.Join(strings.Fields(text), " "); len(line) <= limit {
		return line
	}
	return strings.ToValidUTF8(text[:limit], "") + "…"
}

// Actions returns all scheduled actions, including deleted ones, with their actions and the state
// of every endpoint.
func (s *Simulator) Actions() []world.Report {
	return s.instance().world.Reports(world.ReportOptions{Endpoints: -1})
}

// Advance moves the time forward. It fails for a time that cannot be reached, and when the store
// fails.
func (s *Simulator) Advance(by time.Duration) error { return s.instance().world.Forward(by) }

// Edit changes a scheduled action, as a user of the console may. It changes nothing if it fails.
func (s *Simulator) Edit(edit world.Edit) error { return s.instance().world.Edit(edit) }

// Disturb changes endpoints: whether they are online, and their sensor readings. It changes nothing
// if it fails.
func (s *Simulator) Disturb(changes []world.Change) error { return s.instance().world.Disturb(changes) }

func serveJSON(what func() any) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, http.StatusOK, what()) }
}

// handleObject handles a control call whose body is an object.
func handleObject[T any](do func(T) error) http.HandlerFunc {
	return handleBody(func(raw []byte) error {
		var body T
		if err := decodeObject(raw, &body); err != nil {
			return err
		}
		return do(body)
	})
}

// handleList handles a control call whose body is a list of objects of a kind.
func handleList[T any](kind string, do func([]T) error) http.HandlerFunc {
	return handleBody(func(raw []byte) error {
		list, err := decodeList[T](kind, raw)
		if err != nil {
			return err
		}
		return do(list)
	})
}

func handleBody(do func([]byte) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		raw, err := readBody(w, r)
		if err == nil {
			err = do(raw)
		}
		if err != nil {
			writeJSON(w, http.StatusBadRequest, map[string]string{"text": err.Error()})
			return
		}
		w.WriteHeader(http.StatusNoContent)
	}
}

func writeJSON(w http.ResponseWriter, status int, what any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	_ = encoder.Encode(what) // an error means that the client has gone
}
