// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"slices"
	"strconv"
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
	s.mux.HandleFunc("POST /simulator/faults", handleJSON(func(list []Fault) error { return s.Fail(list...) }))
	s.mux.HandleFunc("POST /simulator/endpoints", handleJSON(s.Disturb))
	s.mux.HandleFunc("POST /simulator/edit", handleJSON(s.Edit))
	s.mux.HandleFunc("POST /simulator/reset", func(w http.ResponseWriter, _ *http.Request) {
		if err := s.Reset(); err != nil {
			writeJSON(w, http.StatusInternalServerError, map[string]string{"text": err.Error()})
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
	s.mux.HandleFunc("POST /simulator/clock", handleJSON(func(move struct {
		AdvanceSeconds float64 `json:"advance_seconds"`
	},
	) error {
		by := move.AdvanceSeconds * float64(time.Second)
		if math.IsNaN(by) || by < 0 || by >= math.MaxInt64 {
			return fmt.Errorf("advance_seconds must be at least 0 and less than %d, not %g",
				math.MaxInt64/int64(time.Second), move.AdvanceSeconds)
		}
		return s.Advance(time.Duration(by))
	}))
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

func handleJSON[T any](do func(T) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var body T
		decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
		decoder.DisallowUnknownFields()
		err := decoder.Decode(&body)
		if err == nil {
			err = do(body)
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
