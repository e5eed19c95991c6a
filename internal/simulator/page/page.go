// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

// Package page is what a person sees of the simulator in a browser: the fleet, the scheduled
// actions with their endpoints as they move, and a GraphiQL explorer. It serves files that are
// embedded, and asks the network for nothing; what they show, they fetch from the control calls. It
// imports nothing of this project.
package page

import (
	"embed"
	"io/fs"
	"net/http"
)

//go:embed index.html graphiql.html page.css page.js graphiql.js assets
var files embed.FS

// policy holds the browser to this server: GraphiQL styles its parts one by one, and has its font
// in its style sheet.
const policy = "default-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; img-src 'self' data:; " +
	"frame-ancestors 'self'"

// Handler serves the page below a prefix, which ends in a slash.
func Handler(prefix string) http.Handler {
	served := http.StripPrefix(prefix, http.FileServerFS(named{files}))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		w.Header().Set("Referrer-Policy", "no-referrer")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		served.ServeHTTP(w, r)
	})
}

// named are the files, with the explorer under a name without an ending.
type named struct{ fs.FS }

// Open is fs.FS.
func (n named) Open(name string) (fs.File, error) {
	if name == "graphiql" {
		name = "graphiql.html"
	}
	return n.FS.Open(name)
}
