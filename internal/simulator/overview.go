// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/page"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/world"
)

// routeOverview registers the web page and the calls that it makes.
func (s *Simulator) routeOverview() {
	const root = "/simulator/"
	served := page.Handler(root)
	for _, path := range []string{
		"{$}", "graphiql", "page.css", "element.js", "calls.js", "draw.js", "card.js", "endpoints.js", "requests.js",
		"faults.js", "figures.js", "clock.js", "page.js", "graphiql.js", "assets/",
	} {
		s.mux.Handle("GET "+root+path, served)
	}
	s.mux.Handle("GET /{$}", http.RedirectHandler(root, http.StatusFound))
	s.mux.HandleFunc("GET /ui/console/actions/status/{id}", func(w http.ResponseWriter, r *http.Request) {
		// An action's URL in Tanium's console leads to the action on the page.
		to := url.URL{Path: root, Fragment: "action/" + r.PathValue("id")}
		http.Redirect(w, r, to.String(), http.StatusFound)
	})
	s.mux.HandleFunc("GET /simulator/clock", serveJSON(func() any {
		return Time{Now: s.instance().world.Now().UTC(), Speed: s.Clock().Speed()}
	}))
	s.mux.HandleFunc("GET /simulator/token", serveJSON(func() any {
		return map[string]string{"token": s.publicToken()}
	}))
	s.mux.HandleFunc("GET /simulator/actions/{id}/log", func(w http.ResponseWriter, r *http.Request) {
		lines, found := s.instance().world.ActionLog(r.PathValue("id"), r.FormValue("endpoint"))
		if !found {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		_, _ = io.WriteString(w, strings.Join(lines, "\n"))
	})
	s.mux.HandleFunc("GET /simulator/actions", func(w http.ResponseWriter, r *http.Request) {
		options := world.ReportOptions{Endpoints: -1}
		if limit, err := strconv.Atoi(r.FormValue("endpoints")); err == nil {
			options.Endpoints = max(0, limit)
		}
		samples, _ := strconv.Atoi(r.FormValue("timeline"))
		options.Samples = min(samples, maxSamples)
		writeJSON(w, http.StatusOK, s.instance().world.Reports(options))
	})
	s.mux.HandleFunc("GET /simulator/endpoints", func(w http.ResponseWriter, r *http.Request) {
		limit, err := strconv.Atoi(r.FormValue("limit"))
		if err != nil {
			limit = defaultLimit
		}
		writeJSON(w, http.StatusOK, s.Overview(r.FormValue("name"), limit))
	})
}

const (
	defaultLimit = 100
	// maxSamples is the maximum number of samples of a timeline.
	maxSamples = 100
)

// Time is the simulated time, and how many simulated seconds pass in a second; 0 if the time stands
// still.
type Time struct {
	Now   time.Time `json:"now"`
	Speed float64   `json:"speed"`
}

// publicToken returns the token of the built-in fleet, which is public, while the simulator accepts
// it, and "" otherwise. No other token is public.
func (s *Simulator) publicToken() string {
	if !s.instance().world.Accepts(DefaultToken) {
		return ""
	}
	return DefaultToken
}

// Overview summarizes the fleet.
type Overview struct {
	Total  int `json:"total"`
	Online int `json:"online"`
	// Matching is the number of endpoints whose name matches, and Endpoints lists the first of
	// them.
	Matching  int       `json:"matching"`
	Endpoints []Machine `json:"endpoints"`
}

// Machine summarizes an endpoint.
type Machine struct {
	ID        string   `json:"id"`
	Name      string   `json:"name"`
	Platform  string   `json:"platform"`
	IPAddress string   `json:"ip_address"`
	Online    bool     `json:"online"`
	Tags      []string `json:"tags"`
}

// Overview summarizes the fleet and lists at most limit endpoints whose name contains a text. It
// ignores case.
func (s *Simulator) Overview(name string, limit int) Overview {
	overview := Overview{Endpoints: []Machine{}}
	name = strings.ToLower(name)
	for _, endpoint := range s.instance().world.Endpoints(nil, false) {
		overview.Total++
		if endpoint.Overlay.Online {
			overview.Online++
		}
		if !strings.Contains(strings.ToLower(endpoint.Endpoint.Name), name) {
			continue
		}
		if overview.Matching++; overview.Matching > limit {
			continue
		}
		machine := Machine{
			ID:        endpoint.Endpoint.ID,
			Name:      endpoint.Endpoint.Name,
			Platform:  endpoint.Endpoint.Platform(),
			IPAddress: endpoint.Endpoint.IPAddress,
			Online:    endpoint.Overlay.Online,
			Tags:      []string{},
		}
		for _, row := range endpoint.Tags() {
			machine.Tags = append(machine.Tags, row[0])
		}
		overview.Endpoints = append(overview.Endpoints, machine)
	}
	return overview
}
