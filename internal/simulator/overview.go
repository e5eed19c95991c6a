// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/page"
)

// routeOverview serves the page for people, and what it shows.
func (s *Simulator) routeOverview() {
	const root = "/simulator/"
	served := page.Handler(root)
	for _, path := range []string{"{$}", "graphiql", "page.css", "page.js", "graphiql.js", "assets/"} {
		s.mux.Handle("GET "+root+path, served)
	}
	s.mux.Handle("GET /{$}", http.RedirectHandler(root, http.StatusFound))
	s.mux.HandleFunc("GET /ui/console/actions/status/{id}", func(w http.ResponseWriter, r *http.Request) {
		// Tanium's console shows an action there, and so links to one end on the page.
		to := url.URL{Path: root, Fragment: "action/" + r.PathValue("id")}
		http.Redirect(w, r, to.String(), http.StatusFound)
	})
	s.mux.HandleFunc("GET /simulator/clock", serveJSON(func() any {
		return map[string]time.Time{"now": s.instance().world.Now().UTC()}
	}))
	s.mux.HandleFunc("GET /simulator/actions", func(w http.ResponseWriter, r *http.Request) {
		reports := s.Actions()
		if limit, err := strconv.Atoi(r.FormValue("endpoints")); err == nil {
			for _, report := range reports {
				for i, action := range report.Actions {
					report.Actions[i].Endpoints = action.Endpoints[:max(0, min(limit, len(action.Endpoints)))]
				}
			}
		}
		writeJSON(w, http.StatusOK, reports)
	})
	s.mux.HandleFunc("GET /simulator/endpoints", func(w http.ResponseWriter, r *http.Request) {
		limit, err := strconv.Atoi(r.FormValue("limit"))
		if err != nil {
			limit = defaultLimit
		}
		writeJSON(w, http.StatusOK, s.Overview(r.FormValue("name"), limit))
	})
}

const defaultLimit = 100

// Overview is the fleet at a glance.
type Overview struct {
	Total  int `json:"total"`
	Online int `json:"online"`
	// Matching is how many have the name that is asked for in theirs, and Endpoints the first of
	// them.
	Matching  int       `json:"matching"`
	Endpoints []Machine `json:"endpoints"`
}

// Machine is an endpoint at a glance.
type Machine struct {
	ID        string   `json:"id"`
	Name      string   `json:"name"`
	Platform  string   `json:"platform"`
	IPAddress string   `json:"ip_address"`
	Online    bool     `json:"online"`
	Tags      []string `json:"tags"`
}

// Overview of the fleet, with the first endpoints whose name contains a text, in whichever case; at
// most so many.
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
