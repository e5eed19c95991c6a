// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

// Package page is the simulator's web page. It shows the fleet, the scheduled actions, the state of
// each endpoint, and a GraphiQL explorer. It serves embedded files, which load their data from the
// control calls and nothing from the network. It imports no other package of this project.
package page

import (
	"embed"
	"io/fs"
	"net/http"
)

//go:embed *.html *.css *.js assets
var files embed.FS

// policy restricts the browser to this server. GraphiQL needs inline styles, and its style sheet
// contains its font.
const policy = "default-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; img-src 'self' data:; " +
	"frame-ancestors 'self'"

// Handler serves the page below a prefix that ends in a slash.
func Handler(prefix string) http.Handler {
	served := http.StripPrefix(prefix, http.FileServerFS(named{files}))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		w.Header().Set("Referrer-Policy", "no-referrer")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		served.ServeHTTP(w, r)
	})
}

// named serves graphiql.html under the name graphiql.
type named struct{ fs.FS }

// Open implements fs.FS.
func (n named) Open(name string) (fs.File, error) {
	if name == "graphiql" {
		name = "graphiql.html"
	}
	return n.FS.Open(name)
}
